package shop;

import static shop.Shop.n;
import static shop.Shop.s;
import static shop.Story.expect;
import static shop.Story.refused;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shop.Story.Step;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Expression;
import software.amazon.awssdk.enhanced.dynamodb.model.PutItemEnhancedRequest;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeAction;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.Capacity;
import software.amazon.awssdk.services.dynamodb.model.ComparisonOperator;
import software.amazon.awssdk.services.dynamodb.model.Condition;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** Single-item writes: conditions, optimistic locking, every update clause, deletes, capacity, legacy parameters. */
final class Writes {
    private static final String FAILED = "The conditional request failed";
    private static final Map<String, AttributeValue> PROFILE = Shop.key("CUSTOMER#ada", "PROFILE");

    private final Shop shop;
    private final DynamoDbClient client;
    private final DynamoDbTable<Customer> customers;

    Writes(Shop shop) {
        this.shop = shop;
        this.client = shop.client();
        this.customers = shop.enhanced().table(shop.orders(), Customer.SCHEMA);
    }

    List<Step> steps() {
        return List.of(
                new Step("puts an item once: the second put fails its condition", this::putsOnce),
                new Step("updates an item only if its version is the one that was read", this::updatesWhatItRead),
                new Step("updates with SET, REMOVE, ADD and DELETE in one expression", this::updatesWithEveryClause),
                new Step("returns old or new values, whole or only the touched ones", this::returnsValues),
                new Step("returns the old item from a replacing put and from a delete", this::replacesAndDeletes),
                new Step("meters a write on the table and on each index that it touches", this::metersEachIndex),
                new Step("understands Expected, AttributeUpdates and KeyConditions", this::understandsLegacyParameters));
    }

    private void putsOnce() throws Exception {
        Customer ada = new Customer();
        ada.setPk("CUSTOMER#ada");
        ada.setSk("PROFILE");
        ada.setEmail("ada@example.com");
        ada.setVisits(1);
        ada.setBadges(Set.of("buyer"));
        ada.setHistory(List.of());
        PutItemEnhancedRequest<Customer> once = PutItemEnhancedRequest.builder(Customer.class)
                .item(ada)
                .conditionExpression(Expression.builder().expression("attribute_not_exists(pk)").build())
                .build();
        customers.putItem(once);
        refused(ConditionalCheckFailedException.class, FAILED, () -> customers.putItem(once));
        Customer read = customers.getItem(request -> request.key(key -> key
                .partitionValue("CUSTOMER#ada").sortValue("PROFILE")).consistentRead(true));
        ada.setVersion(read.getVersion());
        expect(item(read), item(ada), "the first put stays");
    }

    private void updatesWhatItRead() throws Exception {
        Customer read = customers.getItem(request -> request.key(key -> key
                .partitionValue("CUSTOMER#ada").sortValue("PROFILE")).consistentRead(true));
        long version = read.getVersion();
        Customer updated = customers.updateItem(read);
        expect(updated.getVersion(), version + 1, "the mapper counts the version up");
        read.setVersion(version);
        refused(ConditionalCheckFailedException.class, FAILED, () -> customers.updateItem(read));

        var stale = refused(ConditionalCheckFailedException.class, FAILED, () -> client.updateItem(request -> request
                .tableName(shop.orders())
                .key(PROFILE)
                .updateExpression("SET version = :next")
                .conditionExpression("version = :read")
                .expressionAttributeValues(Map.of(":next", n("99"), ":read", n("98")))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)));
        expect(stale.item().get("email"), s("ada@example.com"), "the error carries the item as it is");
    }

    private void updatesWithEveryClause() {
        Map<String, AttributeValue> address = Map.of(
                "city", s("London"), "floors", AttributeValue.fromL(List.of(n("1"), n("2"), n("3"))));
        UpdateItemResponse updated = client.updateItem(request -> request
                .tableName(shop.orders())
                .key(PROFILE)
                .updateExpression("SET visits = visits + :one, points = if_not_exists(points, :start) - :one, "
                        + "history = list_append(history, :seen), address = :address "
                        + "REMOVE version ADD balance :credit, badges :more DELETE labels :none")
                .expressionAttributeValues(Map.of(
                        ":one", n("1"),
                        ":start", n("100"),
                        ":seen", AttributeValue.fromL(List.of(s("2026-01-01"))),
                        ":address", AttributeValue.fromM(address),
                        ":credit", n("12.50"),
                        ":more", AttributeValue.fromSs(List.of("admin", "buyer")),
                        ":none", AttributeValue.fromSs(List.of("x"))))
                .returnValues(ReturnValue.ALL_NEW));
        Map<String, AttributeValue> wanted = new HashMap<>(PROFILE);
        wanted.put("email", s("ada@example.com"));
        wanted.put("visits", n("2"));
        wanted.put("points", n("99"));
        wanted.put("history", AttributeValue.fromL(List.of(s("2026-01-01"))));
        wanted.put("address", AttributeValue.fromM(address));
        wanted.put("balance", n("12.5"));
        wanted.put("badges", AttributeValue.fromSs(List.of("admin", "buyer")));
        expect(Items.unordered(updated.attributes()), Items.unordered(wanted), "ALL_NEW");
    }

    private void returnsValues() {
        UpdateItemResponse touched = client.updateItem(update("SET address.city = :city DELETE badges :gone")
                .expressionAttributeValues(Map.of(":city", s("Paris"), ":gone", AttributeValue.fromSs(List.of("buyer"))))
                .returnValues(ReturnValue.UPDATED_OLD)
                .build());
        Map<String, AttributeValue> wanted = Map.of(
                "address", AttributeValue.fromM(Map.of("city", s("London"))),
                "badges", AttributeValue.fromSs(List.of("admin", "buyer")));
        expect(Items.unordered(touched.attributes()), Items.unordered(wanted), "UPDATED_OLD");
        UpdateItemResponse added = client.updateItem(update("ADD visits :n")
                .expressionAttributeValues(Map.of(":n", n("-2")))
                .returnValues(ReturnValue.UPDATED_NEW)
                .build());
        expect(added.attributes(), Map.of("visits", n("0")), "UPDATED_NEW");
        UpdateItemResponse before = client.updateItem(
                update("SET visits = :n REMOVE address.floors[0], address.floors[1]")
                        .expressionAttributeValues(Map.of(":n", n("7")))
                        .returnValues(ReturnValue.ALL_OLD)
                        .build());
        expect(before.attributes().get("visits"), n("0"), "ALL_OLD shows the item before");
        expect(client.updateItem(update("REMOVE points").build()).hasAttributes(), false, "no Attributes unless asked");
        var read = client.getItem(request -> request.tableName(shop.orders()).key(PROFILE).consistentRead(true));
        var left = Map.of("city", s("Paris"), "floors", AttributeValue.fromL(List.of(n("3"))));
        expect(read.item().get("address").m(), left, "both elements went, by their old positions");
    }

    private UpdateItemRequest.Builder update(String expression) {
        return UpdateItemRequest.builder().tableName(shop.orders()).key(PROFILE).updateExpression(expression);
    }

    private void replacesAndDeletes() throws Exception {
        var key = Shop.key("CUSTOMER#ada", "DRAFT");
        expect(putDraft(key, "first").hasAttributes(), false, "nothing was there before");
        expect(putDraft(key, "second").attributes().get("note"), s("first"), "the replaced item");
        refused(ConditionalCheckFailedException.class, FAILED, () -> deleteDraft(key, "first"));
        expect(deleteDraft(key, "second").attributes().get("note"), s("second"), "the deleted item");
        DeleteItemResponse again = client.deleteItem(request ->
                request.tableName(shop.orders()).key(key).returnValues(ReturnValue.ALL_OLD));
        expect(again.hasAttributes(), false, "deleting nothing succeeds and returns nothing");
    }

    private PutItemResponse putDraft(Map<String, AttributeValue> key, String note) {
        return client.putItem(request -> request
                .tableName(shop.orders())
                .item(with(key, Map.of("note", s(note))))
                .returnValues(ReturnValue.ALL_OLD));
    }

    private DeleteItemResponse deleteDraft(Map<String, AttributeValue> key, String note) {
        return client.deleteItem(request -> request
                .tableName(shop.orders())
                .key(key)
                .conditionExpression("note = :note")
                .expressionAttributeValues(Map.of(":note", s(note)))
                .returnValues(ReturnValue.ALL_OLD));
    }

    private void metersEachIndex() {
        var key = Shop.key("CUSTOMER#meter", "ORDER#1");
        var order = with(key, Map.of("status", s("OPEN"), "placed", s("2025-12-31"), "total", n("5")));
        var put = client.putItem(request -> request
                .tableName(shop.orders()).item(order).returnConsumedCapacity(ReturnConsumedCapacity.INDEXES));
        Capacity one = Capacity.builder().capacityUnits(1.0).build();
        ConsumedCapacity wanted = ConsumedCapacity.builder()
                .tableName(shop.orders())
                .capacityUnits(3.0)
                .table(one)
                .localSecondaryIndexes(Map.of("by_total", one))
                .globalSecondaryIndexes(Map.of("by_status", one))
                .build();
        expect(put.consumedCapacity(), wanted, "a put that two of three indexes store");
        var read = client.getItem(request -> request
                .tableName(shop.orders()).key(key).consistentRead(true).returnConsumedCapacity("TOTAL"));
        var total = ConsumedCapacity.builder().tableName(shop.orders()).capacityUnits(1.0).build();
        expect(read.consumedCapacity(), total, "a consistent read");
        client.deleteItem(request -> request.tableName(shop.orders()).key(key));
    }

    private void understandsLegacyParameters() throws Exception {
        var key = Shop.key("CUSTOMER#legacy", "ORDER#1");
        PutItemRequest put = PutItemRequest.builder()
                .tableName(shop.orders())
                .item(with(key, Map.of("count", n("1"))))
                .expected(Map.of("pk", ExpectedAttributeValue.builder()
                        .exists(false).build()))
                .build();
        client.putItem(put);
        refused(ConditionalCheckFailedException.class, FAILED, () -> client.putItem(put));
        var updated = client.updateItem(request -> request
                .tableName(shop.orders())
                .key(key)
                .attributeUpdates(Map.of(
                        "count", change(AttributeAction.ADD, n("4")),
                        "note", change(AttributeAction.PUT, s("old style"))))
                .returnValues(ReturnValue.UPDATED_NEW));
        expect(updated.attributes(), Map.of("count", n("5"), "note", s("old style")), "AttributeUpdates");
        var found = client.query(request -> request
                .tableName(shop.orders())
                .keyConditions(Map.of(
                        "pk", condition(ComparisonOperator.EQ, key.get("pk")),
                        "sk", condition(ComparisonOperator.BEGINS_WITH, s("ORDER#"))))
                .queryFilter(Map.of("count", condition(ComparisonOperator.GT, n("4"))))
                .attributesToGet("note"));
        expect(found.items(), List.of(Map.of("note", s("old style"))), "KeyConditions, QueryFilter, AttributesToGet");
    }

    private static AttributeValueUpdate change(
            AttributeAction action, AttributeValue value) {
        return AttributeValueUpdate.builder()
                .action(action)
                .value(value)
                .build();
    }

    private static Condition condition(ComparisonOperator operator, AttributeValue value) {
        return Condition.builder().comparisonOperator(operator).attributeValueList(value).build();
    }

    private static Map<String, Object> item(Customer customer) {
        return Items.unordered(Customer.SCHEMA.itemToMap(customer, true));
    }

    static Map<String, AttributeValue> with(Map<String, AttributeValue> key, Map<String, AttributeValue> rest) {
        Map<String, AttributeValue> item = new HashMap<>(key);
        item.putAll(rest);
        return item;
    }
}
