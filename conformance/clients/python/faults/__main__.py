"""Faults and expectations through boto3 and the admin API: `python -m faults`, with AWS_ENDPOINT_URL_DYNAMODB naming a Stator."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from shop.story import Story, expect, refused

TABLE = "orders"


class Rules:
    """The rules of one namespace, as the admin API has them."""

    def __init__(self, endpoint, namespace):
        self.base = f"{endpoint}/_stator/namespaces/{namespace}"

    def ask(self, method, path="/rules", body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def set(self, **rule):
        status, answer = self.ask("POST", body=rule)
        expect(status, 200, f"the rule is set: {answer}")
        return answer["id"]

    def refusal(self, **rule):
        status, answer = self.ask("POST", body=rule)
        expect(status, 400, "the rule is refused")
        return answer["message"]

    def checkpoint(self):
        return self.ask("POST", "/checkpoint")[1]


@dataclass
class Bench:
    client: object
    impatient: object
    rules: Rules


def put(client, pk, status="NEW"):
    return client.put_item(TableName=TABLE, Item={"pk": {"S": pk}, "sk": {"S": "1"}, "status": {"S": status}})


def get(client, pk):
    return client.get_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": "1"}}, ConsistentRead=True).get("Item")


def makes_the_table(bench):
    """makes a table to break."""
    bench.client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "status")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_status",
                "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def retries_throttles(bench):
    """boto3 retries two throttled writes, and tells the reasons when it may not."""
    reason = {"reason": "TableWriteKeyRangeThroughputExceeded", "resource": "arn:aws:dynamodb:eu-west-1:000000000000:table/orders"}
    error = {"type": "ProvisionedThroughputExceededException", "throttling_reasons": [reason]}
    rule = bench.rules.set(operations=["PutItem"], table=TABLE, times=2, effect={"error": error}, name="two throttles")
    answer = put(bench.client, "a")
    expect(answer["ResponseMetadata"]["RetryAttempts"], 2, "the retries of boto3")
    expect(bench.rules.ask("GET", f"/rules/{rule}")[1]["is_met"], True, "the rule is met")
    bench.rules.set(operations=["PutItem"], times=1, effect={"error": error})
    raised = refused(bench.impatient.exceptions.ProvisionedThroughputExceededException, lambda: put(bench.impatient, "b"))
    expect(raised.response["ThrottlingReasons"], [reason], "the reasons")
    expect(bench.rules.checkpoint(), {"is_met": True}, "the checkpoint")


def loops_over_unprocessed_items(bench):
    """writes in batches until nothing is left unprocessed."""
    bench.rules.set(operations=["BatchWriteItem"], table=TABLE, times=1, effect={"leave_unprocessed": 4})
    wanted = {TABLE: [{"PutRequest": {"Item": {"pk": {"S": f"batch{n}"}, "sk": {"S": "1"}}}} for n in range(10)]}
    counts = []
    while wanted:
        wanted = bench.client.batch_write_item(RequestItems=wanted)["UnprocessedItems"]
        counts.append(len(wanted.get(TABLE, [])))
    expect(counts, [4, 0], "what each batch leaves")
    expect(get(bench.client, "batch9") is not None, True, "the last item is written")
    keys = {TABLE: {"Keys": [{"pk": {"S": f"batch{n}"}, "sk": {"S": "1"}} for n in range(10)]}}
    bench.rules.set(operations=["BatchGetItem"], times=1, effect={"leave_unprocessed": 3})
    page = bench.client.batch_get_item(RequestItems=keys)
    expect((len(page["Responses"][TABLE]), len(page["UnprocessedKeys"][TABLE]["Keys"])), (7, 3), "what is read and left")
    expect(bench.rules.checkpoint(), {"is_met": True}, "the checkpoint")


def loses_answers(bench):
    """loses the answer of a write that happened, and the connection of one that did not."""
    bench.rules.set(operations=["PutItem"], key={"pk": {"S": "lost"}}, times=1, effect={"lose_answer": "connection"})
    bench.rules.set(operations=["PutItem"], key={"pk": {"S": "cut"}}, times=1, effect={"drop_connection": True})
    bench.rules.set(operations=["PutItem"], key={"pk": {"S": "open"}}, times=1, effect={"lose_answer": "error"})
    for pk, error in (("lost", ConnectionClosedError), ("cut", ConnectionClosedError), ("open", ClientError)):
        refused(error, lambda pk=pk: put(bench.impatient, pk))
    expect([get(bench.client, pk) is not None for pk in ("lost", "cut", "open")], [True, False, True], "what is written")
    bench.rules.set(operations=["UpdateItem"], update="ADD n 1", times=1, effect={"lose_answer": "connection"})
    bench.client.update_item(
        TableName=TABLE,
        Key={"pk": {"S": "counter"}, "sk": {"S": "1"}},
        UpdateExpression="ADD #n :one",
        ExpressionAttributeNames={"#n": "n"},
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    expect(get(bench.client, "counter")["n"], {"N": "2"}, "an increment that boto3 retried")
    expect(bench.rules.checkpoint(), {"is_met": True}, "the checkpoint")


def pages_and_delays(bench):
    """pages end early, and answers come late."""
    bench.rules.set(operations=["Scan"], table=TABLE, effect={"page_items": 3})
    pages = list(bench.client.get_paginator("scan").paginate(TableName=TABLE))
    expect({page["ScannedCount"] for page in pages[:-1]}, {3}, "the items of a page")
    bench.rules.set(operations=["GetItem"], times=1, delay_ms=120)
    started = time.monotonic()
    get(bench.client, "a")
    expect(time.monotonic() - started >= 0.12, True, "the answer is late")
    bench.rules.set(operations=["GetItem"], times=1, effect={"reply": {"Item": {"pk": {"S": "a"}, "sk": {"S": "1"}, "mocked": {"BOOL": True}}}})
    expect(get(bench.client, "a")["mocked"], {"BOOL": True}, "the reply of the rule")
    expect(bench.rules.checkpoint(), {"is_met": True}, "the checkpoint")


def reads_what_was(bench):
    """reads and indexes see what was, unless a read is strongly consistent."""
    bench.rules.set(operations=["GetItem"], table=TABLE, times=1, effect={"stale_ms": 60_000})
    bench.rules.set(operations=["Query"], index="by_status", times=1, effect={"stale_ms": 60_000})
    put(bench.client, "fresh", "FRESH")
    key = {"pk": {"S": "fresh"}, "sk": {"S": "1"}}

    def reads():
        return bench.client.get_item(TableName=TABLE, Key=key).get("Item") is not None

    def counts():
        return bench.client.query(
            TableName=TABLE,
            IndexName="by_status",
            KeyConditionExpression="#s = :s",
            ExpressionAttributeNames={"#s": "status"},
            ExpressionAttributeValues={":s": {"S": "FRESH"}},
        )["Count"]

    expect(get(bench.client, "fresh") is not None, True, "a consistent read sees what is")
    expect([reads(), reads()], [False, True], "reads under the rule and after it")
    expect([counts(), counts()], [0, 1], "queries of the index under the rule and after it")
    expect(bench.rules.checkpoint(), {"is_met": True}, "the checkpoint")


def meets_transactions(bench):
    """writes meet transactions: one that nobody sees, one that takes time, and mixed reasons for a cancellation."""
    bench.rules.set(operations=["PutItem"], key={"pk": {"S": "held"}}, times=1, effect={"contend_ms": 60_000})
    conflict = bench.impatient.exceptions.TransactionConflictException
    refused(conflict, lambda: put(bench.impatient, "held"))

    def pay(client, *keys):
        puts = [{"Put": {"TableName": TABLE, "Item": {"pk": {"S": pk}, "sk": {"S": "1"}}}} for pk in keys]
        return client.transact_write_items(TransactItems=puts)

    cancelled = bench.impatient.exceptions.TransactionCanceledException
    raised = refused(cancelled, lambda: pay(bench.impatient, "free", "held"))
    codes = [reason["Code"] for reason in raised.response["CancellationReasons"]]
    expect(codes, ["None", "TransactionConflict"], "the reasons that the engine finds")
    mixed = ["ConditionalCheckFailed", "TransactionConflict"]
    bench.rules.set(operations=["TransactWriteItems"], times=1, effect={"error": {"cancellation_reasons": mixed}})
    raised = refused(cancelled, lambda: pay(bench.impatient, "x", "y"))
    expect([reason["Code"] for reason in raised.response["CancellationReasons"]], mixed, "the reasons of a rule")
    slow = bench.rules.set(operations=["TransactWriteItems"], times=1, delay_ms=1500)
    with ThreadPoolExecutor(1) as pool:
        paid = pool.submit(pay, bench.client, "slow")
        while bench.rules.ask("GET", f"/rules/{slow}")[1]["count"] == 0:
            time.sleep(0.02)
        time.sleep(0.1)
        refused(conflict, lambda: put(bench.impatient, "slow"))
        paid.result()
    put(bench.impatient, "slow")
    expect(bench.rules.checkpoint(), {"is_met": True}, "the checkpoint")


def breaks_statements(bench):
    """rules meet PartiQL by table, key and condition, and by chance with a seed."""
    bench.rules.set(
        operations=["ExecuteStatement"], table=TABLE, key={"pk": {"S": "a"}}, filter="pk = 'a' AND sk = '1'", times=1,
        effect={"error": {"type": "InternalServerError"}},
    )

    def select(pk):
        bench.impatient.execute_statement(Statement=f"SELECT * FROM {TABLE} WHERE sk = '1' AND pk = ?", Parameters=[{"S": pk}])

    select("b")
    refused(bench.impatient.exceptions.InternalServerError, lambda: select("a"))
    expect(bench.rules.checkpoint(), {"is_met": True}, "the checkpoint")

    def outcomes(seed):
        bench.rules.set(operations=["GetItem"], probability=0.5, seed=seed, effect={"error": {"type": "ThrottlingException"}})
        fates = []
        for _ in range(12):
            try:
                get(bench.impatient, "a")
                fates.append("read")
            except ClientError as error:
                fates.append(error.response["Error"]["Code"])
        bench.rules.ask("DELETE")
        return fates

    first = outcomes(7)
    expect(set(first), {"read", "ThrottlingException"}, "what chance does")
    expect(outcomes(7), first, "the same seed")
    expect(outcomes(8) != first, True, "another seed")


def verifies(bench):
    """tells what was wanted and what came instead."""
    origin = "test_shop.py:12"
    bench.rules.set(operations=["PutItem"], table=TABLE, item={"status": {"S": "PAID"}}, absent=["draft"], times={"min": 1, "max": 2}, origin=origin)
    bench.rules.set(operations=["Query"], key_condition="pk = 'USER#1' AND begins_with(sk, 'ORDER#')", times=0, origin=origin)
    put(bench.client, "d", "NEW")
    bench.client.query(
        TableName=TABLE,
        KeyConditionExpression="begins_with(#s, :o) AND pk = :u",
        ExpressionAttributeNames={"#s": "sk"},
        ExpressionAttributeValues={":o": {"S": "ORDER#"}, ":u": {"S": "USER#1"}},
    )
    verdict = bench.rules.checkpoint()
    expect(verdict["is_met"], False, "the checkpoint")
    for part in ("2 rules were not met", f"set at {origin}", "item.status", "wanted  'PAID'", "was     'NEW'", "wanted never, happened once"):
        expect(part in verdict["report"], True, f"{part!r} in the report:\n{verdict['report']}")
    expect(bench.rules.ask("GET")[1]["rules"], [], "the rules after a checkpoint")


def refuses_nonsense(bench):
    """refuses rules that can never match or happen."""
    for wanted, rule in (
        ("there is no table order; there is orders", {"table": "order"}),
        ("there is no operation Putitem", {"operations": ["Putitem"]}),
        ("pk is a key attribute of type S in table orders, and never of type N", {"table": TABLE, "key": {"pk": {"N": "1"}}}),
        ("PutItem has nothing unprocessed", {"operations": ["PutItem"], "effect": {"leave_unprocessed": 1}}),
        ("at character 6: :pk stands for nothing here", {"operations": ["Query"], "key_condition": "pk = :pk"}),
        ("unknown field `tabel`", {"tabel": TABLE}),
        ("there is no error Oops", {"effect": {"error": {"type": "Oops"}}}),
    ):
        message = bench.rules.refusal(**rule)
        expect(wanted in message, True, f"{wanted!r} in {message!r}")


def denies(bench):
    """refuses what no rule is about, when told to."""
    expect(bench.rules.ask("PUT", "/strictness", {"strictness": "deny"})[0], 200, "the strictness is set")
    bench.rules.set(operations=["GetItem"], times={"min": 0})
    get(bench.client, "a")
    refused(ClientError, lambda: put(bench.client, "e"))
    received = bench.rules.ask("GET", "/received")[1]["received"]
    expect([(request["operation"], request["fate"]) for request in received], [("GetItem", "passed_on"), ("PutItem", "unexpected")], "what was received")
    bench.rules.ask("DELETE")
    put(bench.client, "e")


def main():
    session = boto3.Session()
    story = Story(session)
    endpoint = os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
    namespace = f"{os.environ['AWS_ACCESS_KEY_ID']}/{os.environ['AWS_REGION']}"
    patient = Config(retries={"mode": "standard", "max_attempts": 5})
    bench = Bench(
        session.client("dynamodb", config=patient),
        session.client("dynamodb", config=Config(retries={"total_max_attempts": 1})),
        Rules(endpoint, namespace),
    )
    steps = [
        makes_the_table,
        retries_throttles,
        loops_over_unprocessed_items,
        loses_answers,
        pages_and_delays,
        reads_what_was,
        meets_transactions,
        breaks_statements,
        verifies,
        refuses_nonsense,
        denies,
    ]
    return story.tell(steps, bench)


sys.exit(main())
