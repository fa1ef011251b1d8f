"""Sixty orders of three customers, written and read in batches; the later steps query them."""

from decimal import Decimal

from .story import expect

CUSTOMERS = ("bob", "cleo", "dan")
ORDERS_EACH = 20


def order(customer, n):
    """The n-th order of a customer: seven in January, seven in February, six in March; every third is shipped."""
    day = f"2026-{1 + (n - 1) // 7:02}-{n:02}"
    return {
        "pk": f"CUSTOMER#{customer}",
        "sk": f"ORDER#{day}#{n:04}",
        "status": "SHIPPED" if n % 3 == 0 else "OPEN",
        "placed": f"{day}T10:00:00Z",
        "total": Decimal(1000 - n * 10) + Decimal("0.25"),
        "tenant": "acme",
        "region": "eu" if n % 2 else "us",
        "day": day,
        "seq": n,
        "lines": [{"sku": f"SKU-{n}", "quantity": n}],
    }


ORDERS = [order(customer, n) for customer in CUSTOMERS for n in range(1, ORDERS_EACH + 1)]
KEYS = [{"pk": item["pk"], "sk": item["sk"]} for item in ORDERS]


def writes_in_batches(shop):
    """writes sixty orders in batches, again for those left unprocessed."""
    for start in range(0, len(ORDERS), 25):
        wanted = {shop.orders: [{"PutRequest": {"Item": item}} for item in ORDERS[start : start + 25]]}
        attempts = 0
        while wanted:
            attempts += 1
            expect(attempts <= 20, True, "a batch is processed within twenty attempts")
            wanted = shop.resource.batch_write_item(RequestItems=wanted)["UnprocessedItems"]


def reads_in_batches(shop):
    """reads them back in batches, again for those left unprocessed."""
    read = []
    wanted = {shop.orders: {"Keys": KEYS, "ConsistentRead": True}}
    attempts = 0
    while wanted:
        attempts += 1
        expect(attempts <= 20, True, "a batch is processed within twenty attempts")
        answer = shop.resource.batch_get_item(RequestItems=wanted)
        read += answer["Responses"].get(shop.orders, [])
        wanted = answer["UnprocessedKeys"]
    expect(_sorted(read), _sorted(ORDERS), "every order once, as it was written")


def writes_with_the_batch_writer(shop):
    """writes and deletes through the resource's batch writer."""
    with shop.table.batch_writer(overwrite_by_pkeys=["pk", "sk"]) as batch:
        for n in range(30):
            batch.put_item(Item={"pk": "CUSTOMER#batch", "sk": f"DRAFT#{n % 28:02}"})
    with shop.table.batch_writer() as batch:
        for n in range(28):
            batch.delete_item(Key={"pk": "CUSTOMER#batch", "sk": f"DRAFT#{n:02}"})
    left = shop.resource.batch_get_item(
        RequestItems={shop.orders: {"Keys": [{"pk": "CUSTOMER#batch", "sk": "DRAFT#00"}]}}
    )
    expect(left["Responses"], {shop.orders: []}, "the table is named even when none of its keys is found")


def _sorted(orders):
    return sorted(orders, key=lambda item: (item["pk"], item["sk"]))


STEPS = [writes_in_batches, reads_in_batches, writes_with_the_batch_writer]
