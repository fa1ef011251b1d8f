"""Orders are placed in transactions: all of it or nothing, and once however often the request is sent."""

import uuid

from .story import expect, refused

KEY = {"pk": {"S": "CUSTOMER#eve"}, "sk": {"S": "ORDER#1"}}
COUNT = {"pk": {"S": "CUSTOMER#eve"}, "sk": {"S": "COUNT"}}


def places_an_order_once(shop):
    """places an order in a transaction, once however often it is sent."""
    token = uuid.uuid4().hex
    actions = [
        {"Put": {"TableName": shop.orders, "Item": KEY | {"status": {"S": "OPEN"}}}},
        {
            "Update": {
                "TableName": shop.orders,
                "Key": COUNT,
                "UpdateExpression": "ADD orders :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
        },
    ]

    def place(actions):
        return shop.client.transact_write_items(
            TransactItems=actions, ClientRequestToken=token, ReturnConsumedCapacity="TOTAL"
        )["ConsumedCapacity"]

    expect([each["WriteCapacityUnits"] for each in place(actions)], [4.0], "the units of the transaction")
    expect([each["ReadCapacityUnits"] for each in place(actions)], [4.0], "the units of its repetition")
    refused(shop.client.exceptions.IdempotentParameterMismatchException, lambda: place(actions[:1]))
    count = shop.client.get_item(TableName=shop.orders, Key=COUNT, ConsistentRead=True)["Item"]
    expect(count["orders"], {"N": "1"}, "the orders that were placed")


def explains_a_cancellation(shop):
    """tells for every action why its transaction was cancelled."""
    refusal = refused(
        shop.client.exceptions.TransactionCanceledException,
        lambda: shop.client.transact_write_items(
            TransactItems=[
                {
                    "ConditionCheck": {
                        "TableName": shop.orders,
                        "Key": COUNT,
                        "ConditionExpression": "attribute_exists(pk)",
                    }
                },
                {
                    "Put": {
                        "TableName": shop.orders,
                        "Item": KEY,
                        "ConditionExpression": "attribute_not_exists(pk)",
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    }
                },
            ]
        ),
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
    )
    innocent, failed = refusal.response["CancellationReasons"]
    expect(innocent, {"Code": "None"}, "the reason of the action that is not to blame")
    expect(failed["Code"], "ConditionalCheckFailed", "the code of the other")
    expect(failed["Message"], "The conditional request failed", "its message")
    expect(failed["Item"], KEY | {"status": {"S": "OPEN"}}, "the item that it met")


def reads_and_removes_together(shop):
    """reads several items at one moment, and removes them together."""
    nobody = KEY | {"sk": {"S": "NOBODY"}}
    gets = [{"Get": {"TableName": shop.orders, "Key": key}} for key in (COUNT, nobody, KEY)]
    answers = shop.client.transact_get_items(TransactItems=gets)["Responses"]
    expect([answer.get("Item", {}).get("sk") for answer in answers], [COUNT["sk"], None, KEY["sk"]], "what was found")
    deletes = [{"Delete": {"TableName": shop.orders, "Key": key}} for key in (COUNT, KEY)]
    shop.client.transact_write_items(TransactItems=deletes)
    expect(shop.client.transact_get_items(TransactItems=gets)["Responses"], [{}, {}, {}], "what is left")



def speaks_in_statements(shop):
    """says the same in statements: a transaction, a query and a batch."""
    insert = f"INSERT INTO \"{shop.orders}\" VALUE {{'pk': ?, 'sk': ?, 'status': ?}}"
    delete = f'DELETE FROM "{shop.orders}" WHERE pk = ? AND sk = ?'
    select = f"SELECT sk FROM \"{shop.orders}\" WHERE pk = ? AND begins_with(sk, 'ORDER#') AND status = ?"
    keys = [[KEY["pk"], {"S": sk}] for sk in ("ORDER#2", "ORDER#3")]

    def open_orders():
        answer = shop.client.execute_statement(
            Statement=select, Parameters=[KEY["pk"], {"S": "OPEN"}], ConsistentRead=True
        )
        return [order["sk"] for order in answer["Items"]]

    shop.client.execute_transaction(
        TransactStatements=[{"Statement": insert, "Parameters": [*key, {"S": "OPEN"}]} for key in keys]
    )
    expect(open_orders(), [sk for _, sk in keys], "the orders that were placed")
    answer = shop.client.batch_execute_statement(
        Statements=[{"Statement": delete, "Parameters": key} for key in keys]
    )
    expect([response.get("Error") for response in answer["Responses"]], [None, None], "the errors of the removals")
    expect(open_orders(), [], "what is left")


STEPS = [places_an_order_once, explains_a_cancellation, reads_and_removes_together, speaks_in_statements]
