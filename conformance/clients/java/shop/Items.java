package shop;

import static shop.Shop.n;
import static shop.Shop.s;
import static shop.Story.expect;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import shop.Story.Step;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.enhanced.dynamodb.AttributeConverterProvider;
import software.amazon.awssdk.enhanced.dynamodb.AttributeValueType;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableMetadata;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.document.EnhancedDocument;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items of all ten attribute types go in and come out unchanged, through the client and through the mapper. */
final class Items {
    private final Shop shop;
    private final DynamoDbClient client;

    Items(Shop shop) {
        this.shop = shop;
        this.client = shop.client();
    }

    List<Step> steps() {
        return List.of(
                new Step("keeps an item with all ten attribute types as it was", this::keepsEveryType),
                new Step("maps a document to the types and back", this::mapsADocument),
                new Step("reads only the projected parts of an item", this::projectsNestedAttributes));
    }

    private static Map<String, AttributeValue> everyType() {
        byte[] bytes = new byte[256];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) index;
        }
        Map<String, AttributeValue> item = new HashMap<>(Shop.key("CUSTOMER#types", "CLIENT"));
        item.put("S", s("Grüße, 世界 🛒"));
        item.put("empty string", s(""));
        item.put("N", n("12345678901234567890123456789012345678"));
        item.put("fraction", n("-0.12345678901234567890123456789012345678"));
        item.put("B", AttributeValue.fromB(SdkBytes.fromByteArray(bytes)));
        item.put("empty binary", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[0])));
        item.put("BOOL", AttributeValue.fromBool(false));
        item.put("NULL", AttributeValue.fromNul(true));
        item.put("SS", AttributeValue.fromSs(List.of("blue", "red", "été")));
        item.put("NS", AttributeValue.fromNs(List.of("-1.5", "0", "3")));
        item.put("BS", AttributeValue.fromBs(List.of(bytes(0), bytes(255, 254))));
        item.put("L", AttributeValue.fromL(List.of(
                s("mixed"), n("1"), AttributeValue.fromL(List.of(AttributeValue.fromBool(true))),
                AttributeValue.fromL(List.of()))));
        item.put("M", AttributeValue.fromM(Map.of(
                "street", s("Hauptstraße 1"),
                "geo", AttributeValue.fromM(Map.of("lat", n("48.137154"))),
                "none", AttributeValue.fromM(Map.of()))));
        return item;
    }

    private void keepsEveryType() {
        var put = client.putItem(request -> request.tableName(shop.orders()).item(everyType()));
        expect(put.responseMetadata().requestId().isEmpty(), false, "the answer carries a request id");
        var read = client.getItem(request ->
                request.tableName(shop.orders()).key(Shop.key("CUSTOMER#types", "CLIENT")).consistentRead(true));
        expect(unordered(read.item()), unordered(everyType()), "the item read back");
        var missing = client.getItem(request ->
                request.tableName(shop.orders()).key(Shop.key("CUSTOMER#types", "NOBODY")));
        expect(missing.hasItem(), false, "a missing item has no Item member");
    }

    private void mapsADocument() {
        var schema = TableSchema.documentSchemaBuilder()
                .addIndexPartitionKey(TableMetadata.primaryIndexName(), "pk", AttributeValueType.S)
                .addIndexSortKey(TableMetadata.primaryIndexName(), "sk", AttributeValueType.S)
                .attributeConverterProviders(AttributeConverterProvider.defaultProvider())
                .build();
        var table = shop.enhanced().table(shop.orders(), schema);
        EnhancedDocument document = EnhancedDocument.builder()
                .attributeConverterProviders(AttributeConverterProvider.defaultProvider())
                .putString("pk", "CUSTOMER#types")
                .putString("sk", "DOCUMENT")
                .putString("name", "Zoë")
                .putNumber("price", new BigDecimal("99999999999999999999999999999999999.999"))
                .putBytes("photo", bytes(0x89, 0x50))
                .putBoolean("active", true)
                .putNull("deleted")
                .putJson("lines", "[{\"sku\": \"A-1\", \"count\": 2}, \"gift\", [1]]")
                .putJson("address", "{\"city\": \"Zürich\", \"zip\": {\"code\": 8001}}")
                .build();
        table.putItem(document);
        Key key = Key.builder().partitionValue("CUSTOMER#types").sortValue("DOCUMENT").build();
        EnhancedDocument read = table.getItem(request -> request.key(key).consistentRead(true));
        expect(read.toMap(), document.toMap(), "the document read back");
    }

    private void projectsNestedAttributes() {
        var read = client.getItem(request -> request
                .tableName(shop.orders())
                .key(Shop.key("CUSTOMER#types", "DOCUMENT"))
                .projectionExpression("address.zip, #l[0].sku, #l[1], absent")
                .expressionAttributeNames(Map.of("#l", "lines")));
        Map<String, AttributeValue> wanted = Map.of(
                "address", AttributeValue.fromM(Map.of("zip", AttributeValue.fromM(Map.of("code", n("8001"))))),
                "lines", AttributeValue.fromL(List.of(AttributeValue.fromM(Map.of("sku", s("A-1"))), s("gift"))));
        expect(read.item(), wanted, "the projection");
    }

    /** Sets have no order: the same item with its sets as sets. */
    static Map<String, Object> unordered(Map<String, AttributeValue> item) {
        return item.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> unordered(entry.getValue())));
    }

    private static Object unordered(AttributeValue value) {
        return switch (value.type()) {
            case SS -> Map.of("SS", new HashSet<>(value.ss()));
            case NS -> Map.of("NS", new HashSet<>(value.ns()));
            case BS -> Map.of("BS", new HashSet<>(value.bs()));
            default -> value;
        };
    }

    private static SdkBytes bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int index = 0; index < values.length; index++) {
            bytes[index] = (byte) values[index];
        }
        return SdkBytes.fromByteArray(bytes);
    }
}
