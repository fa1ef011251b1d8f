package shop;

import static shop.Shop.s;
import static shop.Story.expect;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import shop.Story.Step;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** Scans: page by page, counted, and in parallel segments. */
final class Scans {
    private final Shop shop;
    private final DynamoDbClient client;

    Scans(Shop shop) {
        this.shop = shop;
        this.client = shop.client();
    }

    List<Step> steps() {
        return List.of(
                new Step("scans the whole table page by page", this::scansPageByPage),
                new Step("counts the orders with Select COUNT", this::countsWithoutReading),
                new Step("scans in four segments that together read everything exactly once", this::scansInParallel),
                new Step("scans a sparse index", this::scansAnIndex));
    }

    private void scansPageByPage() {
        List<String> read = keys(request -> request.limit(9));
        expect(new HashSet<>(read).size(), read.size(), "no item is read twice");
        List<String> orders = Order.SIXTY.stream().map(order -> order.getPk() + " " + order.getSk()).toList();
        expect(read.stream().filter(orders::contains).toList(), orders, "every order is read");
    }

    private void countsWithoutReading() {
        List<ScanResponse> pages = client.scanPaginator(request -> request
                        .tableName(shop.orders())
                        .select(Select.COUNT)
                        .filterExpression("#s = :open")
                        .expressionAttributeNames(Map.of("#s", "status"))
                        .expressionAttributeValues(Map.of(":open", s("OPEN"))))
                .stream()
                .toList();
        expect(pages.stream().anyMatch(ScanResponse::hasItems), false, "COUNT returns no items");
        expect(pages.stream().mapToInt(ScanResponse::count).sum(), 42, "two thirds of the orders are open");
        int scanned = pages.stream().mapToInt(ScanResponse::scannedCount).sum();
        expect(scanned, keys(request -> {}).size(), "ScannedCount is the whole table");
    }

    private void scansInParallel() {
        List<String> together = IntStream.range(0, 4)
                .parallel()
                .mapToObj(segment -> keys(request -> request.segment(segment).totalSegments(4).limit(5)))
                .flatMap(List::stream)
                .sorted()
                .toList();
        expect(together, keys(request -> {}), "the segments are a partition of the table");
    }

    private void scansAnIndex() {
        var found = client.scan(request ->
                request.tableName(shop.orders()).indexName("by_email").projectionExpression("email"));
        expect(found.items(), List.of(Map.of("email", s("ada@example.com"))), "one item has an e-mail address");
    }

    /** The sorted keys of everything that a scan reads. */
    private List<String> keys(Consumer<ScanRequest.Builder> parameters) {
        ScanRequest request = ScanRequest.builder()
                .tableName(shop.orders())
                .projectionExpression("pk, sk")
                .consistentRead(true)
                .applyMutation(parameters)
                .build();
        return client.scanPaginator(request).items().stream()
                .map(item -> item.get("pk").s() + " " + item.get("sk").s())
                .sorted()
                .toList();
    }
}
