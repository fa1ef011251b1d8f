package shop;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbBean;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbPartitionKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbSecondaryPartitionKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbSecondarySortKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbSortKey;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An order as the mapper stores it, and the sixty orders that the queries find. */
@DynamoDbBean
public class Order {
    static final TableSchema<Order> SCHEMA = Shop.schema(Order.class);

    /** The orders of bob, then cleo's, then dan's, each in the order of the sort key. */
    static final List<Order> SIXTY = Stream.of("bob", "cleo", "dan")
            .flatMap(customer -> IntStream.rangeClosed(1, 20).mapToObj(n -> of(customer, n)))
            .toList();

    /** A line of an order. */
    @DynamoDbBean
    public static class Line {
        private String sku;
        private Integer quantity;

        public String getSku() {
            return sku;
        }

        public void setSku(String sku) {
            this.sku = sku;
        }

        public Integer getQuantity() {
            return quantity;
        }

        public void setQuantity(Integer quantity) {
            this.quantity = quantity;
        }
    }

    private String pk;
    private String sk;
    private String status;
    private String placed;
    private BigDecimal total;
    private String tenant;
    private String region;
    private String day;
    private Integer seq;
    private List<Line> lines;

    /** The n-th order of a customer: seven in January, seven in February, six in March; every third is shipped. */
    static Order of(String customer, int n) {
        Line line = new Line();
        line.setSku("SKU-" + n);
        line.setQuantity(n);
        Order order = new Order();
        order.setDay("2026-%02d-%02d".formatted(1 + (n - 1) / 7, n));
        order.setPk("CUSTOMER#" + customer);
        order.setSk("ORDER#%s#%04d".formatted(order.getDay(), n));
        order.setStatus(n % 3 == 0 ? "SHIPPED" : "OPEN");
        order.setPlaced(order.getDay() + "T10:00:00Z");
        order.setTotal(new BigDecimal("1000.25").subtract(BigDecimal.valueOf(n * 10L)));
        order.setTenant("acme");
        order.setRegion(n % 2 == 1 ? "eu" : "us");
        order.setSeq(n);
        order.setLines(List.of(line));
        return order;
    }

    /** The order as an item: what two equal orders have in common. */
    Map<String, AttributeValue> item() {
        return SCHEMA.itemToMap(this, true);
    }

    @DynamoDbPartitionKey
    public String getPk() {
        return pk;
    }

    public void setPk(String pk) {
        this.pk = pk;
    }

    @DynamoDbSortKey
    public String getSk() {
        return sk;
    }

    public void setSk(String sk) {
        this.sk = sk;
    }

    @DynamoDbSecondaryPartitionKey(indexNames = "by_status")
    public String getStatus() {
        return status;
    }

    public void setStatus(String status) {
        this.status = status;
    }

    @DynamoDbSecondarySortKey(indexNames = "by_status")
    public String getPlaced() {
        return placed;
    }

    public void setPlaced(String placed) {
        this.placed = placed;
    }

    @DynamoDbSecondarySortKey(indexNames = "by_total")
    public BigDecimal getTotal() {
        return total;
    }

    public void setTotal(BigDecimal total) {
        this.total = total;
    }

    public String getTenant() {
        return tenant;
    }

    public void setTenant(String tenant) {
        this.tenant = tenant;
    }

    public String getRegion() {
        return region;
    }

    public void setRegion(String region) {
        this.region = region;
    }

    public String getDay() {
        return day;
    }

    public void setDay(String day) {
        this.day = day;
    }

    public Integer getSeq() {
        return seq;
    }

    public void setSeq(Integer seq) {
        this.seq = seq;
    }

    public List<Line> getLines() {
        return lines;
    }

    public void setLines(List<Line> lines) {
        this.lines = lines;
    }
}
