package shop;

import static shop.Story.expect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import shop.Story.Step;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.model.ReadBatch;
import software.amazon.awssdk.enhanced.dynamodb.model.WriteBatch;

/** Sixty orders of three customers, written and read in batches through the mapper; the later steps query them. */
final class Batches {
    private final Shop shop;
    private final DynamoDbTable<Order> table;

    Batches(Shop shop) {
        this.shop = shop;
        this.table = shop.table();
    }

    List<Step> steps() {
        return List.of(
                new Step("writes sixty orders in batches, again for those left unprocessed", this::writesInBatches),
                new Step("reads them back in batches, again for those left unprocessed", this::readsInBatches));
    }

    private void writesInBatches() {
        for (int start = 0; start < Order.SIXTY.size(); start += 25) {
            List<Order> wanted = Order.SIXTY.subList(start, Math.min(start + 25, Order.SIXTY.size()));
            for (int attempt = 1; !wanted.isEmpty(); attempt++) {
                expect(attempt <= 20, true, "a batch is processed within twenty attempts");
                WriteBatch.Builder<Order> batch = WriteBatch.builder(Order.class).mappedTableResource(table);
                wanted.forEach(batch::addPutItem);
                wanted = shop.enhanced()
                        .batchWriteItem(request -> request.writeBatches(batch.build()))
                        .unprocessedPutItemsForTable(table);
            }
        }
    }

    private void readsInBatches() {
        List<Order> read = new ArrayList<>();
        List<Key> wanted = Order.SIXTY.stream().map(table::keyFrom).toList();
        for (int attempt = 1; !wanted.isEmpty(); attempt++) {
            expect(attempt <= 20, true, "a batch is processed within twenty attempts");
            ReadBatch.Builder<Order> batch = ReadBatch.builder(Order.class).mappedTableResource(table);
            wanted.forEach(key -> batch.addGetItem(request -> request.key(key).consistentRead(true)));
            wanted = new ArrayList<>();
            for (var page : shop.enhanced().batchGetItem(request -> request.readBatches(batch.build()))) {
                read.addAll(page.resultsForTable(table));
                wanted.addAll(page.unprocessedKeysForTable(table));
            }
        }
        read.sort(Comparator.comparing(order -> order.getPk() + order.getSk()));
        var items = read.stream().map(Order::item).toList();
        expect(items, Order.SIXTY.stream().map(Order::item).toList(), "every order once, as it was written");
    }
}
