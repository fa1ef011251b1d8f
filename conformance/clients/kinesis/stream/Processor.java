package stream;

import com.amazonaws.services.dynamodbv2.streamsadapter.model.DynamoDBStreamsProcessRecordsInput;
import com.amazonaws.services.dynamodbv2.streamsadapter.processor.DynamoDBStreamsShardRecordProcessor;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;

/** Reads one shard into the ledger, and checkpoints each page. */
final class Processor implements DynamoDBStreamsShardRecordProcessor {
    private final Ledger ledger;
    private String shard;

    Processor(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void initialize(InitializationInput input) {
        shard = input.shardId();
    }

    @Override
    public void processRecords(DynamoDBStreamsProcessRecordsInput input) {
        for (var record : input.records()) {
            var change = record.getRecord().dynamodb();
            ledger.add(change.keys().get("pk").s(), Integer.parseInt(change.newImage().get("v").n()));
        }
        checkpoint(input.checkpointer());
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
        ledger.ended.add(shard);
        checkpoint(input.checkpointer());
    }

    @Override
    public void leaseLost(LeaseLostInput input) {
        Consumer.check(false, "the only worker lost the lease of " + shard);
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
        checkpoint(input.checkpointer());
    }

    private void checkpoint(RecordProcessorCheckpointer checkpointer) {
        try {
            checkpointer.checkpoint();
        } catch (InvalidStateException | ShutdownException refused) {
            Consumer.check(false, "the checkpoint of " + shard + " is refused: " + refused);
        }
    }
}
