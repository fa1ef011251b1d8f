"""Reads a stream to its end: every shard, parents before their children, page by page."""

import time
from collections import defaultdict
from threading import Event

# Pages are small, so that shards end in the middle of one and between two.
PAGE = 40
PAUSE_SECONDS = 0.05


class Reader:
    """One consumer of a stream, as the guide describes it."""

    def __init__(self, streams, arn: str):
        self.streams = streams
        self.arn = arn
        self.values = defaultdict(list)
        self.event_ids = set()
        self.numbers = []
        self.finished = set()
        self._iterators = {}

    def run(self, written: Event) -> None:
        """Reads until the writers are done and a round finds nothing new."""
        idle_rounds = 0
        while idle_rounds < 3:
            was_written = written.is_set()
            found = self._round()
            idle_rounds = 0 if found or not was_written else idle_rounds + 1
            time.sleep(PAUSE_SECONDS)

    def _round(self) -> int:
        """Reads a page of each shard whose parent has been read."""
        shards = self._shards()
        known = {shard["ShardId"] for shard in shards}
        ready = [
            shard["ShardId"]
            for shard in shards
            if shard["ShardId"] not in self.finished
            and (shard.get("ParentShardId") not in known or shard["ParentShardId"] in self.finished)
        ]
        return sum(self._page(shard) for shard in ready)

    def _shards(self) -> list:
        shards, start = [], {}
        while True:
            stream = self.streams.describe_stream(StreamArn=self.arn, Limit=7, **start)["StreamDescription"]
            shards += stream["Shards"]
            if "LastEvaluatedShardId" not in stream:
                return shards
            start = {"ExclusiveStartShardId": stream["LastEvaluatedShardId"]}

    def _page(self, shard: str) -> int:
        iterator = self._iterators.get(shard) or self.streams.get_shard_iterator(
            StreamArn=self.arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        page = self.streams.get_records(ShardIterator=iterator, Limit=PAGE)
        for record in page["Records"]:
            self._note(record)
        self._iterators[shard] = page.get("NextShardIterator")
        if self._iterators[shard] is None:
            self.finished.add(shard)
        return len(page["Records"])

    def _note(self, record: dict) -> None:
        change = record["dynamodb"]
        assert record["eventID"] not in self.event_ids, f"read twice: {record}"
        self.event_ids.add(record["eventID"])
        self.numbers.append(int(change["SequenceNumber"]))
        value = change.get("NewImage", {}).get("v", {}).get("N")
        old = change.get("OldImage", {}).get("v", {}).get("N")
        self.values[change["Keys"]["pk"]["S"]].append((record["eventName"], old, value))
