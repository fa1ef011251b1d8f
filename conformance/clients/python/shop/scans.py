"""Scans: page by page, counted, and in parallel segments."""

from concurrent.futures import ThreadPoolExecutor

from boto3.dynamodb.conditions import Attr

from .batches import KEYS
from .story import expect

ORDER_KEYS = sorted((key["pk"], key["sk"]) for key in KEYS)


def scans_page_by_page(shop):
    """scans the whole table page by page."""
    read = _keys(shop, PaginationConfig={"PageSize": 9})
    expect(len(set(read)), len(read), "no item is read twice")
    expect([key for key in sorted(read) if key in ORDER_KEYS], ORDER_KEYS, "every order is read")


def counts_without_reading(shop):
    """counts the orders with Select COUNT."""
    counted = scanned = 0
    start = {}
    while True:
        page = shop.table.scan(Select="COUNT", FilterExpression=Attr("status").eq("OPEN"), **start)
        expect("Items" in page, False, "COUNT returns no items")
        counted, scanned = counted + page["Count"], scanned + page["ScannedCount"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    expect(counted, 42, "two thirds of the orders are open")
    expect(scanned, len(_keys(shop)), "ScannedCount is the whole table")


def scans_in_parallel(shop):
    """scans in four segments that together read everything exactly once."""
    with ThreadPoolExecutor(4) as pool:
        segments = list(
            pool.map(lambda n: _keys(shop, Segment=n, TotalSegments=4, PaginationConfig={"PageSize": 5}), range(4))
        )
    read = [key for segment in segments for key in segment]
    expect(sorted(read), sorted(_keys(shop)), "the segments are a partition of the table")


def scans_an_index(shop):
    """scans a sparse index."""
    found = shop.table.scan(IndexName="by_email", ProjectionExpression="email")["Items"]
    expect(found, [{"email": "ada@example.com"}], "one item has an e-mail address")


def _keys(shop, **arguments):
    pages = shop.client.get_paginator("scan").paginate(
        TableName=shop.orders, ProjectionExpression="pk, sk", ConsistentRead=True, **arguments
    )
    return [(item["pk"]["S"], item["sk"]["S"]) for page in pages for item in page["Items"]]


STEPS = [scans_page_by_page, counts_without_reading, scans_in_parallel, scans_an_index]
