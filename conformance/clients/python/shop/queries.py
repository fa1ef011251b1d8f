"""Queries over the sixty orders: key conditions, filters, projections, pages, and all three indexes."""

from decimal import Decimal

from boto3.dynamodb.conditions import Attr, Key

from .batches import ORDERS
from .story import expect

BOBS = [item for item in ORDERS if item["pk"] == "CUSTOMER#bob"]


def queries_a_prefix_and_a_range(shop):
    """queries by a prefix and by a range of the sort key."""
    february = shop.table.query(
        KeyConditionExpression=Key("pk").eq("CUSTOMER#bob") & Key("sk").begins_with("ORDER#2026-02")
    )
    expect(february["Items"], BOBS[7:14], "the orders of February")
    expect((february["Count"], february["ScannedCount"]), (7, 7), "Count and ScannedCount")
    days = shop.table.query(
        KeyConditionExpression=Key("pk").eq("CUSTOMER#bob")
        & Key("sk").between("ORDER#2026-01-05", "ORDER#2026-02-08#9999")
    )
    expect(days["Items"], BOBS[4:8], "the orders between two days")


def queries_backwards(shop):
    """queries in descending order."""
    answer = shop.table.query(
        KeyConditionExpression=Key("pk").eq("CUSTOMER#bob") & Key("sk").gte("ORDER#"), ScanIndexForward=False, Limit=3
    )
    expect(answer["Items"], BOBS[:-4:-1], "the three latest orders")
    expect(answer["LastEvaluatedKey"], {"pk": BOBS[-3]["pk"], "sk": BOBS[-3]["sk"]}, "LastEvaluatedKey")


def filters_and_projects(shop):
    """filters by an attribute and projects two others."""
    answer = shop.table.query(
        KeyConditionExpression=Key("pk").eq("CUSTOMER#bob"),
        FilterExpression=Attr("status").eq("SHIPPED") & Attr("lines[0].quantity").gt(9),
        ProjectionExpression="seq, #l[0].quantity",
        ExpressionAttributeNames={"#l": "lines"},
    )
    wanted = [{"seq": n, "lines": [{"quantity": n}]} for n in (12, 15, 18)]
    expect(answer["Items"], wanted, "the filtered, projected items")
    expect((answer["Count"], answer["ScannedCount"]), (3, 20), "a filter takes nothing from ScannedCount")


def pages_with_the_paginator(shop):
    """reads all pages through the paginator."""
    pages = shop.client.get_paginator("query").paginate(
        TableName=shop.orders,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "CUSTOMER#cleo"}},
        PaginationConfig={"PageSize": 7},
    )
    sizes, seen = [], []
    for page in pages:
        sizes.append(page["Count"])
        seen += [int(item["seq"]["N"]) for item in page["Items"]]
    expect(sizes[:3], [7, 7, 6], "the sizes of the pages")
    expect(seen, list(range(1, 21)), "each order once and in order")


def ends_a_page_at_one_megabyte(shop):
    """ends a page at one megabyte when no limit is given."""
    for n in range(5):
        shop.table.put_item(Item={"pk": "CUSTOMER#big", "sk": f"SCAN#{n}", "image": b"x" * 300_000})
    pages = shop.client.get_paginator("query").paginate(
        TableName=shop.orders,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "CUSTOMER#big"}},
    )
    counts = [page["Count"] for page in pages]
    expect((sum(counts), len(counts)), (5, 2), f"five items of 300 kB fill two pages, not {counts}")


def queries_global_indexes(shop):
    """queries the global indexes: a partial projection in time order, and a sparse one."""
    answer = shop.table.query(
        IndexName="by_status",
        KeyConditionExpression=Key("status").eq("SHIPPED")
        & Key("placed").between("2026-01-06T00:00:00Z", "2026-02-09T23:59:59Z"),
        Limit=4,
        ReturnConsumedCapacity="INDEXES",
    )
    expect([item["placed"][:10] for item in answer["Items"]], ["2026-01-06"] * 3 + ["2026-02-09"], "in time order")
    expect(sorted(answer["Items"][0]), ["pk", "placed", "sk", "status", "total"], "keys and included attributes")
    expect(sorted(answer["LastEvaluatedKey"]), ["pk", "placed", "sk", "status"], "an index page ends with both keys")
    capacity = answer["ConsumedCapacity"]
    expect(capacity["GlobalSecondaryIndexes"], {"by_status": {"CapacityUnits": Decimal("0.5")}}, "the index's units")
    expect((capacity["CapacityUnits"], capacity["Table"]["CapacityUnits"]), (0.5, 0), "and nothing on the table")
    rest = shop.table.query(
        IndexName="by_status",
        KeyConditionExpression=Key("status").eq("SHIPPED")
        & Key("placed").between("2026-01-06T00:00:00Z", "2026-02-09T23:59:59Z"),
        ExclusiveStartKey=answer["LastEvaluatedKey"],
    )
    owners = {item["pk"] for item in answer["Items"][3:] + rest["Items"]}
    expect((len(rest["Items"]), len(owners)), (2, 3), "the next page goes on among equal index keys")
    profile = shop.table.query(IndexName="by_email", KeyConditionExpression=Key("email").eq("ada@example.com"))
    expect([item["sk"] for item in profile["Items"]], ["PROFILE"], "only profiles have an e-mail address")
    expect("address" in profile["Items"][0], True, "ALL projects every attribute")


def queries_the_local_index(shop):
    """queries the local index by number, consistently, and fetches what it does not project."""
    cheap = {
        "IndexName": "by_total",
        "KeyConditionExpression": Key("pk").eq("CUSTOMER#dan") & Key("total").lt(Decimal("830.25")),
        "ConsistentRead": True,
    }
    keys = shop.table.query(**cheap)["Items"]
    expect([item["total"] for item in keys], [Decimal(f"{n}.25") for n in (800, 810, 820)], "in numeric order")
    expect(sorted(keys[0]), ["pk", "sk", "total"], "KEYS_ONLY projects the keys of table and index")
    whole = shop.table.query(**cheap, Select="ALL_ATTRIBUTES")["Items"]
    expect(whole, [item for item in reversed(ORDERS) if item["pk"] == "CUSTOMER#dan"][:3], "fetched from the table")


STEPS = [
    queries_a_prefix_and_a_range,
    queries_backwards,
    filters_and_projects,
    pages_with_the_paginator,
    ends_a_page_at_one_megabyte,
    queries_global_indexes,
    queries_the_local_index,
]
