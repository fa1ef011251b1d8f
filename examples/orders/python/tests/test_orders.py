"""The order service beside a database of its own for each test: expectations, faults, time and fixtures."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from orders import CART_SECONDS, Orders, OutOfStock


@pytest.fixture
def waits():
    """How long the service would have slept."""
    return []


@pytest.fixture
def orders(stator, waits):
    # 2026-01-31T12:00:00Z, at which the fixtures' clock stands still.
    return Orders(now=lambda: 1_769_860_800, sleep=waits.append)


def test_an_order_takes_products_out_of_stock(orders):
    orders.place("bob", "1", "LAMP", 2)
    assert orders.stock("LAMP") == 1
    assert orders.of_user("bob") == ["1"]


def test_an_order_of_too_much_changes_nothing(orders):
    with pytest.raises(OutOfStock):
        orders.place("bob", "1", "CHAIR", 2)
    assert orders.stock("CHAIR") == 1
    assert orders.of_user("bob") == []


def test_tests_do_not_see_each_other(orders):
    assert orders.stock("LAMP") == 3


def test_a_conflict_is_tried_again(orders, stator, waits):
    stator.rules.add(
        {
            "name": "another order is under way",
            "operations": ["TransactWriteItems"],
            "times": 2,
            "effect": {"error": {"cancellation_reasons": ["TransactionConflict", "None"]}},
        }
    )
    orders.place("bob", "1", "LAMP", 1)
    assert orders.stock("LAMP") == 2
    assert waits == [0.05, 0.1]


def test_an_order_waits_for_a_product_that_another_order_holds(stator, waits):
    def sleep(seconds):
        # The other order takes as long as the first two pauses.
        waits.append(seconds)
        if len(waits) == 2:
            lamp.release()

    orders = Orders(now=lambda: 1_769_860_800, sleep=sleep)
    with stator.hold("shop", {"pk": {"S": "PRODUCT#LAMP"}, "sk": {"S": "DETAILS"}}) as lamp:
        orders.place("bob", "1", "LAMP", 1)
    assert orders.stock("LAMP") == 2
    assert waits == [0.05, 0.1]


def test_who_sends_the_token_of_an_order_under_way_is_told_so(stator):
    client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    product = {"pk": {"S": "PRODUCT#LAMP"}, "sk": {"S": "DETAILS"}}
    delete = {"TableName": "shop", "Key": {"pk": {"S": "USER#bob"}, "sk": {"S": "ORDER#1"}}}
    write = {"TransactItems": [{"Delete": delete}], "ClientRequestToken": "bob-1"}
    with stator.hold("shop", product, client_request_token="bob-1"):
        with pytest.raises(client.exceptions.TransactionInProgressException):
            client.transact_write_items(**write)
    client.transact_write_items(**write)


def test_an_order_whose_answer_is_lost_is_placed_once(orders, stator):
    stator.rules.add({"operations": ["TransactWriteItems"], "times": 1, "effect": {"lose_answer": "connection"}})
    orders.place("bob", "1", "LAMP", 1)
    assert orders.stock("LAMP") == 2
    sent = [request["operation"] for request in stator.rules.received()]
    assert sent == ["TransactWriteItems", "TransactWriteItems", "GetItem"]


def test_throttles_end_after_four_attempts(orders, stator):
    stator.rules.add(
        {
            "operations": ["GetItem"],
            "table": "shop",
            "key": {"pk": {"S": "PRODUCT#LAMP"}},
            "times": 4,
            "effect": {
                "error": {
                    "type": "ProvisionedThroughputExceededException",
                    "throttling_reasons": [
                        {
                            "reason": "TableReadProvisionedThroughputExceeded",
                            "resource": "arn:aws:dynamodb:us-east-1:000000000000:table/shop",
                        }
                    ],
                }
            },
        }
    )
    with pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
        orders.stock("LAMP")
    assert orders.stock("LAMP") == 3


def test_products_that_are_left_over_are_written_again(orders, stator, waits):
    stator.rules.add({"operations": ["BatchWriteItem"], "times": 1, "effect": {"leave_unprocessed": 5}})
    orders.import_products((f"P{number}", "Thing", number) for number in range(30))
    assert [orders.stock(f"P{number}") for number in range(30)] == list(range(30))
    assert waits == [0.05]


def test_all_pages_are_read(orders, stator):
    stator.rules.add(
        {
            "operations": ["Query"],
            "key_condition": "pk = 'USER#alice' AND begins_with(sk, 'ORDER#')",
            "times": {"min": 5},
            "effect": {"page_items": 8},
        }
    )
    assert orders.of_user("alice") == [f"2025-{number:03}" for number in range(1, 41)]


def test_a_cart_is_gone_after_two_days_and_the_stream_tells(orders, stator):
    orders.keep_cart("bob", "LAMP")
    stator.clock.advance(CART_SECONDS - 1)
    assert orders.has_cart("bob")
    # Expired items stay a little while, as in the service: 10 seconds here.
    stator.clock.advance(12)
    assert not orders.has_cart("bob")
    assert ("expired", "CART") in list(orders.happenings())


def test_nothing_is_scanned(orders, stator):
    stator.record_usage()
    orders.of_user("alice")
    orders.stock("LAMP")
    totals = stator.usage()["totals"]
    assert totals["scans"] == 0
    assert totals["read_units"] < 4


def test_an_unmet_expectation_says_what_came_instead(orders, stator):
    stator.rules.add({"name": "the chair is looked at", "operations": ["GetItem"], "key": {"pk": {"S": "PRODUCT#CHAIR"}}})
    orders.stock("LAMP")
    with pytest.raises(AssertionError, match="the chair is looked at") as failure:
        stator.rules.checkpoint()
    assert "PRODUCT#LAMP" in str(failure.value)
