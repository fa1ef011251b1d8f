"""Single-item writes: conditions, optimistic locking, every update clause, deletes, capacity, legacy parameters."""

from decimal import Decimal

from boto3.dynamodb.conditions import Attr

from .story import expect, refused

PROFILE = {"pk": "CUSTOMER#ada", "sk": "PROFILE"}


def puts_once(shop):
    """puts an item once: the second put fails its condition."""
    profile = PROFILE | {"email": "ada@example.com", "version": 1, "visits": 1, "badges": {"buyer"}, "history": []}
    shop.table.put_item(Item=profile, ConditionExpression=Attr("pk").not_exists())
    refused(
        shop.client.exceptions.ConditionalCheckFailedException,
        lambda: shop.table.put_item(Item=PROFILE, ConditionExpression="attribute_not_exists(pk)"),
        "The conditional request failed",
    )
    expect(shop.table.get_item(Key=PROFILE, ConsistentRead=True)["Item"], profile, "the first put stays")


def updates_only_the_version_it_read(shop):
    """updates an item only if its version is the one that was read."""
    update = {
        "Key": PROFILE,
        "UpdateExpression": "SET version = :next",
        "ConditionExpression": "version = :read",
        "ExpressionAttributeValues": {":next": 2, ":read": 1},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    shop.table.update_item(**update)
    stale = refused(shop.client.exceptions.ConditionalCheckFailedException, lambda: shop.table.update_item(**update))
    expect(stale.response["Item"]["version"], {"N": "2"}, "the error carries the item as it is")
    expect(stale.response["Item"]["email"], {"S": "ada@example.com"}, "and the whole of it")


def updates_with_every_clause(shop):
    """updates with SET, REMOVE, ADD and DELETE in one expression."""
    answer = shop.table.update_item(
        Key=PROFILE,
        UpdateExpression="SET visits = visits + :one, points = if_not_exists(points, :start) - :one, "
        "history = list_append(history, :seen), address = :address "
        "REMOVE version ADD balance :credit, badges :more DELETE labels :none",
        ExpressionAttributeValues={
            ":one": 1,
            ":start": 100,
            ":seen": ["2026-01-01"],
            ":address": {"city": "London", "floors": [1, 2, 3]},
            ":credit": Decimal("12.50"),
            ":more": {"admin", "buyer"},
            ":none": {"x"},
        },
        ReturnValues="ALL_NEW",
    )
    wanted = PROFILE | {
        "email": "ada@example.com",
        "visits": 2,
        "points": 99,
        "history": ["2026-01-01"],
        "address": {"city": "London", "floors": [1, 2, 3]},
        "balance": Decimal("12.5"),
        "badges": {"admin", "buyer"},
    }
    expect(answer["Attributes"], wanted, "ALL_NEW")


def returns_the_values_that_were_asked_for(shop):
    """returns old or new values, whole or only the touched ones."""
    answer = shop.table.update_item(
        Key=PROFILE,
        UpdateExpression="SET address.city = :city DELETE #b :gone",
        ExpressionAttributeNames={"#b": "badges"},
        ExpressionAttributeValues={":city": "Paris", ":gone": {"buyer"}},
        ReturnValues="UPDATED_OLD",
    )
    touched = {"address": {"city": "London"}, "badges": {"admin", "buyer"}}
    expect(answer["Attributes"], touched, "UPDATED_OLD")
    answer = shop.table.update_item(
        Key=PROFILE,
        UpdateExpression="ADD visits :n",
        ExpressionAttributeValues={":n": -2},
        ReturnValues="UPDATED_NEW",
    )
    expect(answer["Attributes"], {"visits": 0}, "UPDATED_NEW")
    answer = shop.table.update_item(
        Key=PROFILE,
        UpdateExpression="SET visits = :n REMOVE address.floors[0], address.floors[1]",
        ExpressionAttributeValues={":n": 7},
        ReturnValues="ALL_OLD",
    )
    expect(answer["Attributes"]["visits"], 0, "ALL_OLD")
    expect(answer["Attributes"]["address"], {"city": "Paris", "floors": [1, 2, 3]}, "ALL_OLD shows the item before")
    profile = shop.table.get_item(Key=PROFILE, ConsistentRead=True)["Item"]
    expect(profile["address"], {"city": "Paris", "floors": [3]}, "both elements went, by their old positions")
    quiet = shop.table.update_item(Key=PROFILE, UpdateExpression="REMOVE points")
    expect("Attributes" in quiet, False, "no Attributes unless asked")


def replaces_and_deletes(shop):
    """returns the old item from a replacing put and from a delete."""
    key = {"pk": "CUSTOMER#ada", "sk": "DRAFT"}
    first = shop.table.put_item(Item=key | {"note": "first"}, ReturnValues="ALL_OLD")
    expect("Attributes" in first, False, "nothing was there before")
    second = shop.table.put_item(Item=key | {"note": "second"}, ReturnValues="ALL_OLD")
    expect(second["Attributes"], key | {"note": "first"}, "the replaced item")
    refused(
        shop.client.exceptions.ConditionalCheckFailedException,
        lambda: shop.table.delete_item(Key=key, ConditionExpression=Attr("note").eq("first")),
    )
    deleted = shop.table.delete_item(Key=key, ReturnValues="ALL_OLD", ConditionExpression=Attr("note").eq("second"))
    expect(deleted["Attributes"], key | {"note": "second"}, "the deleted item")
    again = shop.table.delete_item(Key=key, ReturnValues="ALL_OLD")
    expect("Attributes" in again, False, "deleting nothing succeeds and returns nothing")


def meters_each_index(shop):
    """meters a write on the table and on each index that it touches."""
    order = {"pk": "CUSTOMER#meter", "sk": "ORDER#1", "status": "OPEN", "placed": "2025-12-31", "total": 5}
    put = shop.table.put_item(Item=order, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    wanted = {
        "TableName": shop.orders,
        "CapacityUnits": 3.0,
        "Table": {"CapacityUnits": 1.0},
        "LocalSecondaryIndexes": {"by_total": {"CapacityUnits": 1.0}},
        "GlobalSecondaryIndexes": {"by_status": {"CapacityUnits": 1.0}},
    }
    expect(put, wanted, "a put that two of three indexes store")
    read = shop.table.get_item(
        Key={"pk": order["pk"], "sk": order["sk"]}, ConsistentRead=True, ReturnConsumedCapacity="TOTAL"
    )["ConsumedCapacity"]
    expect(read, {"TableName": shop.orders, "CapacityUnits": 1.0}, "a consistent read")
    shop.table.delete_item(Key={"pk": order["pk"], "sk": order["sk"]})


def understands_legacy_parameters(shop):
    """understands Expected, AttributeUpdates and KeyConditions."""
    key = {"pk": {"S": "CUSTOMER#legacy"}, "sk": {"S": "ORDER#1"}}
    put = {"TableName": shop.orders, "Item": key | {"count": {"N": "1"}}, "Expected": {"pk": {"Exists": False}}}
    shop.client.put_item(**put)
    refused(shop.client.exceptions.ConditionalCheckFailedException, lambda: shop.client.put_item(**put))
    updated = shop.client.update_item(
        TableName=shop.orders,
        Key=key,
        AttributeUpdates={
            "count": {"Action": "ADD", "Value": {"N": "4"}},
            "note": {"Action": "PUT", "Value": {"S": "old style"}},
        },
        ReturnValues="UPDATED_NEW",
    )
    expect(updated["Attributes"], {"count": {"N": "5"}, "note": {"S": "old style"}}, "AttributeUpdates")
    found = shop.client.query(
        TableName=shop.orders,
        KeyConditions={
            "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [key["pk"]]},
            "sk": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "ORDER#"}]},
        },
        QueryFilter={"count": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "4"}]}},
        AttributesToGet=["note"],
    )
    expect(found["Items"], [{"note": {"S": "old style"}}], "KeyConditions with QueryFilter and AttributesToGet")


STEPS = [
    puts_once,
    updates_only_the_version_it_read,
    updates_with_every_clause,
    returns_the_values_that_were_asked_for,
    replaces_and_deletes,
    meters_each_index,
    understands_legacy_parameters,
]
