"""An order service: what an application does with DynamoDB day by day. It knows nothing of the server it is tested against."""

import time

import boto3
from botocore.config import Config

TABLE = "shop"
CART_SECONDS = 2 * 24 * 3600
#: The SDK retries throttles, server errors and lost connections.
RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 4})


class OutOfStock(Exception):
    """There is not enough of a product."""


class Orders:
    """Orders of users, and the products that they are of."""

    def __init__(self, now=time.time, sleep=time.sleep):
        self._client = boto3.client("dynamodb", config=RETRIES)
        self._streams = boto3.client("dynamodbstreams", config=RETRIES)
        self._now = now
        self._sleep = sleep

    def place(self, user, order_id, sku, quantity, attempts=5):
        """Takes products out of stock and notes the order: both, or neither; once, however often it is tried."""
        order = {
            "pk": {"S": f"USER#{user}"},
            "sk": {"S": f"ORDER#{order_id}"},
            "sku": {"S": sku},
            "quantity": {"N": str(quantity)},
            "status": {"S": "NEW"},
            "placed_at": {"S": time.strftime("%Y-%m-%d", time.gmtime(self._now()))},
        }
        take = {
            "TableName": TABLE,
            "Key": _product(sku),
            "UpdateExpression": "SET stock = stock - :quantity",
            "ConditionExpression": "stock >= :quantity",
            "ExpressionAttributeValues": {":quantity": {"N": str(quantity)}},
        }
        note = {"TableName": TABLE, "Item": order, "ConditionExpression": "attribute_not_exists(pk)"}
        for attempt in range(attempts):
            try:
                self._client.transact_write_items(
                    TransactItems=[{"Update": take}, {"Put": note}], ClientRequestToken=f"{user}-{order_id}"
                )
                return
            except self._client.exceptions.TransactionCanceledException as error:
                codes = [reason["Code"] for reason in error.response["CancellationReasons"]]
                if codes[0] == "ConditionalCheckFailed":
                    raise OutOfStock(sku) from None
                if "TransactionConflict" not in codes or attempt + 1 == attempts:
                    raise
                self._sleep(0.05 * 2**attempt)

    def of_user(self, user):
        """All orders of a user, page by page."""
        pages = self._client.get_paginator("query").paginate(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :order)",
            ExpressionAttributeValues={":pk": {"S": f"USER#{user}"}, ":order": {"S": "ORDER#"}},
        )
        return [item["sk"]["S"].removeprefix("ORDER#") for page in pages for item in page["Items"]]

    def stock(self, sku):
        """How much of a product there is."""
        item = self._client.get_item(TableName=TABLE, Key=_product(sku), ConsistentRead=True).get("Item")
        return int(item["stock"]["N"]) if item else 0

    def import_products(self, products):
        """Writes many products, and those again that the service left over."""
        requests = [
            {"PutRequest": {"Item": {**_product(sku), "title": {"S": title}, "stock": {"N": str(stock)}}}}
            for sku, title, stock in products
        ]
        for start in range(0, len(requests), 25):
            waiting, attempt = requests[start : start + 25], 0
            while waiting:
                answer = self._client.batch_write_item(RequestItems={TABLE: waiting})
                waiting = answer["UnprocessedItems"].get(TABLE, [])
                if waiting:
                    self._sleep(0.05 * 2**attempt)
                    attempt += 1

    def keep_cart(self, user, sku):
        """Keeps a cart for two days."""
        expires_at = str(int(self._now()) + CART_SECONDS)
        self._client.put_item(
            TableName=TABLE,
            Item={"pk": {"S": f"USER#{user}"}, "sk": {"S": "CART"}, "sku": {"S": sku}, "expires_at": {"N": expires_at}},
        )

    def has_cart(self, user):
        """Whether a user has a cart."""
        key = {"pk": {"S": f"USER#{user}"}, "sk": {"S": "CART"}}
        return "Item" in self._client.get_item(TableName=TABLE, Key=key)

    def happenings(self):
        """What has happened to the table, oldest first: pairs of an event and a sort key, with ``expired`` for carts that ran out."""
        arn = self._client.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        for shard in self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            iterator = self._streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while iterator:
                answer = self._streams.get_records(ShardIterator=iterator)
                for record in answer["Records"]:
                    by_service = record.get("userIdentity", {}).get("PrincipalId") == "dynamodb.amazonaws.com"
                    yield "expired" if by_service else record["eventName"], record["dynamodb"]["Keys"]["sk"]["S"]
                iterator = answer.get("NextShardIterator") if answer["Records"] else None


def _product(sku):
    return {"pk": {"S": f"PRODUCT#{sku}"}, "sk": {"S": "DETAILS"}}
