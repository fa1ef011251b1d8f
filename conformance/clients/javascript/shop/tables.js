// The life of the shop's two tables: made, described, tagged, changed while in use, and deleted.

import assert from "node:assert/strict";

import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBServiceException,
  ListTagsOfResourceCommand,
  QueryCommand,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  paginateListTables,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { WaiterState, checkExceptions, createWaiter } from "@smithy/core/client";

import { refused } from "./story.js";

const polling = { minDelay: 0.05, maxDelay: 0.5, maxWaitTime: 30 };

const key = (partition, sort) => [
  { AttributeName: partition, KeyType: "HASH" },
  ...(sort ? [{ AttributeName: sort, KeyType: "RANGE" }] : []),
];
const defined = (types) =>
  Object.entries(types).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));

async function createsTheOrdersTable({ client, orders }) {
  const created = await client.send(
    new CreateTableCommand({
      TableName: orders,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: defined({ pk: "S", sk: "S", total: "N", status: "S", placed: "S", email: "S" }),
      KeySchema: key("pk", "sk"),
      LocalSecondaryIndexes: [
        { IndexName: "by_total", KeySchema: key("pk", "total"), Projection: { ProjectionType: "KEYS_ONLY" } },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by_status",
          KeySchema: key("status", "placed"),
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["total"] },
        },
        { IndexName: "by_email", KeySchema: key("email"), Projection: { ProjectionType: "ALL" } },
      ],
      Tags: [{ Key: "team", Value: "checkout" }],
    }),
  );
  assert.equal(created.TableDescription.TableName, orders);
  await waitUntilTableExists({ client, ...polling }, { TableName: orders });
}

async function describesTheOrdersTable({ client, orders }) {
  const table = await describe(client, orders);
  assert.equal(table.TableStatus, "ACTIVE");
  const region = await client.config.region();
  assert.match(table.TableArn, new RegExp(`^arn:aws:dynamodb:${region}:\\d{12}:table/${orders}$`));
  assert.match(table.TableId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.ok(table.CreationDateTime instanceof Date);
  assert.equal(table.BillingModeSummary.BillingMode, "PAY_PER_REQUEST");
  assert.deepEqual(units(table), [0, 0]);
  assert.equal(table.WarmThroughput.Status, "ACTIVE");
  assert.equal(table.DeletionProtectionEnabled, false);
  assert.deepEqual([table.ItemCount, table.TableSizeBytes], [0, 0]);
  assert.deepEqual(table.KeySchema, key("pk", "sk"));
  const names = table.AttributeDefinitions.map((definition) => definition.AttributeName);
  assert.deepEqual(names, ["email", "pk", "placed", "sk", "status", "total"], "sorted by name");

  const [local] = table.LocalSecondaryIndexes;
  assert.equal(local.IndexArn, `${table.TableArn}/index/by_total`);
  assert.ok(!("IndexStatus" in local), "a local index has no IndexStatus");
  assert.deepEqual(indexNames(table), ["by_email", "by_status"]);
  for (const index of table.GlobalSecondaryIndexes) {
    assert.equal(index.IndexStatus, "ACTIVE");
    assert.equal(index.IndexArn, `${table.TableArn}/index/${index.IndexName}`);
    assert.equal(index.WarmThroughput.Status, "ACTIVE");
    assert.equal(index.Backfilling, undefined, "an index that came with the table shows no Backfilling");
  }
}

async function createsTheStockTable({ client, stock }) {
  await client.send(
    new CreateTableCommand({
      TableName: stock,
      AttributeDefinitions: defined({ sku: "S" }),
      KeySchema: key("sku"),
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      DeletionProtectionEnabled: true,
    }),
  );
  await waitUntilTableExists({ client, ...polling }, { TableName: stock });
  const table = await describe(client, stock);
  assert.equal(table.BillingModeSummary, undefined, "absent on a table that was never on demand");
  assert.deepEqual(units(table), [5, 5]);
  assert.equal(table.ProvisionedThroughput.NumberOfDecreasesToday, 0);
  assert.deepEqual([table.WarmThroughput.ReadUnitsPerSecond, table.WarmThroughput.WriteUnitsPerSecond], [5, 5]);
  assert.equal(table.DeletionProtectionEnabled, true);
}

async function listsTablesInPages({ client, orders, stock }) {
  const names = [];
  for await (const page of paginateListTables({ client, pageSize: 1 }, {})) {
    assert.ok(page.TableNames.length <= 1, "a page holds at most Limit names");
    names.push(...page.TableNames);
  }
  assert.deepEqual(names.filter((name) => name === orders || name === stock), [orders, stock]);
}

async function tagsATable({ client, orders }) {
  const { TableArn: ResourceArn } = await describe(client, orders);
  const Tags = [{ Key: "team", Value: "orders" }, { Key: "cost-centre", Value: "4711" }];
  await client.send(new TagResourceCommand({ ResourceArn, Tags }));
  const listed = await client.send(new ListTagsOfResourceCommand({ ResourceArn }));
  assert.deepEqual(new Map(listed.Tags.map(({ Key, Value }) => [Key, Value])), new Map(Tags.map(({ Key, Value }) => [Key, Value])));
  await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["cost-centre", "never-set"] }));
  const left = await client.send(new ListTagsOfResourceCommand({ ResourceArn }));
  assert.deepEqual(left.Tags, [{ Key: "team", Value: "orders" }]);
}

async function enablesTimeToLive({ client, orders: TableName }) {
  const TimeToLiveSpecification = { Enabled: true, AttributeName: "expires" };
  const off = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  assert.deepEqual(off.TimeToLiveDescription, { TimeToLiveStatus: "DISABLED" });
  const updated = await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  assert.deepEqual(updated.TimeToLiveSpecification, TimeToLiveSpecification);
  const on = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  assert.ok(["ENABLING", "ENABLED"].includes(on.TimeToLiveDescription.TimeToLiveStatus));
  assert.equal(on.TimeToLiveDescription.AttributeName, "expires");
}

async function addsAnIndexToALiveTable({ client, orders: TableName }) {
  const Create = {
    IndexName: "by_store",
    KeySchema: [
      { AttributeName: "tenant", KeyType: "HASH" },
      { AttributeName: "region", KeyType: "HASH" },
      { AttributeName: "day", KeyType: "RANGE" },
      { AttributeName: "seq", KeyType: "RANGE" },
    ],
    Projection: { ProjectionType: "ALL" },
  };
  const AttributeDefinitions = defined({ tenant: "S", region: "S", day: "S", seq: "N" });
  await client.send(new UpdateTableCommand({ TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] }));
  await waitUntilIndexesAreActive(client, TableName);

  const store = { ":t": { S: "acme" }, ":r": { S: "eu" } };
  const january = await client.send(
    new QueryCommand({
      TableName,
      IndexName: "by_store",
      KeyConditionExpression: "tenant = :t AND #r = :r AND #d BETWEEN :low AND :high",
      ExpressionAttributeNames: { "#r": "region", "#d": "day" },
      ExpressionAttributeValues: { ...store, ":low": { S: "2026-01-01" }, ":high": { S: "2026-01-31" } },
    }),
  );
  const numbers = january.Items.map((item) => Number(item.seq.N));
  assert.deepEqual(numbers, [1, 1, 1, 3, 3, 3, 5, 5, 5, 7, 7, 7], "the January orders of one store");
  const oneDay = await client.send(
    new QueryCommand({
      TableName,
      IndexName: "by_store",
      KeyConditionExpression: "tenant = :t AND #r = :r AND #d = :d AND seq > :n",
      ExpressionAttributeNames: { "#r": "region", "#d": "day" },
      ExpressionAttributeValues: { ...store, ":d": { S: "2026-01-03" }, ":n": { N: "2.5" } },
      Select: "COUNT",
    }),
  );
  assert.equal(oneDay.Count, 3, "equality on the first sort attribute, a range on the second");
}

async function dropsTheIndex({ client, orders: TableName }) {
  const GlobalSecondaryIndexUpdates = [{ Delete: { IndexName: "by_store" } }];
  await client.send(new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates }));
  await waitUntilIndexesAreActive(client, TableName);
  assert.deepEqual(indexNames(await describe(client, TableName)), ["by_email", "by_status"]);
}

async function changesThroughputAndBillingMode({ client, stock: TableName }) {
  const ProvisionedThroughput = { ReadCapacityUnits: 10, WriteCapacityUnits: 7 };
  await client.send(new UpdateTableCommand({ TableName, ProvisionedThroughput }));
  await waitUntilTableExists({ client, ...polling }, { TableName });
  const raised = await describe(client, TableName);
  assert.deepEqual(units(raised), [10, 7]);
  assert.ok(raised.ProvisionedThroughput.LastIncreaseDateTime instanceof Date);
  await client.send(new UpdateTableCommand({ TableName, BillingMode: "PAY_PER_REQUEST" }));
  await waitUntilTableExists({ client, ...polling }, { TableName });
  const switched = await describe(client, TableName);
  assert.deepEqual(units(switched), [0, 0]);
  assert.equal(switched.BillingModeSummary.BillingMode, "PAY_PER_REQUEST");
  assert.ok(switched.BillingModeSummary.LastUpdateToPayPerRequestDateTime instanceof Date);
}

async function refusesToDeleteAProtectedTable({ client, stock: TableName }) {
  const error = await refused(
    client.send(new DeleteTableCommand({ TableName })),
    DynamoDBServiceException,
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
  );
  assert.equal(error.name, "ValidationException");
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  assert.equal((await describe(client, TableName)).DeletionProtectionEnabled, false);
}

async function deletesBothTables({ client, orders, stock }) {
  for (const TableName of [orders, stock]) {
    const deleted = await client.send(new DeleteTableCommand({ TableName }));
    assert.equal(deleted.TableDescription.TableStatus, "DELETING");
    await waitUntilTableNotExists({ client, ...polling }, { TableName });
    const gone = `Requested resource not found: Table: ${TableName} not found`;
    await refused(describe(client, TableName), ResourceNotFoundException, gone);
  }
}

async function describe(client, TableName) {
  return (await client.send(new DescribeTableCommand({ TableName }))).Table;
}

/** Waits until the table and all its indexes are ACTIVE: the SDK has no such waiter, but lets one be built. */
async function waitUntilIndexesAreActive(client, TableName) {
  const check = async () => {
    const table = await describe(client, TableName);
    const ready = table.GlobalSecondaryIndexes.every((index) => index.IndexStatus === "ACTIVE");
    return { state: ready && table.TableStatus === "ACTIVE" ? WaiterState.SUCCESS : WaiterState.RETRY };
  };
  checkExceptions(await createWaiter({ client, ...polling }, { TableName }, check));
}

const units = ({ ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits } }) => [
  ReadCapacityUnits,
  WriteCapacityUnits,
];
const indexNames = (table) => table.GlobalSecondaryIndexes.map((index) => index.IndexName).sort();

export const opening = [
  ["creates the orders table with a local and two global indexes, and waits for it", createsTheOrdersTable],
  ["describes every field of the orders table that waiters and Terraform read", describesTheOrdersTable],
  ["creates a provisioned, protected table and waits for it", createsTheStockTable],
  ["lists the tables one page at a time", listsTablesInPages],
  ["tags a table, lists the tags and removes one", tagsATable],
  ["enables time to live and describes it", enablesTimeToLive],
];
export const liveChanges = [
  ["adds an index over four attributes to the table in use, waits for it and queries it", addsAnIndexToALiveTable],
  ["drops that index again", dropsTheIndex],
  ["raises the provisioned throughput, then switches to on demand", changesThroughputAndBillingMode],
  ["refuses to delete a protected table until the protection is lifted", refusesToDeleteAProtectedTable],
];
export const closing = [["deletes both tables and waits until they are gone", deletesBothTables]];
