"""Writers change items while readers follow the stream: each record once, in order for each item, whatever becomes of the shards."""

import os
from threading import Event, Thread

import boto3

from .reader import Reader

TABLE = "events-" + os.environ.get("RUN_ID", "by-hand")
WRITERS = 3
KEYS = 5
ROUNDS = 20


def create(tables) -> str:
    tables.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    tables.get_waiter("table_exists").wait(TableName=TABLE)
    return tables.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]


def keys(writer: int) -> list:
    return [f"{writer}-{key}" for key in range(KEYS)]


def write(writer: int) -> None:
    """Each item is put, changed again and again, written once without a change, and deleted."""
    tables = boto3.client("dynamodb")
    for value in range(ROUNDS):
        for key in keys(writer):
            item = {"pk": {"S": key}, "v": {"N": str(value)}}
            tables.put_item(TableName=TABLE, Item=item)
            if value == 0:
                tables.put_item(TableName=TABLE, Item=item)
    for key in keys(writer):
        tables.delete_item(TableName=TABLE, Key={"pk": {"S": key}})


def expected_history() -> list:
    history = [("INSERT", None, "0")]
    history += [("MODIFY", str(value - 1), str(value)) for value in range(1, ROUNDS)]
    return history + [("REMOVE", str(ROUNDS - 1), None)]


def main() -> None:
    arn = create(boto3.client("dynamodb"))
    written = Event()
    readers = [Reader(boto3.client("dynamodbstreams"), arn) for _ in range(2)]
    writers = [Thread(target=write, args=[writer], daemon=True) for writer in range(WRITERS)]
    following = [Thread(target=reader.run, args=[written], daemon=True) for reader in readers]
    for thread in writers + following:
        thread.start()
    for thread in writers:
        thread.join()
    written.set()
    print(f"{WRITERS * KEYS * (ROUNDS + 1)} changes are written", flush=True)
    for thread in following:
        thread.join()
    for reader in readers:
        check(reader)
    boto3.client("dynamodb").delete_table(TableName=TABLE)
    count = len(readers[0].event_ids)
    print(f"{count} records once and in order by each of two readers, {len(readers[0].finished)} shards ended")


def check(reader: Reader) -> None:
    assert set(reader.values) == {key for writer in range(WRITERS) for key in keys(writer)}
    for key, history in reader.values.items():
        assert history == expected_history(), f"{key}: {history}"
    assert len(set(reader.numbers)) == len(reader.numbers), "two records have one number"
    if os.environ.get("SHARDS_END") == "1":
        assert reader.finished, "no shard ended, so that nothing was shown"


main()
