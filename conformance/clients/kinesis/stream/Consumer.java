package stream;

import com.amazonaws.services.dynamodbv2.streamsadapter.AmazonDynamoDBStreamsAdapterClient;
import com.amazonaws.services.dynamodbv2.streamsadapter.StreamsSchedulerFactory;
import com.amazonaws.services.dynamodbv2.streamsadapter.polling.DynamoDBStreamsPollingConfig;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.metrics.NullMetricsFactory;

/**
 * The Kinesis client library over the adapter for streams: one worker, whose leases and checkpoints lie in tables of the same endpoint, reads a
 * stream while it is written and its shards end. Every value of every key must come once, and in order.
 */
public final class Consumer {
    static final String TABLE = "events-" + System.getenv().getOrDefault("RUN_ID", "by-hand");
    static final int KEYS = 20;
    static final int ROUNDS = 50;
    private static final long PATIENCE_SECONDS = 150;

    public static void main(String[] arguments) throws Exception {
        var endpoint = URI.create(System.getenv("AWS_ENDPOINT_URL_DYNAMODB"));
        var region = Region.of(System.getenv("AWS_REGION"));
        var tables = DynamoDbAsyncClient.builder().endpointOverride(endpoint).region(region).build();
        var streams = DynamoDbStreamsClient.builder().endpointOverride(endpoint).region(region).build();
        var metrics = CloudWatchAsyncClient.builder().endpointOverride(endpoint).region(region).build();

        var writer = new Writer(tables);
        String stream = writer.createTable();
        var ledger = new Ledger(KEYS * ROUNDS);
        start(scheduler(stream, tables, streams, metrics, region, ledger));
        start(writer);

        for (int second = 0; !ledger.isFull.await(1, TimeUnit.SECONDS); second++) {
            if (second % 10 == 0) {
                System.out.printf("%d records, %d shards ended%n", ledger.count(), ledger.ended.size());
            }
            check(second < PATIENCE_SECONDS, "some records do not come: " + ledger.values);
        }
        List<Integer> expected = IntStream.range(0, ROUNDS).boxed().toList();
        ledger.values.forEach((key, values) -> check(values.equals(expected), key + " was told as " + values));
        check(ledger.values.size() == KEYS, "keys are missing: " + ledger.values.keySet());
        boolean mustRoll = "1".equals(System.getenv("SHARDS_END"));
        check(!mustRoll || !ledger.ended.isEmpty(), "no shard ended, so that nothing was shown");
        System.out.printf("%d records once and in order, %d shards ended%n", ledger.count(), ledger.ended.size());
        System.exit(0);
    }

    private static Scheduler scheduler(
            String stream,
            DynamoDbAsyncClient tables,
            DynamoDbStreamsClient streams,
            CloudWatchAsyncClient metrics,
            Region region,
            Ledger ledger) {
        var adapter = new AmazonDynamoDBStreamsAdapterClient(streams, region);
        var start = InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);
        var tracker = StreamsSchedulerFactory.createSingleStreamTracker(stream, start);
        var configs = new ConfigsBuilder(
                tracker, TABLE + "-leases", adapter, tables, metrics, "worker", () -> new Processor(ledger));
        var polling = new DynamoDBStreamsPollingConfig(adapter).idleTimeBetweenReadsInMillis(100);
        return StreamsSchedulerFactory.createScheduler(
                configs.checkpointConfig(),
                configs.coordinatorConfig().parentShardPollIntervalMillis(100).shardConsumerDispatchPollIntervalMillis(50),
                configs.leaseManagementConfig()
                        .failoverTimeMillis(2_000)
                        .shardSyncIntervalMillis(1_000)
                        .initialPositionInStream(start),
                configs.lifecycleConfig(),
                configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
                configs.processorConfig(),
                configs.retrievalConfig().retrievalSpecificConfig(polling).initialPositionInStreamExtended(start),
                adapter);
    }

    private static void start(Runnable work) {
        var thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            System.err.println(otherwise);
            System.exit(1);
        }
    }
}
