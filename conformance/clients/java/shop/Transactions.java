package shop;

import static shop.Shop.key;
import static shop.Shop.n;
import static shop.Shop.s;
import static shop.Story.expect;
import static shop.Story.refused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import shop.Story.Step;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.ParameterizedStatement;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Orders are placed in transactions: all of it or nothing, and once however often the request is sent. */
final class Transactions {
    private static final Map<String, AttributeValue> ORDER = key("CUSTOMER#eve", "ORDER#1");
    private static final Map<String, AttributeValue> COUNT = key("CUSTOMER#eve", "COUNT");

    private final Shop shop;

    Transactions(Shop shop) {
        this.shop = shop;
    }

    List<Step> steps() {
        return List.of(
                new Step("places an order in a transaction, once however often it is sent", this::placesAnOrderOnce),
                new Step("tells for every action why its transaction was cancelled", this::explainsACancellation),
                new Step("reads several items at one moment, and removes them together", this::readsAndRemovesTogether),
                new Step("says the same in statements: a transaction, a query and a batch", this::speaksInStatements));
    }

    private void placesAnOrderOnce() throws Exception {
        Map<String, AttributeValue> order = new HashMap<>(ORDER);
        order.put("status", s("OPEN"));
        String token = UUID.randomUUID().toString();
        TransactWriteItem put = TransactWriteItem.builder()
                .put(request -> request.tableName(shop.orders()).item(order))
                .build();
        TransactWriteItem update = TransactWriteItem.builder()
                .update(request -> request.tableName(shop.orders())
                        .key(COUNT)
                        .updateExpression("ADD orders :one")
                        .expressionAttributeValues(Map.of(":one", n("1"))))
                .build();
        expect(place(token, put, update).writeCapacityUnits(), 4.0, "the units of the transaction");
        expect(place(token, put, update).readCapacityUnits(), 4.0, "the units of its repetition");
        refused(
                IdempotentParameterMismatchException.class,
                "The request uses the same client token as a previous, but non-identical request. Do not reuse a client"
                        + " token with different requests, unless the requests are identical",
                () -> place(token, put));
        var count = shop.client().getItem(request -> request.tableName(shop.orders()).key(COUNT).consistentRead(true));
        expect(count.item().get("orders"), n("1"), "the orders that were placed");
    }

    private ConsumedCapacity place(String token, TransactWriteItem... actions) {
        return shop.client()
                .transactWriteItems(request -> request.transactItems(actions)
                        .clientRequestToken(token)
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                .consumedCapacity()
                .get(0);
    }

    private void explainsACancellation() throws Exception {
        TransactWriteItem check = TransactWriteItem.builder()
                .conditionCheck(request -> request.tableName(shop.orders())
                        .key(COUNT)
                        .conditionExpression("attribute_exists(pk)"))
                .build();
        TransactWriteItem put = TransactWriteItem.builder()
                .put(request -> request.tableName(shop.orders())
                        .item(ORDER)
                        .conditionExpression("attribute_not_exists(pk)")
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build();
        TransactionCanceledException error = refused(
                TransactionCanceledException.class,
                "Transaction cancelled, please refer cancellation reasons for specific reasons"
                        + " [None, ConditionalCheckFailed]",
                () -> shop.client().transactWriteItems(request -> request.transactItems(check, put)));
        var innocent = error.cancellationReasons().get(0);
        var failed = error.cancellationReasons().get(1);
        expect(innocent.code(), "None", "the code of the action that is not to blame");
        expect(innocent.message(), null, "it has no message");
        expect(failed.code(), "ConditionalCheckFailed", "the code of the other");
        expect(failed.message(), "The conditional request failed", "its message");
        expect(failed.item().get("status"), s("OPEN"), "the item that it met");
    }

    private void readsAndRemovesTogether() {
        expect(found(), Arrays.asList(s("COUNT"), null, s("ORDER#1")), "what was found");
        shop.client()
                .transactWriteItems(request -> request.transactItems(delete(COUNT), delete(ORDER)));
        expect(found(), Arrays.asList(null, null, null), "what is left");
    }

    private void speaksInStatements() {
        List<String> names = List.of("ORDER#2", "ORDER#3");
        List<ParameterizedStatement> places = new ArrayList<>();
        List<BatchStatementRequest> removals = new ArrayList<>();
        for (String sk : names) {
            places.add(ParameterizedStatement.builder()
                    .statement("INSERT INTO \"" + shop.orders() + "\" VALUE {'pk': ?, 'sk': ?, 'status': ?}")
                    .parameters(s("CUSTOMER#eve"), s(sk), s("OPEN"))
                    .build());
            removals.add(BatchStatementRequest.builder()
                    .statement("DELETE FROM \"" + shop.orders() + "\" WHERE pk = ? AND sk = ?")
                    .parameters(s("CUSTOMER#eve"), s(sk))
                    .build());
        }
        shop.client().executeTransaction(request -> request.transactStatements(places));
        expect(open(), List.of(s("ORDER#2"), s("ORDER#3")), "the orders that were placed");
        shop.client()
                .batchExecuteStatement(request -> request.statements(removals))
                .responses()
                .forEach(response -> expect(response.error(), null, "the error of a removal"));
        expect(open(), List.of(), "what is left");
    }

    private List<AttributeValue> open() {
        String statement = "SELECT sk FROM \"" + shop.orders()
                + "\" WHERE pk = ? AND begins_with(sk, 'ORDER#') AND status = ?";
        List<AttributeValue> open = new ArrayList<>();
        shop.client()
                .executeStatement(request -> request.statement(statement)
                        .parameters(s("CUSTOMER#eve"), s("OPEN"))
                        .consistentRead(true))
                .items()
                .forEach(item -> open.add(item.get("sk")));
        return open;
    }

    private List<AttributeValue> found() {
        List<TransactGetItem> gets = new ArrayList<>();
        for (String sk : List.of("COUNT", "NOBODY", "ORDER#1")) {
            gets.add(TransactGetItem.builder()
                    .get(request -> request.tableName(shop.orders()).key(key("CUSTOMER#eve", sk)))
                    .build());
        }
        List<AttributeValue> found = new ArrayList<>();
        shop.client()
                .transactGetItems(request -> request.transactItems(gets))
                .responses()
                .forEach(response -> found.add(response.item().get("sk")));
        return found;
    }

    private TransactWriteItem delete(Map<String, AttributeValue> key) {
        return TransactWriteItem.builder()
                .delete(request -> request.tableName(shop.orders()).key(key))
                .build();
    }
}
