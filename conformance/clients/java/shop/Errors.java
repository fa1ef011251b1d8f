package shop;

import static shop.Shop.n;
import static shop.Shop.s;
import static shop.Story.expect;
import static shop.Story.refused;

import java.util.List;
import java.util.Map;
import shop.Story.Play;
import shop.Story.Step;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Errors arrive as the classes that an application catches, with the service's words. */
final class Errors {
    private final Shop shop;
    private final DynamoDbClient client;

    Errors(Shop shop) {
        this.shop = shop;
        this.client = shop.client();
    }

    List<Step> steps() {
        return List.of(
                new Step("throws ResourceNotFoundException for a table that does not exist", this::namesTheMissingTable),
                new Step("throws ResourceInUseException for a name that is taken", this::refusesASecondTable),
                new Step("throws ValidationException that says what is wrong", this::explainsWhatIsInvalid));
    }

    private void namesTheMissingTable() throws Exception {
        String absent = "no-such-table";
        refused(
                ResourceNotFoundException.class,
                "Requested resource not found: Table: no-such-table not found",
                () -> client.describeTable(request -> request.tableName(absent)));
        refused(
                ResourceNotFoundException.class,
                "Requested resource not found",
                () -> client.getItem(request -> request.tableName(absent).key(Shop.key("a", "b"))));
    }

    private void refusesASecondTable() throws Exception {
        refused(
                ResourceInUseException.class,
                "Table already exists: " + shop.orders(),
                () -> client.createTable(request -> request
                        .tableName(shop.orders())
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(Tables.text("id"))
                        .keySchema(Tables.hash("id"))));
    }

    private void explainsWhatIsInvalid() throws Exception {
        var value = Map.of(":v", s("a"));
        invalid(
                "The provided key element does not match the schema",
                () -> client.getItem(request -> request.tableName(shop.orders()).key(Map.of("pk", s("CUSTOMER#ada")))));
        invalid(
                "The table does not have the specified index: nope",
                () -> client.query(request -> request
                        .tableName(shop.orders())
                        .indexName("nope")
                        .keyConditionExpression("pk = :v")
                        .expressionAttributeValues(value)));
        invalid(
                "Query condition missed key schema element: pk",
                () -> client.query(request -> request
                        .tableName(shop.orders())
                        .keyConditionExpression("sk = :v")
                        .expressionAttributeValues(value)));
        invalid(
                "One or more parameter values were invalid: "
                        + "Type mismatch for Index Key total Expected: N Actual: S IndexName: by_total",
                () -> client.putItem(request -> request
                        .tableName(shop.orders())
                        .item(Writes.with(Shop.key("CUSTOMER#x", "ORDER#x"), Map.of("total", s("ten"), "seq", n("1"))))));
    }

    private void invalid(String message, Play call) throws Exception {
        DynamoDbException error = refused(DynamoDbException.class, message, call);
        expect(error.awsErrorDetails().errorCode(), "ValidationException", "the code of the error");
        expect(error.statusCode(), 400, "the status of the error");
    }
}
