package shop;

import static shop.Shop.n;
import static shop.Shop.s;
import static shop.Story.expect;
import static shop.Story.refused;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import shop.Story.Step;
import software.amazon.awssdk.core.waiters.Waiter;
import software.amazon.awssdk.core.waiters.WaiterAcceptor;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;

/** The life of the shop's two tables: made, described, tagged, changed while in use, and deleted. */
final class Tables {
    private static final WaiterOverrideConfiguration POLLING = WaiterOverrideConfiguration.builder()
            .backoffStrategyV2(BackoffStrategy.fixedDelayWithoutJitter(Duration.ofMillis(100)))
            .maxAttempts(300)
            .build();

    private final Shop shop;
    private final DynamoDbClient client;
    private final DynamoDbWaiter waiter;

    Tables(Shop shop) {
        this.shop = shop;
        this.client = shop.client();
        this.waiter = DynamoDbWaiter.builder().client(client).overrideConfiguration(POLLING).build();
    }

    List<Step> opening() {
        return List.of(
                new Step("creates the orders table with a local and two global indexes, and waits for it", this::createsOrders),
                new Step("describes every field of the orders table that waiters and Terraform read", this::describesOrders),
                new Step("creates a provisioned, protected table and waits for it", this::createsStock),
                new Step("lists the tables one page at a time", this::listsInPages),
                new Step("tags a table, lists the tags and removes one", this::tags),
                new Step("enables time to live and describes it", this::enablesTimeToLive));
    }

    List<Step> liveChanges() {
        return List.of(
                new Step("adds an index over four attributes to the table in use, waits for it and queries it", this::addsAnIndex),
                new Step("drops that index again", this::dropsTheIndex),
                new Step("raises the provisioned throughput, then switches to on demand", this::changesBilling),
                new Step("refuses to delete a protected table until the protection is lifted", this::refusesToDelete));
    }

    List<Step> closing() {
        return List.of(new Step("deletes both tables and waits until they are gone", this::deletesBoth));
    }

    private void createsOrders() {
        TableDescription created = client.createTable(request -> request
                        .tableName(shop.orders())
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(
                                text("pk"), text("sk"), number("total"), text("status"), text("placed"), text("email"))
                        .keySchema(hash("pk"), range("sk"))
                        .localSecondaryIndexes(index -> index
                                .indexName("by_total")
                                .keySchema(hash("pk"), range("total"))
                                .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY)))
                        .globalSecondaryIndexes(
                                index -> index
                                        .indexName("by_status")
                                        .keySchema(hash("status"), range("placed"))
                                        .projection(projection -> projection
                                                .projectionType(ProjectionType.INCLUDE)
                                                .nonKeyAttributes("total")),
                                index -> index
                                        .indexName("by_email")
                                        .keySchema(hash("email"))
                                        .projection(projection -> projection.projectionType(ProjectionType.ALL)))
                        .tags(tag("team", "checkout")))
                .tableDescription();
        expect(created.tableName(), shop.orders(), "the name in the answer of CreateTable");
        waiter.waitUntilTableExists(request -> request.tableName(shop.orders()));
    }

    private void describesOrders() {
        TableDescription table = describe(shop.orders());
        expect(table.tableStatus(), TableStatus.ACTIVE, "TableStatus");
        String region = client.serviceClientConfiguration().region().id();
        String arn = "arn:aws:dynamodb:" + region + ":\\d{12}:table/" + shop.orders();
        expect(table.tableArn().matches(arn), true, "TableArn has the caller's region: " + table.tableArn());
        expect(UUID.fromString(table.tableId()).toString(), table.tableId(), "TableId is a UUID");
        expect(table.creationDateTime() == null, false, "CreationDateTime is absent");
        expect(table.billingModeSummary().billingMode(), BillingMode.PAY_PER_REQUEST, "BillingModeSummary.BillingMode");
        expect(units(table), List.of(0L, 0L), "throughput on demand");
        expect(table.warmThroughput().status(), TableStatus.ACTIVE, "WarmThroughput.Status");
        expect(table.deletionProtectionEnabled(), false, "DeletionProtectionEnabled");
        expect(List.of(table.itemCount(), table.tableSizeBytes()), List.of(0L, 0L), "ItemCount and TableSizeBytes");
        expect(table.keySchema(), List.of(hash("pk"), range("sk")), "KeySchema");
        List<String> names = table.attributeDefinitions().stream().map(AttributeDefinition::attributeName).toList();
        expect(names, List.of("email", "pk", "placed", "sk", "status", "total"), "AttributeDefinitions, sorted by name");

        String localArn = table.localSecondaryIndexes().get(0).indexArn();
        expect(localArn, table.tableArn() + "/index/by_total", "IndexArn of by_total");
        expect(indexNames(table), List.of("by_email", "by_status"), "the global indexes");
        for (GlobalSecondaryIndexDescription index : table.globalSecondaryIndexes()) {
            String name = index.indexName();
            expect(index.indexStatus(), IndexStatus.ACTIVE, "IndexStatus of " + name);
            expect(index.indexArn(), table.tableArn() + "/index/" + name, "IndexArn of " + name);
            expect(index.warmThroughput().status(), IndexStatus.ACTIVE, "WarmThroughput.Status of " + name);
            expect(index.backfilling(), null, name + " came with the table and shows no Backfilling");
        }
    }

    private void createsStock() {
        client.createTable(request -> request
                .tableName(shop.stock())
                .attributeDefinitions(text("sku"))
                .keySchema(hash("sku"))
                .provisionedThroughput(units -> units.readCapacityUnits(5L).writeCapacityUnits(5L))
                .deletionProtectionEnabled(true));
        waiter.waitUntilTableExists(request -> request.tableName(shop.stock()));
        TableDescription table = describe(shop.stock());
        expect(table.billingModeSummary(), null, "a table that was never on demand has no BillingModeSummary");
        expect(units(table), List.of(5L, 5L), "ProvisionedThroughput");
        expect(table.provisionedThroughput().numberOfDecreasesToday(), 0L, "NumberOfDecreasesToday");
        var warm = table.warmThroughput();
        expect(List.of(warm.readUnitsPerSecond(), warm.writeUnitsPerSecond()), List.of(5L, 5L), "WarmThroughput");
        expect(table.deletionProtectionEnabled(), true, "DeletionProtectionEnabled");
    }

    private void listsInPages() {
        List<String> ours = new ArrayList<>();
        for (ListTablesResponse page : client.listTablesPaginator(request -> request.limit(1))) {
            expect(page.tableNames().size() <= 1, true, "a page holds at most Limit names");
            ours.addAll(page.tableNames());
        }
        ours.removeIf(name -> !name.equals(shop.orders()) && !name.equals(shop.stock()));
        expect(ours, List.of(shop.orders(), shop.stock()), "our tables");
    }

    private void tags() {
        String arn = describe(shop.orders()).tableArn();
        client.tagResource(request ->
                request.resourceArn(arn).tags(tag("team", "orders"), tag("cost-centre", "4711")));
        expect(tagsOf(arn), Map.of("team", "orders", "cost-centre", "4711"), "one overwritten, one added");
        client.untagResource(request -> request.resourceArn(arn).tagKeys("cost-centre", "never-set"));
        expect(tagsOf(arn), Map.of("team", "orders"), "the removed tag is gone");
    }

    private void enablesTimeToLive() {
        TimeToLiveDescription off = timeToLive();
        expect(off.timeToLiveStatus(), TimeToLiveStatus.DISABLED, "before it is enabled");
        expect(off.attributeName(), null, "no attribute while it is off");
        var updated = client.updateTimeToLive(request -> request
                .tableName(shop.orders())
                .timeToLiveSpecification(wanted -> wanted.enabled(true).attributeName("expires")));
        expect(updated.timeToLiveSpecification().attributeName(), "expires", "the answer echoes what was asked");
        TimeToLiveDescription on = timeToLive();
        var states = List.of(TimeToLiveStatus.ENABLING, TimeToLiveStatus.ENABLED);
        expect(states.contains(on.timeToLiveStatus()), true, "the status is " + on.timeToLiveStatus());
        expect(on.attributeName(), "expires", "AttributeName");
    }

    private void addsAnIndex() {
        client.updateTable(request -> request
                .tableName(shop.orders())
                .attributeDefinitions(text("tenant"), text("region"), text("day"), number("seq"))
                .globalSecondaryIndexUpdates(update -> update.create(index -> index
                        .indexName("by_store")
                        .keySchema(hash("tenant"), hash("region"), range("day"), range("seq"))
                        .projection(projection -> projection.projectionType(ProjectionType.ALL)))));
        waitUntilIndexesAreActive(shop.orders());
        QueryResponse january = client.query(request -> request
                .tableName(shop.orders())
                .indexName("by_store")
                .keyConditionExpression("tenant = :t AND #r = :r AND #d BETWEEN :low AND :high")
                .expressionAttributeNames(Map.of("#r", "region", "#d", "day"))
                .expressionAttributeValues(Map.of(
                        ":t", s("acme"), ":r", s("eu"), ":low", s("2026-01-01"), ":high", s("2026-01-31"))));
        List<Integer> numbers = january.items().stream().map(item -> Integer.valueOf(item.get("seq").n())).toList();
        expect(numbers, List.of(1, 1, 1, 3, 3, 3, 5, 5, 5, 7, 7, 7), "the January orders of one store");
        QueryResponse oneDay = client.query(request -> request
                .tableName(shop.orders())
                .indexName("by_store")
                .keyConditionExpression("tenant = :t AND #r = :r AND #d = :d AND seq > :n")
                .expressionAttributeNames(Map.of("#r", "region", "#d", "day"))
                .expressionAttributeValues(
                        Map.of(":t", s("acme"), ":r", s("eu"), ":d", s("2026-01-03"), ":n", n("2.5")))
                .select(Select.COUNT));
        expect(oneDay.count(), 3, "equality on the first sort attribute, a range on the second");
    }

    private void dropsTheIndex() {
        client.updateTable(request -> request
                .tableName(shop.orders())
                .globalSecondaryIndexUpdates(update -> update.delete(index -> index.indexName("by_store"))));
        waitUntilIndexesAreActive(shop.orders());
        expect(indexNames(describe(shop.orders())), List.of("by_email", "by_status"), "the indexes that are left");
    }

    private void changesBilling() {
        client.updateTable(request -> request
                .tableName(shop.stock())
                .provisionedThroughput(units -> units.readCapacityUnits(10L).writeCapacityUnits(7L)));
        waiter.waitUntilTableExists(request -> request.tableName(shop.stock()));
        TableDescription raised = describe(shop.stock());
        expect(units(raised), List.of(10L, 7L), "the raised throughput");
        expect(raised.provisionedThroughput().lastIncreaseDateTime() == null, false, "LastIncreaseDateTime is absent");
        client.updateTable(request -> request.tableName(shop.stock()).billingMode(BillingMode.PAY_PER_REQUEST));
        waiter.waitUntilTableExists(request -> request.tableName(shop.stock()));
        TableDescription switched = describe(shop.stock());
        expect(units(switched), List.of(0L, 0L), "throughput on demand");
        var billing = switched.billingModeSummary();
        expect(billing.billingMode(), BillingMode.PAY_PER_REQUEST, "BillingMode");
        expect(billing.lastUpdateToPayPerRequestDateTime() == null, false, "the time of the switch is absent");
    }

    private void refusesToDelete() throws Exception {
        DynamoDbException error = refused(
                DynamoDbException.class,
                "Resource cannot be deleted as it is currently protected against deletion. "
                        + "Disable deletion protection first.",
                () -> client.deleteTable(request -> request.tableName(shop.stock())));
        expect(error.awsErrorDetails().errorCode(), "ValidationException", "the code of the error");
        client.updateTable(request -> request.tableName(shop.stock()).deletionProtectionEnabled(false));
        expect(describe(shop.stock()).deletionProtectionEnabled(), false, "DeletionProtectionEnabled");
    }

    private void deletesBoth() throws Exception {
        for (String name : List.of(shop.orders(), shop.stock())) {
            var deleted = client.deleteTable(request -> request.tableName(name)).tableDescription();
            expect(deleted.tableStatus(), TableStatus.DELETING, "TableStatus in the answer of DeleteTable");
            waiter.waitUntilTableNotExists(request -> request.tableName(name));
            String gone = "Requested resource not found: Table: " + name + " not found";
            refused(ResourceNotFoundException.class, gone, () -> describe(name));
        }
        waiter.close();
    }

    private TableDescription describe(String name) {
        return client.describeTable(request -> request.tableName(name)).table();
    }

    private TimeToLiveDescription timeToLive() {
        return client.describeTimeToLive(request -> request.tableName(shop.orders())).timeToLiveDescription();
    }

    private Map<String, String> tagsOf(String arn) {
        return client.listTagsOfResource(request -> request.resourceArn(arn)).tags().stream()
                .collect(Collectors.toMap(Tag::key, Tag::value));
    }

    /** Waits until the table and all its indexes are ACTIVE: the SDK has no such waiter, but lets one be built. */
    private void waitUntilIndexesAreActive(String name) {
        Waiter.builder(DescribeTableResponse.class)
                .addAcceptor(WaiterAcceptor.successOnResponseAcceptor(described -> isReady(described.table())))
                .addAcceptor(WaiterAcceptor.retryOnResponseAcceptor(described -> true))
                .overrideConfiguration(POLLING)
                .build()
                .run(() -> client.describeTable(request -> request.tableName(name)));
    }

    private static boolean isReady(TableDescription table) {
        return table.tableStatus() == TableStatus.ACTIVE
                && table.globalSecondaryIndexes().stream().allMatch(index -> index.indexStatus() == IndexStatus.ACTIVE);
    }

    private static List<Long> units(TableDescription table) {
        var throughput = table.provisionedThroughput();
        return List.of(throughput.readCapacityUnits(), throughput.writeCapacityUnits());
    }

    private static List<String> indexNames(TableDescription table) {
        return table.globalSecondaryIndexes().stream()
                .map(GlobalSecondaryIndexDescription::indexName)
                .sorted()
                .toList();
    }

    static AttributeDefinition text(String name) {
        return AttributeDefinition.builder().attributeName(name).attributeType(ScalarAttributeType.S).build();
    }

    private static AttributeDefinition number(String name) {
        return AttributeDefinition.builder().attributeName(name).attributeType(ScalarAttributeType.N).build();
    }

    static KeySchemaElement hash(String name) {
        return KeySchemaElement.builder().attributeName(name).keyType(KeyType.HASH).build();
    }

    private static KeySchemaElement range(String name) {
        return KeySchemaElement.builder().attributeName(name).keyType(KeyType.RANGE).build();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
