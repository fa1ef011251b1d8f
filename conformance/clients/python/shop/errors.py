"""Errors arrive as the exception classes that an application catches, with the service's words."""

from boto3.dynamodb.conditions import Key

from .story import expect, refused


def names_the_missing_table(shop):
    """raises ResourceNotFoundException for a table that does not exist."""
    absent = shop.resource.Table("no-such-table")
    missing = shop.client.exceptions.ResourceNotFoundException
    refused(missing, absent.load, "Requested resource not found: Table: no-such-table not found")
    refused(missing, lambda: absent.get_item(Key={"pk": "a", "sk": "b"}), "Requested resource not found")


def refuses_a_second_table_of_the_same_name(shop):
    """raises ResourceInUseException for a name that is taken."""
    refused(
        shop.client.exceptions.ResourceInUseException,
        lambda: shop.client.create_table(
            TableName=shop.orders,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ),
        f"Table already exists: {shop.orders}",
    )


def explains_what_is_invalid(shop):
    """raises ValidationException that says what is wrong."""
    cases = [
        (
            lambda: shop.table.get_item(Key={"pk": "CUSTOMER#ada"}),
            "The provided key element does not match the schema",
        ),
        (
            lambda: shop.table.query(IndexName="nope", KeyConditionExpression=Key("pk").eq("a")),
            "The table does not have the specified index: nope",
        ),
        (
            lambda: shop.table.query(KeyConditionExpression=Key("sk").eq("PROFILE")),
            "Query condition missed key schema element: pk",
        ),
        (
            lambda: shop.table.put_item(Item={"pk": "CUSTOMER#x", "sk": "ORDER#x", "total": "ten"}),
            "One or more parameter values were invalid: "
            "Type mismatch for Index Key total Expected: N Actual: S IndexName: by_total",
        ),
    ]
    for call, message in cases:
        refusal = refused(shop.client.exceptions.ClientError, call, message)
        expect(refusal.response["Error"]["Code"], "ValidationException", "the code of the error")
        expect(refusal.response["ResponseMetadata"]["HTTPStatusCode"], 400, "the status of the error")


STEPS = [names_the_missing_table, refuses_a_second_table_of_the_same_name, explains_what_is_invalid]
