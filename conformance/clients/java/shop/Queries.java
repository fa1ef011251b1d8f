package shop;

import static shop.Shop.n;
import static shop.Shop.s;
import static shop.Story.expect;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shop.Story.Step;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Capacity;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** Queries over the sixty orders: key conditions, filters, projections, pages, and all three indexes. */
final class Queries {
    private final Shop shop;
    private final DynamoDbClient client;
    private final DynamoDbTable<Order> table;

    Queries(Shop shop) {
        this.shop = shop;
        this.client = shop.client();
        this.table = shop.table();
    }

    List<Step> steps() {
        return List.of(
                new Step("queries by a prefix and by a range of the sort key", this::queriesAPrefixAndARange),
                new Step("queries in descending order", this::queriesBackwards),
                new Step("filters by an attribute and projects two others", this::filtersAndProjects),
                new Step("reads all pages through the paginator", this::pagesWithThePaginator),
                new Step("ends a page at one megabyte when no limit is given", this::endsAPageAtOneMegabyte),
                new Step(
                        "queries the global indexes: a partial projection in time order, and a sparse one",
                        this::queriesGlobalIndexes),
                new Step(
                        "queries the local index by number, consistently, and fetches what it does not project",
                        this::queriesTheLocalIndex));
    }

    private void queriesAPrefixAndARange() {
        var february = table.query(QueryConditional.sortBeginsWith(key("CUSTOMER#bob", "ORDER#2026-02")));
        expect(items(february.items().stream()), items(Order.SIXTY.subList(7, 14).stream()), "the orders of February");
        var days = table.query(QueryConditional.sortBetween(
                key("CUSTOMER#bob", "ORDER#2026-01-05"), key("CUSTOMER#bob", "ORDER#2026-02-08#9999")));
        expect(items(days.items().stream()), items(Order.SIXTY.subList(4, 8).stream()), "the orders between two days");
    }

    private void queriesBackwards() {
        var page = table.query(request -> request
                        .queryConditional(QueryConditional.sortGreaterThanOrEqualTo(key("CUSTOMER#bob", "ORDER#")))
                        .scanIndexForward(false)
                        .limit(3))
                .iterator()
                .next();
        List<Order> latest = new ArrayList<>(Order.SIXTY.subList(17, 20));
        Collections.reverse(latest);
        expect(items(page.items().stream()), items(latest.stream()), "the three latest orders");
        Map<String, AttributeValue> last = Shop.key(latest.get(2).getPk(), latest.get(2).getSk());
        expect(page.lastEvaluatedKey(), last, "LastEvaluatedKey");
    }

    private void filtersAndProjects() {
        QueryResponse answer = client.query(ofCustomer("bob")
                .filterExpression("#s = :shipped AND #l[0].quantity > :nine")
                .projectionExpression("seq, #l[0].quantity")
                .expressionAttributeNames(Map.of("#s", "status", "#l", "lines"))
                .expressionAttributeValues(
                        Map.of(":pk", s("CUSTOMER#bob"), ":shipped", s("SHIPPED"), ":nine", n("9")))
                .build());
        var wanted = Stream.of("12", "15", "18")
                .map(number -> Map.of(
                        "seq", n(number),
                        "lines", AttributeValue.fromL(List.of(AttributeValue.fromM(Map.of("quantity", n(number)))))))
                .toList();
        expect(answer.items(), wanted, "the filtered, projected items");
        expect(List.of(answer.count(), answer.scannedCount()), List.of(3, 20), "a filter takes nothing from ScannedCount");
    }

    private void pagesWithThePaginator() {
        List<Integer> sizes = new ArrayList<>();
        List<Integer> seen = new ArrayList<>();
        for (QueryResponse page : client.queryPaginator(ofCustomer("cleo").limit(7).build())) {
            sizes.add(page.count());
            page.items().forEach(item -> seen.add(Integer.valueOf(item.get("seq").n())));
        }
        expect(sizes.subList(0, 3), List.of(7, 7, 6), "the sizes of the pages");
        expect(seen, IntStream.rangeClosed(1, 20).boxed().toList(), "each order once and in order");
    }

    private void endsAPageAtOneMegabyte() {
        for (int number = 0; number < 5; number++) {
            AttributeValue image = AttributeValue.fromB(SdkBytes.fromByteArray(new byte[300_000]));
            var item = Writes.with(Shop.key("CUSTOMER#big", "SCAN#" + number), Map.of("image", image));
            client.putItem(request -> request.tableName(shop.orders()).item(item));
        }
        List<Integer> counts = client.queryPaginator(ofCustomer("big").build()).stream().map(QueryResponse::count).toList();
        expect(counts.size(), 2, "five items of 300 kB fill two pages, not " + counts);
        expect(counts.get(0) + counts.get(1), 5, "every item is read");
    }

    private void queriesGlobalIndexes() {
        QueryRequest shipped = QueryRequest.builder()
                .tableName(shop.orders())
                .indexName("by_status")
                .keyConditionExpression("#s = :s AND placed BETWEEN :low AND :high")
                .expressionAttributeNames(Map.of("#s", "status"))
                .expressionAttributeValues(Map.of(
                        ":s", s("SHIPPED"), ":low", s("2026-01-06T00:00:00Z"), ":high", s("2026-02-09T23:59:59Z")))
                .limit(4)
                .returnConsumedCapacity(ReturnConsumedCapacity.INDEXES)
                .build();
        QueryResponse first = client.query(shipped);
        var days = first.items().stream().map(item -> item.get("placed").s().substring(0, 10)).toList();
        expect(days, List.of("2026-01-06", "2026-01-06", "2026-01-06", "2026-02-09"), "in time order");
        Set<String> included = Set.of("pk", "placed", "sk", "status", "total");
        expect(first.items().get(0).keySet(), included, "keys and included attributes");
        expect(first.lastEvaluatedKey().keySet(), Set.of("pk", "placed", "sk", "status"), "LastEvaluatedKey");
        ConsumedCapacity consumed = ConsumedCapacity.builder()
                .tableName(shop.orders())
                .capacityUnits(0.5)
                .table(units(0.0))
                .globalSecondaryIndexes(Map.of("by_status", units(0.5)))
                .build();
        expect(first.consumedCapacity(), consumed, "the index carries the units");
        QueryResponse rest = client.query(
                shipped.toBuilder().limit(null).exclusiveStartKey(first.lastEvaluatedKey()).build());
        Set<String> owners = Stream.concat(first.items().stream().skip(3), rest.items().stream())
                .map(item -> item.get("pk").s())
                .collect(Collectors.toSet());
        expect(List.of(rest.count(), owners.size()), List.of(2, 3), "the next page goes on among equal index keys");

        QueryResponse profiles = client.query(request -> request
                .tableName(shop.orders())
                .indexName("by_email")
                .keyConditionExpression("email = :email")
                .expressionAttributeValues(Map.of(":email", s("ada@example.com"))));
        expect(profiles.count(), 1, "only profiles have an e-mail address");
        expect(profiles.items().get(0).containsKey("address"), true, "ALL projects every attribute");
    }

    private void queriesTheLocalIndex() {
        var cheap = QueryConditional.sortLessThan(
                Key.builder().partitionValue("CUSTOMER#dan").sortValue(new BigDecimal("830.25")).build());
        List<Order> wanted = new ArrayList<>(Order.SIXTY.subList(57, 60));
        Collections.reverse(wanted);
        QueryRequest query = ofCustomer("dan")
                .indexName("by_total")
                .keyConditionExpression("pk = :pk AND #t < :t")
                .expressionAttributeNames(Map.of("#t", "total"))
                .expressionAttributeValues(Map.of(":pk", s("CUSTOMER#dan"), ":t", n("830.25")))
                .consistentRead(true)
                .build();
        var keys = table.index("by_total").query(request -> request.queryConditional(cheap).consistentRead(true));
        var totals = keys.stream().flatMap(page -> page.items().stream()).map(Order::getTotal).toList();
        expect(totals, wanted.stream().map(Order::getTotal).toList(), "in numeric order");
        expect(client.query(query).items().get(0).keySet(), Set.of("pk", "sk", "total"), "KEYS_ONLY projects both keys");
        var whole = client.query(query.toBuilder().select(Select.ALL_ATTRIBUTES).build());
        expect(whole.items(), items(wanted.stream()), "fetched from the table");
    }

    private QueryRequest.Builder ofCustomer(String name) {
        return QueryRequest.builder()
                .tableName(shop.orders())
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", s("CUSTOMER#" + name)));
    }

    private static Key key(String pk, String sk) {
        return Key.builder().partitionValue(pk).sortValue(sk).build();
    }

    private static Capacity units(double units) {
        return Capacity.builder().capacityUnits(units).build();
    }

    private static List<Map<String, AttributeValue>> items(Stream<Order> orders) {
        return orders.map(Order::item).toList();
    }
}
