"""What stands beside a table: its policy, insights into its keys and a Kinesis stream, as Terraform reads them and waits for them."""

import json

from .story import expect, refused
from .tables import POLLING


def describes_insights_and_waits_for_them(shop):
    """describes insights into the orders table, enables them and waits for them."""
    client, name = shop.client, shop.orders
    described = client.describe_contributor_insights(TableName=name)
    expect(described["ContributorInsightsStatus"], "DISABLED", "insights that were never enabled")
    client.update_contributor_insights(TableName=name, ContributorInsightsAction="ENABLE")
    client.get_waiter("contributor_insights_enabled").wait(TableName=name, WaiterConfig=POLLING)
    described = client.describe_contributor_insights(TableName=name)
    expect(len(described["ContributorInsightsRuleList"]), 4, "rules for both keys, accessed and throttled")
    summaries = client.list_contributor_insights(TableName=name)["ContributorInsightsSummaries"]
    expect([summary["ContributorInsightsStatus"] for summary in summaries], ["ENABLED"], "the list of insights")
    client.update_contributor_insights(TableName=name, ContributorInsightsAction="DISABLE")


def reads_and_writes_a_policy(shop):
    """reads the policy of the orders table, which has none at first, puts one and deletes it."""
    client = shop.client
    arn = client.describe_table(TableName=shop.orders)["Table"]["TableArn"]
    refused(
        client.exceptions.PolicyNotFoundException,
        lambda: client.get_resource_policy(ResourceArn=arn),
        f"Resource-based policy not found for the provided ResourceArn: {arn}",
    )
    statement = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["dynamodb:GetItem"], "Resource": arn}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    revision = client.put_resource_policy(ResourceArn=arn, Policy=json.dumps(policy))["RevisionId"]
    read = client.get_resource_policy(ResourceArn=arn)
    expect(read["RevisionId"], revision, "the revision")
    (kept,) = json.loads(read["Policy"])["Statement"]
    expect(kept["Principal"], {"AWS": "arn:aws:iam::111122223333:root"}, "an account is its root")
    expect(kept["Action"], "dynamodb:GetItem", "a list of one is its element")
    deleted = client.delete_resource_policy(ResourceArn=arn, ExpectedRevisionId=revision)
    expect(deleted["RevisionId"], revision, "the revision that was deleted")


def writes_to_a_kinesis_stream(shop):
    """describes the destinations of the orders table, enables one and waits for it."""
    client, name = shop.client, shop.orders
    described = client.describe_kinesis_streaming_destination(TableName=name)
    expect(described["KinesisDataStreamDestinations"], [], "a table without destinations")
    account = client.describe_table(TableName=name)["Table"]["TableArn"].split(":")[4]
    arn = f"arn:aws:kinesis:{client.meta.region_name}:{account}:stream/orders"
    client.enable_kinesis_streaming_destination(TableName=name, StreamArn=arn)
    client.get_waiter("kinesis_streaming_destination_active").wait(TableName=name, WaiterConfig=POLLING)
    (destination,) = client.describe_kinesis_streaming_destination(TableName=name)["KinesisDataStreamDestinations"]
    expect((destination["StreamArn"], destination["DestinationStatus"]), (arn, "ACTIVE"), "the destination")
    client.disable_kinesis_streaming_destination(TableName=name, StreamArn=arn)


STEPS = [describes_insights_and_waits_for_them, reads_and_writes_a_policy, writes_to_a_kinesis_stream]
