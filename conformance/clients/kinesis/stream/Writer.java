package stream;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** Writes every key round after round, while others read. */
final class Writer implements Runnable {
    private final DynamoDbAsyncClient tables;

    Writer(DynamoDbAsyncClient tables) {
        this.tables = tables;
    }

    /** Creates the table; gives the ARN of its stream. */
    String createTable() {
        var created = tables.createTable(table -> table
                        .tableName(Consumer.TABLE)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .keySchema(KeySchemaElement.builder().attributeName("pk").keyType(KeyType.HASH).build())
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("pk")
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .streamSpecification(
                                stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
                .join();
        tables.waiter().waitUntilTableExists(table -> table.tableName(Consumer.TABLE)).join();
        return created.tableDescription().latestStreamArn();
    }

    @Override
    public void run() {
        for (int round = 0; round < Consumer.ROUNDS; round++) {
            for (int key = 0; key < Consumer.KEYS; key++) {
                var item = Map.of("pk", AttributeValue.fromS("key " + key), "v", AttributeValue.fromN("" + round));
                tables.putItem(put -> put.tableName(Consumer.TABLE).item(item)).join();
            }
        }
    }
}
