package shop;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A shop's everyday work through the AWS SDK for Java v2, with AWS_ENDPOINT_URL_DYNAMODB naming the server.
 *
 * @param client the low-level client
 * @param enhanced the mapper over it
 * @param orders the name of this run's orders table
 * @param stock the name of this run's stock table
 */
record Shop(DynamoDbClient client, DynamoDbEnhancedClient enhanced, String orders, String stock) {
    public static void main(String[] arguments) {
        Story story = new Story();
        int status;
        try (DynamoDbClient client = DynamoDbClient.builder()
                .overrideConfiguration(configuration -> configuration.addExecutionInterceptor(story))
                .build()) {
            status = story.tell(steps(open(client)));
        }
        System.exit(status);
    }

    private static Shop open(DynamoDbClient client) {
        String run = UUID.randomUUID().toString().substring(0, 8);
        DynamoDbEnhancedClient enhanced = DynamoDbEnhancedClient.builder().dynamoDbClient(client).build();
        return new Shop(client, enhanced, "orders-" + run, "stock-" + run);
    }

    private static List<Story.Step> steps(Shop shop) {
        Tables tables = new Tables(shop);
        return Stream.of(
                        tables.opening(),
                        new Items(shop).steps(),
                        new Writes(shop).steps(),
                        new Transactions(shop).steps(),
                        new Batches(shop).steps(),
                        new Queries(shop).steps(),
                        new Scans(shop).steps(),
                        new Errors(shop).steps(),
                        tables.liveChanges(),
                        tables.closing())
                .flatMap(List::stream)
                .toList();
    }

    /** The orders table as the mapper sees it. */
    DynamoDbTable<Order> table() {
        return enhanced.table(orders, Order.SCHEMA);
    }

    static AttributeValue s(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue n(String value) {
        return AttributeValue.fromN(value);
    }

    /** The key of an item in the orders table. */
    static Map<String, AttributeValue> key(String pk, String sk) {
        return Map.of("pk", s(pk), "sk", s(sk));
    }

    /** The schema of a bean. */
    static <T> TableSchema<T> schema(Class<T> bean) {
        return TableSchema.fromBean(bean);
    }
}
