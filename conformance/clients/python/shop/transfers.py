"""Stock goes to a bucket and comes back as another table, with the waiters that botocore has for both."""

import json
import urllib.request

from .story import expect

POLLING = {"Delay": 1, "MaxAttempts": 30}


def moves_stock_through_a_bucket(shop):
    """exports the stock table to a bucket, imports it as another one, and finds them equal."""
    bucket, copy = f"bucket-{shop.stock}", f"{shop.stock}-copy"
    _make_bucket(shop, bucket)
    for n in range(30):
        shop.client.put_item(TableName=shop.stock, Item={"sku": {"S": f"sku-{n}"}, "left": {"N": str(n)}})
    shop.client.update_continuous_backups(
        TableName=shop.stock, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    table = shop.client.describe_table(TableName=shop.stock)["Table"]
    export = shop.client.export_table_to_point_in_time(TableArn=table["TableArn"], S3Bucket=bucket)["ExportDescription"]
    shop.client.get_waiter("export_completed").wait(ExportArn=export["ExportArn"], WaiterConfig=POLLING)
    export = shop.client.describe_export(ExportArn=export["ExportArn"])["ExportDescription"]
    expect(export["ItemCount"], len(_items(shop, shop.stock)), "the items of the export")
    data = export["ExportManifest"].replace("manifest-summary.json", "data/")
    imported = shop.client.import_table(
        S3BucketSource={"S3Bucket": bucket, "S3KeyPrefix": data},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters={
            "TableName": copy,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": table["AttributeDefinitions"],
            "KeySchema": table["KeySchema"],
        },
    )["ImportTableDescription"]
    shop.client.get_waiter("import_completed").wait(ImportArn=imported["ImportArn"], WaiterConfig=POLLING)
    expect(_items(shop, copy), _items(shop, shop.stock), "the items of the copy")
    expect(shop.client.list_exports()["ExportSummaries"][0]["ExportArn"], export["ExportArn"], "the last export")
    expect(shop.client.list_imports()["ImportSummaryList"][0]["ImportArn"], imported["ImportArn"], "the last import")
    shop.client.delete_table(TableName=copy)


def puts_stock_in_bulk(shop):
    """puts items into a table from a bucket, waits for them, and reads what was told of it."""
    bucket, table = f"bulk-{shop.stock}", f"{shop.stock}-bulk"
    shop.client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "sku", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "sku", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    shop.client.get_waiter("table_exists").wait(TableName=table, WaiterConfig=POLLING)
    items = [{"sku": {"S": f"sku-{n}"}, "left": {"N": str(n)}} for n in range(3)]
    _make_bucket(shop, bucket)
    lines = [json.dumps({"Item": item}) for item in items] + ['{"Item":{"left":{"N":"1"}}}']
    _administer(shop, f"buckets/{bucket}/objects/stock.json", "\n".join(lines).encode())
    started = shop.client.start_bulk_put_items(
        TableName=table,
        InputS3Configuration={"S3Bucket": bucket, "InputFormat": "DYNAMODB_JSON"},
        OutputS3Configuration={"S3Bucket": bucket, "S3KeyPrefix": "out", "OutputType": ["ERROR"]},
    )["BulkOperationDescription"]
    arn = started["BulkOperationArn"]
    shop.client.get_waiter("bulk_operation_completed").wait(BulkOperationArn=arn, WaiterConfig=POLLING)
    told = shop.client.describe_bulk_operation(BulkOperationArn=arn)["BulkOperationDescription"]
    expect(told["BulkOperationStatus"], "COMPLETED_WITH_ERRORS", "the status in the end")
    expect((told["ProcessedItemCount"], told["FailedItemCount"]), (4, 1), "the records that were read, and that failed")
    expect(_items(shop, table), items, "the items of the table")
    listed = shop.client.list_bulk_operations()["BulkOperationsSummaryList"][0]
    expect(listed["BulkOperationArn"], arn, "the last bulk put")
    shop.client.delete_table(TableName=table)


def _make_bucket(shop, bucket):
    """Buckets are S3's at the service; a Stator is asked for one beside the API."""
    _administer(shop, f"buckets/{bucket}")


def _administer(shop, what, body=None):
    credentials, region = shop.session.get_credentials(), shop.client.meta.region_name
    url = f"{shop.client.meta.endpoint_url}/_stator/namespaces/{credentials.access_key}/{region}/{what}"
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method="PUT")) as reply:
        expect(json.load(reply), {}, "the answer of the administration")


def _items(shop, table):
    items = shop.client.scan(TableName=table)["Items"]
    return sorted(items, key=lambda item: item["sku"]["S"])


STEPS = [moves_stock_through_a_bucket, puts_stock_in_bulk]
