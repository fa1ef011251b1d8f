"""Items of all ten attribute types go in and come out unchanged, through the client and through the resource."""

from decimal import Decimal

from boto3.dynamodb.types import Binary

from .story import expect

EVERY_TYPE = {
    "S": {"S": "Grüße, 世界 🛒"},
    "empty string": {"S": ""},
    "N": {"N": "12345678901234567890123456789012345678"},
    "fraction": {"N": "-0.12345678901234567890123456789012345678"},
    "B": {"B": bytes(range(256))},
    "empty binary": {"B": b""},
    "BOOL": {"BOOL": False},
    "NULL": {"NULL": True},
    "SS": {"SS": ["blue", "red", "été"]},
    "NS": {"NS": ["-1.5", "0", "3"]},
    "BS": {"BS": [b"\x00", b"\xff\xfe"]},
    "L": {"L": [{"S": "mixed"}, {"N": "1"}, {"L": [{"BOOL": True}]}, {"L": []}]},
    "M": {"M": {"street": {"S": "Hauptstraße 1"}, "geo": {"M": {"lat": {"N": "48.137154"}}}, "none": {"M": {}}}},
}


def keeps_every_type(shop):
    """keeps an item with all ten attribute types as it was."""
    key = {"pk": {"S": "CUSTOMER#types"}, "sk": {"S": "CLIENT"}}
    put = shop.client.put_item(TableName=shop.orders, Item=key | EVERY_TYPE)
    headers = put["ResponseMetadata"]["HTTPHeaders"]
    expect("x-amz-crc32" in headers, True, "the answer carries the checksum that botocore verifies")
    expect(bool(headers.get("x-amzn-requestid")), True, "the answer carries a request id")
    read = shop.client.get_item(TableName=shop.orders, Key=key, ConsistentRead=True)["Item"]
    expect(_normal(read), _normal(key | EVERY_TYPE), "the item read back")
    missing = shop.client.get_item(TableName=shop.orders, Key=key | {"sk": {"S": "NOBODY"}})
    expect("Item" in missing, False, "a missing item has no Item member")


def maps_python_values(shop):
    """maps Python values to the ten types and back through the resource's Table."""
    item = {
        "pk": "CUSTOMER#types",
        "sk": "RESOURCE",
        "name": "Zoë",
        "nothing": "",
        "price": Decimal("99999999999999999999999999999999999.999"),
        "photo": Binary(b"\x89PNG\r\n"),
        "active": True,
        "deleted": None,
        "colours": {"red", "blue"},
        "sizes": {Decimal("38"), Decimal("40.5")},
        "thumbs": {Binary(b"a"), Binary(b"b")},
        "lines": [{"sku": "A-1", "count": 2}, "gift", [Decimal("1")]],
        "address": {"city": "Zürich", "zip": {"code": Decimal("8001")}},
    }
    shop.table.put_item(Item=item)
    read = shop.table.get_item(Key={"pk": item["pk"], "sk": item["sk"]}, ConsistentRead=True)["Item"]
    expect(read, item, "the item read back")


def projects_nested_attributes(shop):
    """reads only the projected parts of an item."""
    read = shop.table.get_item(
        Key={"pk": "CUSTOMER#types", "sk": "RESOURCE"},
        ProjectionExpression="address.zip, #l[0].sku, #l[1], absent",
        ExpressionAttributeNames={"#l": "lines"},
    )["Item"]
    expect(read, {"address": {"zip": {"code": 8001}}, "lines": [{"sku": "A-1"}, "gift"]}, "the projection")


def _normal(item):
    """Sets have no order, and a number has many spellings."""
    return {name: _normal_value(value) for name, value in item.items()}


def _normal_value(value):
    ((kind, held),) = value.items()
    match kind:
        case "N":
            return kind, Decimal(held)
        case "NS":
            return kind, {Decimal(number) for number in held}
        case "SS" | "BS":
            return kind, set(held)
        case "L":
            return kind, [_normal_value(element) for element in held]
        case "M":
            return kind, _normal(held)
        case _:
            return kind, held


STEPS = [keeps_every_type, maps_python_values, projects_nested_attributes]
