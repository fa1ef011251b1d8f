"""The life of the shop's two tables: made, described, tagged, changed while in use, and deleted."""

import datetime
import re
import uuid

from botocore.waiter import WaiterModel, create_waiter_with_client

from .story import expect, refused

POLLING = {"Delay": 0.1, "MaxAttempts": 300}


def creates_the_orders_table(shop):
    """creates the orders table with a local and two global indexes, and waits for it."""
    created = shop.client.create_table(
        TableName=shop.orders,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "total", "AttributeType": "N"},
            {"AttributeName": "status", "AttributeType": "S"},
            {"AttributeName": "placed", "AttributeType": "S"},
            {"AttributeName": "email", "AttributeType": "S"},
        ],
        KeySchema=_key("pk", "sk"),
        LocalSecondaryIndexes=[
            {"IndexName": "by_total", "KeySchema": _key("pk", "total"), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_status",
                "KeySchema": _key("status", "placed"),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]},
            },
            {"IndexName": "by_email", "KeySchema": _key("email"), "Projection": {"ProjectionType": "ALL"}},
        ],
        Tags=[{"Key": "team", "Value": "checkout"}],
    )["TableDescription"]
    expect(created["TableName"], shop.orders, "the name in the answer of CreateTable")
    shop.client.get_waiter("table_exists").wait(TableName=shop.orders, WaiterConfig=POLLING)


def describes_the_orders_table(shop):
    """describes every field of the orders table that waiters and Terraform read."""
    table = shop.client.describe_table(TableName=shop.orders)["Table"]
    expect(table["TableStatus"], "ACTIVE", "TableStatus")
    region = shop.client.meta.region_name
    arn = rf"arn:aws:dynamodb:{region}:\d{{12}}:table/{shop.orders}"
    expect(bool(re.fullmatch(arn, table["TableArn"])), True, f"TableArn {table['TableArn']} has the caller's region")
    expect(str(uuid.UUID(table["TableId"])), table["TableId"], "TableId is a UUID")
    expect(isinstance(table["CreationDateTime"], datetime.datetime), True, "CreationDateTime is a time")
    expect(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST", "BillingModeSummary.BillingMode")
    throughput = table["ProvisionedThroughput"]
    expect((throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]), (0, 0), "on-demand throughput")
    expect(table["WarmThroughput"]["Status"], "ACTIVE", "WarmThroughput.Status")
    expect(table["DeletionProtectionEnabled"], False, "DeletionProtectionEnabled")
    expect((table["ItemCount"], table["TableSizeBytes"]), (0, 0), "ItemCount and TableSizeBytes")
    expect(table["KeySchema"], _key("pk", "sk"), "KeySchema")
    names = [definition["AttributeName"] for definition in table["AttributeDefinitions"]]
    expect(names, ["email", "pk", "placed", "sk", "status", "total"], "AttributeDefinitions, sorted by name")
    _describes_the_indexes(table)


def _describes_the_indexes(table):
    (local,) = table["LocalSecondaryIndexes"]
    expect(local["IndexName"], "by_total", "the local index")
    expect(local["IndexArn"], f"{table['TableArn']}/index/by_total", "IndexArn")
    expect("IndexStatus" in local, False, "a local index has no IndexStatus")
    by_name = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}
    expect(sorted(by_name), ["by_email", "by_status"], "the global indexes")
    for name, index in by_name.items():
        expect(index["IndexStatus"], "ACTIVE", f"IndexStatus of {name}")
        expect(index["IndexArn"], f"{table['TableArn']}/index/{name}", f"IndexArn of {name}")
        expect(index["WarmThroughput"]["Status"], "ACTIVE", f"WarmThroughput.Status of {name}")
        expect("Backfilling" in index, False, f"{name} came with the table and shows no Backfilling")
    include = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]}
    expect(by_name["by_status"]["Projection"], include, "the projection of by_status")


def creates_the_stock_table(shop):
    """creates a provisioned, protected table and waits for it."""
    stock = shop.resource.create_table(
        TableName=shop.stock,
        AttributeDefinitions=[{"AttributeName": "sku", "AttributeType": "S"}],
        KeySchema=_key("sku"),
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        DeletionProtectionEnabled=True,
    )
    shop.client.get_waiter("table_exists").wait(TableName=shop.stock, WaiterConfig=POLLING)
    table = shop.client.describe_table(TableName=stock.name)["Table"]
    expect("BillingModeSummary" in table, False, "a table that was never on demand has no BillingModeSummary")
    expect(table["ProvisionedThroughput"]["NumberOfDecreasesToday"], 0, "NumberOfDecreasesToday")
    expect(_units(table), (5, 5), "ProvisionedThroughput")
    warm = table["WarmThroughput"]
    expect((warm["ReadUnitsPerSecond"], warm["WriteUnitsPerSecond"]), (5, 5), "warm throughput follows provisioned")
    expect(table["DeletionProtectionEnabled"], True, "DeletionProtectionEnabled")


def lists_tables_in_pages(shop):
    """lists the tables one page at a time."""
    pages = shop.client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 1})
    names = []
    for page in pages:
        expect(len(page["TableNames"]) <= 1, True, "a page holds at most Limit names")
        names += page["TableNames"]
    expect([name for name in names if name in (shop.orders, shop.stock)], [shop.orders, shop.stock], "our tables")
    expect(names, sorted(names), "names come in byte order")


def tags_a_table(shop):
    """tags a table, lists the tags and removes one."""
    arn = shop.client.describe_table(TableName=shop.orders)["Table"]["TableArn"]
    shop.client.tag_resource(
        ResourceArn=arn, Tags=[{"Key": "team", "Value": "orders"}, {"Key": "cost-centre", "Value": "4711"}]
    )
    expect(_tags(shop, arn), {"team": "orders", "cost-centre": "4711"}, "a tag is overwritten, another added")
    shop.client.untag_resource(ResourceArn=arn, TagKeys=["cost-centre", "never-set"])
    expect(_tags(shop, arn), {"team": "orders"}, "the removed tag is gone")


def enables_time_to_live(shop):
    """enables time to live and describes it."""
    off = shop.client.describe_time_to_live(TableName=shop.orders)["TimeToLiveDescription"]
    expect(off, {"TimeToLiveStatus": "DISABLED"}, "before it is enabled")
    wanted = {"Enabled": True, "AttributeName": "expires"}
    echoed = shop.client.update_time_to_live(TableName=shop.orders, TimeToLiveSpecification=wanted)
    expect(echoed["TimeToLiveSpecification"], wanted, "UpdateTimeToLive echoes what was asked")
    on = shop.client.describe_time_to_live(TableName=shop.orders)["TimeToLiveDescription"]
    expect(on["TimeToLiveStatus"] in ("ENABLING", "ENABLED"), True, f"status {on['TimeToLiveStatus']}")
    expect(on["AttributeName"], "expires", "AttributeName")


def adds_an_index_to_a_live_table(shop):
    """adds an index over four attributes to the table in use, waits for it and queries it."""
    shop.client.update_table(
        TableName=shop.orders,
        AttributeDefinitions=[
            {"AttributeName": "tenant", "AttributeType": "S"},
            {"AttributeName": "region", "AttributeType": "S"},
            {"AttributeName": "day", "AttributeType": "S"},
            {"AttributeName": "seq", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by_store",
                    "KeySchema": [
                        {"AttributeName": "tenant", "KeyType": "HASH"},
                        {"AttributeName": "region", "KeyType": "HASH"},
                        {"AttributeName": "day", "KeyType": "RANGE"},
                        {"AttributeName": "seq", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )
    _wait_for_indexes(shop, shop.orders)
    answer = shop.client.query(
        TableName=shop.orders,
        IndexName="by_store",
        KeyConditionExpression="tenant = :t AND #r = :r AND #d BETWEEN :low AND :high",
        ExpressionAttributeNames={"#r": "region", "#d": "day"},
        ExpressionAttributeValues={
            ":t": {"S": "acme"},
            ":r": {"S": "eu"},
            ":low": {"S": "2026-01-01"},
            ":high": {"S": "2026-01-31"},
        },
    )
    read = [(item["day"]["S"], int(item["seq"]["N"])) for item in answer["Items"]]
    wanted = [(f"2026-01-{n:02}", n) for n in (1, 3, 5, 7) for _customer in range(3)]
    expect(read, wanted, "the January orders of one store, by day and number")
    one_day = shop.client.query(
        TableName=shop.orders,
        IndexName="by_store",
        KeyConditionExpression="tenant = :t AND #r = :r AND #d = :d AND seq > :n",
        ExpressionAttributeNames={"#r": "region", "#d": "day"},
        ExpressionAttributeValues={
            ":t": {"S": "acme"},
            ":r": {"S": "eu"},
            ":d": {"S": "2026-01-03"},
            ":n": {"N": "2.5"},
        },
        Select="COUNT",
    )
    expect(one_day["Count"], 3, "equality on the first sort attribute, a range on the second")


def drops_the_index(shop):
    """drops that index again."""
    shop.client.update_table(
        TableName=shop.orders, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_store"}}]
    )
    _wait_for_indexes(shop, shop.orders)
    table = shop.client.describe_table(TableName=shop.orders)["Table"]
    names = sorted(index["IndexName"] for index in table["GlobalSecondaryIndexes"])
    expect(names, ["by_email", "by_status"], "the indexes that are left")


def backs_up_and_restores_the_orders_table(shop):
    """backs the orders table up, finds the backup, restores it under another name, and deletes both."""
    recovery = shop.client.describe_continuous_backups(TableName=shop.orders)["ContinuousBackupsDescription"]
    expect(recovery["ContinuousBackupsStatus"], "ENABLED", "ContinuousBackupsStatus")
    status = recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    expect(status, "DISABLED", "PointInTimeRecoveryStatus")
    made = shop.client.create_backup(TableName=shop.orders, BackupName="nightly")["BackupDetails"]
    arn = made["BackupArn"]
    expect(made["BackupStatus"], "CREATING", "BackupStatus in the answer of CreateBackup")
    described = shop.client.describe_backup(BackupArn=arn)["BackupDescription"]
    expect(described["BackupDetails"]["BackupName"], "nightly", "BackupName")
    expect(isinstance(described["BackupDetails"]["BackupCreationDateTime"], datetime.datetime), True, "a time")
    features = described["SourceTableFeatureDetails"]
    names = sorted(index["IndexName"] for index in features["GlobalSecondaryIndexes"])
    expect(names, ["by_email", "by_status"], "the global indexes of the backup")
    pages = shop.client.get_paginator("list_backups").paginate(TableName=shop.orders, PaginationConfig={"PageSize": 1})
    listed = [backup["BackupArn"] for page in pages for backup in page["BackupSummaries"]]
    expect(listed, [arn], "the backups of the orders table")
    copy = f"{shop.orders}-restored"
    restored = shop.client.restore_table_from_backup(TargetTableName=copy, BackupArn=arn)["TableDescription"]
    expect(restored["RestoreSummary"]["SourceBackupArn"], arn, "RestoreSummary.SourceBackupArn")
    shop.client.get_waiter("table_exists").wait(TableName=copy, WaiterConfig=POLLING)
    counts = [shop.client.scan(TableName=name, Select="COUNT")["Count"] for name in (shop.orders, copy)]
    expect(counts[0] > 0, True, "there are orders to restore")
    expect(counts[1], counts[0], "the restored table has all of them")
    deleted = shop.client.delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    expect(deleted["BackupStatus"], "DELETED", "BackupStatus in the answer of DeleteBackup")
    refused(
        shop.client.exceptions.BackupNotFoundException,
        lambda: shop.client.describe_backup(BackupArn=arn),
        f"Backup not found: {arn}",
    )
    shop.client.delete_table(TableName=copy)
    shop.client.get_waiter("table_not_exists").wait(TableName=copy, WaiterConfig=POLLING)


def changes_throughput_and_billing_mode(shop):
    """raises the provisioned throughput, then switches to on demand."""
    shop.client.update_table(
        TableName=shop.stock, ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 7}
    )
    shop.client.get_waiter("table_exists").wait(TableName=shop.stock, WaiterConfig=POLLING)
    raised = shop.client.describe_table(TableName=shop.stock)["Table"]
    expect(_units(raised), (10, 7), "the raised throughput")
    expect("LastIncreaseDateTime" in raised["ProvisionedThroughput"], True, "LastIncreaseDateTime is set")
    shop.client.update_table(TableName=shop.stock, BillingMode="PAY_PER_REQUEST")
    shop.client.get_waiter("table_exists").wait(TableName=shop.stock, WaiterConfig=POLLING)
    switched = shop.client.describe_table(TableName=shop.stock)["Table"]
    expect(_units(switched), (0, 0), "throughput on demand")
    expect(switched["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST", "BillingMode")
    expect("LastUpdateToPayPerRequestDateTime" in switched["BillingModeSummary"], True, "the time of the switch")


def refuses_to_delete_a_protected_table(shop):
    """refuses to delete a protected table until the protection is lifted."""
    refused(
        shop.client.exceptions.ClientError,
        lambda: shop.client.delete_table(TableName=shop.stock),
        "Resource cannot be deleted as it is currently protected against deletion. "
        "Disable deletion protection first.",
    )
    shop.client.update_table(TableName=shop.stock, DeletionProtectionEnabled=False)
    table = shop.client.describe_table(TableName=shop.stock)["Table"]
    expect(table["DeletionProtectionEnabled"], False, "DeletionProtectionEnabled")


def deletes_both_tables(shop):
    """deletes both tables and waits until they are gone."""
    for name in (shop.orders, shop.stock):
        deleted = shop.client.delete_table(TableName=name)["TableDescription"]
        expect(deleted["TableStatus"], "DELETING", "TableStatus in the answer of DeleteTable")
        shop.client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig=POLLING)
        refused(
            shop.client.exceptions.ResourceNotFoundException,
            lambda name=name: shop.client.describe_table(TableName=name),
            f"Requested resource not found: Table: {name} not found",
        )


def _key(partition, sort=None):
    schema = [{"AttributeName": partition, "KeyType": "HASH"}]
    return schema if sort is None else [*schema, {"AttributeName": sort, "KeyType": "RANGE"}]


def _units(table):
    throughput = table["ProvisionedThroughput"]
    return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]


def _tags(shop, arn):
    pages = shop.client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def _wait_for_indexes(shop, name):
    """Waits until the table and all its indexes are ACTIVE: botocore models no such waiter, but lets one be built."""
    model = WaiterModel(
        {
            "version": 2,
            "waiters": {
                "IndexesActive": {
                    "operation": "DescribeTable",
                    "delay": 1,
                    "maxAttempts": 300,
                    "acceptors": [
                        {
                            "state": "success",
                            "matcher": "path",
                            "argument": "Table.TableStatus == 'ACTIVE' && "
                            "length(Table.GlobalSecondaryIndexes[?IndexStatus != 'ACTIVE']) == `0`",
                            "expected": True,
                        }
                    ],
                }
            },
        }
    )
    create_waiter_with_client("IndexesActive", model, shop.client).wait(TableName=name, WaiterConfig=POLLING)


OPENING = [
    creates_the_orders_table,
    describes_the_orders_table,
    creates_the_stock_table,
    lists_tables_in_pages,
    tags_a_table,
    enables_time_to_live,
]
LIVE_CHANGES = [
    adds_an_index_to_a_live_table,
    drops_the_index,
    backs_up_and_restores_the_orders_table,
    changes_throughput_and_billing_mode,
    refuses_to_delete_a_protected_table,
]
CLOSING = [deletes_both_tables]
