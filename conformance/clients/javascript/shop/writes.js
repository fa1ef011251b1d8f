// Single-item writes: conditions, optimistic locking, every update clause, deletes, capacity, legacy parameters.

import assert from "node:assert/strict";

import {
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";

import { refused } from "./story.js";

const profile = { pk: "CUSTOMER#ada", sk: "PROFILE" };

async function putsOnce({ documents, orders: TableName }) {
  const Item = { ...profile, email: "ada@example.com", version: 1, visits: 1, badges: new Set(["buyer"]), history: [] };
  const ConditionExpression = "attribute_not_exists(pk)";
  await documents.send(new PutCommand({ TableName, Item, ConditionExpression }));
  await refused(
    documents.send(new PutCommand({ TableName, Item: profile, ConditionExpression })),
    ConditionalCheckFailedException,
    "The conditional request failed",
  );
  const read = await documents.send(new GetCommand({ TableName, Key: profile, ConsistentRead: true }));
  assert.deepEqual(read.Item, Item, "the first put stays");
}

async function updatesOnlyTheVersionItRead({ documents, orders: TableName }) {
  const update = new UpdateCommand({
    TableName,
    Key: profile,
    UpdateExpression: "SET version = :next",
    ConditionExpression: "version = :read",
    ExpressionAttributeValues: { ":next": 2, ":read": 1 },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  await documents.send(update);
  const stale = await refused(documents.send(update), ConditionalCheckFailedException);
  assert.deepEqual(stale.Item.version, { N: "2" }, "the error carries the item as it is");
  assert.deepEqual(stale.Item.email, { S: "ada@example.com" });
}

async function updatesWithEveryClause({ documents, orders: TableName }) {
  const { Attributes } = await documents.send(
    new UpdateCommand({
      TableName,
      Key: profile,
      UpdateExpression:
        "SET visits = visits + :one, points = if_not_exists(points, :start) - :one, " +
        "history = list_append(history, :seen), address = :address " +
        "REMOVE version ADD balance :credit, badges :more DELETE labels :none",
      ExpressionAttributeValues: {
        ":one": 1,
        ":start": 100,
        ":seen": ["2026-01-01"],
        ":address": { city: "London", floors: [1, 2, 3] },
        ":credit": 12.5,
        ":more": new Set(["admin", "buyer"]),
        ":none": new Set(["x"]),
      },
      ReturnValues: "ALL_NEW",
    }),
  );
  assert.deepEqual(Attributes, {
    ...profile,
    email: "ada@example.com",
    visits: 2,
    points: 99,
    history: ["2026-01-01"],
    address: { city: "London", floors: [1, 2, 3] },
    balance: 12.5,
    badges: new Set(["admin", "buyer"]),
  });
}

async function returnsTheValuesThatWereAskedFor({ documents, orders: TableName }) {
  const update = async (parameters) =>
    (await documents.send(new UpdateCommand({ TableName, Key: profile, ...parameters }))).Attributes;
  const touched = await update({
    UpdateExpression: "SET address.city = :city DELETE #b :gone",
    ExpressionAttributeNames: { "#b": "badges" },
    ExpressionAttributeValues: { ":city": "Paris", ":gone": new Set(["buyer"]) },
    ReturnValues: "UPDATED_OLD",
  });
  assert.deepEqual(touched, { address: { city: "London" }, badges: new Set(["admin", "buyer"]) }, "UPDATED_OLD");
  const added = await update({
    UpdateExpression: "ADD visits :n",
    ExpressionAttributeValues: { ":n": -2 },
    ReturnValues: "UPDATED_NEW",
  });
  assert.deepEqual(added, { visits: 0 }, "UPDATED_NEW");
  const before = await update({
    UpdateExpression: "SET visits = :n REMOVE address.floors[0], address.floors[1]",
    ExpressionAttributeValues: { ":n": 7 },
    ReturnValues: "ALL_OLD",
  });
  assert.deepEqual(before.address, { city: "Paris", floors: [1, 2, 3] }, "ALL_OLD shows the item before");
  assert.equal(await update({ UpdateExpression: "REMOVE points" }), undefined, "no Attributes unless asked");
  const { Item } = await documents.send(new GetCommand({ TableName, Key: profile, ConsistentRead: true }));
  assert.deepEqual(Item.address, { city: "Paris", floors: [3] }, "both elements went, by their old positions");
}

async function replacesAndDeletes({ documents, orders: TableName }) {
  const Key = { pk: "CUSTOMER#ada", sk: "DRAFT" };
  const put = (note) => documents.send(new PutCommand({ TableName, Item: { ...Key, note }, ReturnValues: "ALL_OLD" }));
  const remove = (note) =>
    documents.send(
      new DeleteCommand({
        TableName,
        Key,
        ConditionExpression: "note = :note",
        ExpressionAttributeValues: { ":note": note },
        ReturnValues: "ALL_OLD",
      }),
    );
  assert.equal((await put("first")).Attributes, undefined, "nothing was there before");
  assert.deepEqual((await put("second")).Attributes, { ...Key, note: "first" }, "the replaced item");
  await refused(remove("first"), ConditionalCheckFailedException);
  assert.deepEqual((await remove("second")).Attributes, { ...Key, note: "second" }, "the deleted item");
  const again = await documents.send(new DeleteCommand({ TableName, Key, ReturnValues: "ALL_OLD" }));
  assert.equal(again.Attributes, undefined, "deleting nothing succeeds and returns nothing");
}

async function metersEachIndex({ documents, orders: TableName }) {
  const Key = { pk: "CUSTOMER#meter", sk: "ORDER#1" };
  const Item = { ...Key, status: "OPEN", placed: "2025-12-31", total: 5 };
  const put = await documents.send(new PutCommand({ TableName, Item, ReturnConsumedCapacity: "INDEXES" }));
  const wanted = {
    TableName,
    CapacityUnits: 3,
    Table: { CapacityUnits: 1 },
    LocalSecondaryIndexes: { by_total: { CapacityUnits: 1 } },
    GlobalSecondaryIndexes: { by_status: { CapacityUnits: 1 } },
  };
  assert.deepEqual(put.ConsumedCapacity, wanted, "a put that two of three indexes store");
  const get = new GetCommand({ TableName, Key, ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" });
  assert.deepEqual((await documents.send(get)).ConsumedCapacity, { TableName, CapacityUnits: 1 });
  await documents.send(new DeleteCommand({ TableName, Key }));
}

async function understandsLegacyParameters({ client, orders: TableName }) {
  const Key = { pk: { S: "CUSTOMER#legacy" }, sk: { S: "ORDER#1" } };
  const put = new PutItemCommand({ TableName, Item: { ...Key, count: { N: "1" } }, Expected: { pk: { Exists: false } } });
  await client.send(put);
  await refused(client.send(put), ConditionalCheckFailedException);
  const updated = await client.send(
    new UpdateItemCommand({
      TableName,
      Key,
      AttributeUpdates: {
        count: { Action: "ADD", Value: { N: "4" } },
        note: { Action: "PUT", Value: { S: "old style" } },
      },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  assert.deepEqual(updated.Attributes, { count: { N: "5" }, note: { S: "old style" } });
  const found = await client.send(
    new QueryCommand({
      TableName,
      KeyConditions: {
        pk: { ComparisonOperator: "EQ", AttributeValueList: [Key.pk] },
        sk: { ComparisonOperator: "BEGINS_WITH", AttributeValueList: [{ S: "ORDER#" }] },
      },
      QueryFilter: { count: { ComparisonOperator: "GT", AttributeValueList: [{ N: "4" }] } },
      AttributesToGet: ["note"],
    }),
  );
  assert.deepEqual(found.Items, [{ note: { S: "old style" } }]);
}

export const steps = [
  ["puts an item once: the second put fails its condition", putsOnce],
  ["updates an item only if its version is the one that was read", updatesOnlyTheVersionItRead],
  ["updates with SET, REMOVE, ADD and DELETE in one expression", updatesWithEveryClause],
  ["returns old or new values, whole or only the touched ones", returnsTheValuesThatWereAskedFor],
  ["returns the old item from a replacing put and from a delete", replacesAndDeletes],
  ["meters a write on the table and on each index that it touches", metersEachIndex],
  ["understands Expected, AttributeUpdates and KeyConditions", understandsLegacyParameters],
];
