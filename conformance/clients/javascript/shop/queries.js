// Queries over the sixty orders: key conditions, filters, projections, pages, and all three indexes.

import assert from "node:assert/strict";

import { PutCommand, QueryCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";

import { orders } from "./batches.js";

const bobs = orders.filter((order) => order.pk === "CUSTOMER#bob");

async function queriesAPrefixAndARange({ documents, orders: TableName }) {
  const february = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": "CUSTOMER#bob", ":prefix": "ORDER#2026-02" },
    }),
  );
  assert.deepEqual(february.Items, bobs.slice(7, 14));
  assert.deepEqual([february.Count, february.ScannedCount], [7, 7]);
  const days = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :low AND :high",
      ExpressionAttributeValues: {
        ":pk": "CUSTOMER#bob",
        ":low": "ORDER#2026-01-05",
        ":high": "ORDER#2026-02-08#9999",
      },
    }),
  );
  assert.deepEqual(days.Items, bobs.slice(4, 8));
}

async function queriesBackwards({ documents, orders: TableName }) {
  const { Items, LastEvaluatedKey } = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk AND sk >= :order",
      ExpressionAttributeValues: { ":pk": "CUSTOMER#bob", ":order": "ORDER#" },
      ScanIndexForward: false,
      Limit: 3,
    }),
  );
  assert.deepEqual(Items, bobs.slice(-3).reverse());
  assert.deepEqual(LastEvaluatedKey, { pk: Items[2].pk, sk: Items[2].sk });
}

async function filtersAndProjects({ documents, orders: TableName }) {
  const answer = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk",
      FilterExpression: "#s = :shipped AND #l[0].quantity > :nine",
      ProjectionExpression: "seq, #l[0].quantity",
      ExpressionAttributeNames: { "#s": "status", "#l": "lines" },
      ExpressionAttributeValues: { ":pk": "CUSTOMER#bob", ":shipped": "SHIPPED", ":nine": 9 },
    }),
  );
  assert.deepEqual(answer.Items, [12, 15, 18].map((n) => ({ seq: n, lines: [{ quantity: n }] })));
  assert.deepEqual([answer.Count, answer.ScannedCount], [3, 20], "a filter takes nothing from ScannedCount");
}

async function pagesWithThePaginator({ documents, orders: TableName }) {
  const sizes = [];
  const seen = [];
  const pages = paginateQuery(
    { client: documents, pageSize: 7 },
    { TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": "CUSTOMER#cleo" } },
  );
  for await (const page of pages) {
    sizes.push(page.Count);
    seen.push(...page.Items.map((item) => item.seq));
  }
  assert.deepEqual(sizes.slice(0, 3), [7, 7, 6]);
  assert.deepEqual(seen, Array.from({ length: 20 }, (_, n) => n + 1), "each order once and in order");
}

async function endsAPageAtOneMegabyte({ documents, orders: TableName }) {
  for (let n = 0; n < 5; n += 1) {
    const Item = { pk: "CUSTOMER#big", sk: `SCAN#${n}`, image: new Uint8Array(300_000).fill(120) };
    await documents.send(new PutCommand({ TableName, Item }));
  }
  const counts = [];
  const pages = paginateQuery(
    { client: documents },
    { TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": "CUSTOMER#big" } },
  );
  for await (const page of pages) counts.push(page.Count);
  assert.equal(counts.length, 2, `five items of 300 kB fill two pages, not ${counts}`);
  assert.equal(counts[0] + counts[1], 5);
}

async function queriesGlobalIndexes({ documents, orders: TableName }) {
  const shipped = {
    TableName,
    IndexName: "by_status",
    KeyConditionExpression: "#s = :s AND placed BETWEEN :low AND :high",
    ExpressionAttributeNames: { "#s": "status" },
    ExpressionAttributeValues: { ":s": "SHIPPED", ":low": "2026-01-06T00:00:00Z", ":high": "2026-02-09T23:59:59Z" },
  };
  const first = await documents.send(new QueryCommand({ ...shipped, Limit: 4, ReturnConsumedCapacity: "INDEXES" }));
  const days = first.Items.map((item) => item.placed.slice(0, 10));
  assert.deepEqual(days, ["2026-01-06", "2026-01-06", "2026-01-06", "2026-02-09"], "in time order");
  assert.deepEqual(Object.keys(first.Items[0]).sort(), ["pk", "placed", "sk", "status", "total"], "INCLUDE");
  assert.deepEqual(Object.keys(first.LastEvaluatedKey).sort(), ["pk", "placed", "sk", "status"]);
  assert.deepEqual(first.ConsumedCapacity, {
    TableName,
    CapacityUnits: 0.5,
    Table: { CapacityUnits: 0 },
    GlobalSecondaryIndexes: { by_status: { CapacityUnits: 0.5 } },
  });
  const rest = await documents.send(new QueryCommand({ ...shipped, ExclusiveStartKey: first.LastEvaluatedKey }));
  assert.equal(rest.Items.length, 2);
  const owners = new Set([first.Items[3], ...rest.Items].map((item) => item.pk));
  assert.equal(owners.size, 3, "the next page goes on among equal index keys");

  const profiles = await documents.send(
    new QueryCommand({
      TableName,
      IndexName: "by_email",
      KeyConditionExpression: "email = :email",
      ExpressionAttributeValues: { ":email": "ada@example.com" },
    }),
  );
  assert.deepEqual(profiles.Items.map((item) => item.sk), ["PROFILE"], "only profiles have an e-mail address");
  assert.deepEqual(profiles.Items[0].address, { city: "Paris", floors: [3] }, "ALL projects every attribute");
}

async function queriesTheLocalIndex({ documents, orders: TableName }) {
  const cheap = {
    TableName,
    IndexName: "by_total",
    KeyConditionExpression: "pk = :pk AND #t < :t",
    ExpressionAttributeNames: { "#t": "total" },
    ExpressionAttributeValues: { ":pk": "CUSTOMER#dan", ":t": 830.25 },
    ConsistentRead: true,
  };
  const wanted = orders.filter((order) => order.pk === "CUSTOMER#dan").slice(-3).reverse();
  const projected = await documents.send(new QueryCommand(cheap));
  assert.deepEqual(projected.Items, wanted.map(({ pk, sk, total }) => ({ pk, sk, total })), "KEYS_ONLY, by number");
  const whole = await documents.send(new QueryCommand({ ...cheap, Select: "ALL_ATTRIBUTES" }));
  assert.deepEqual(whole.Items, wanted, "fetched from the table");
}

export const steps = [
  ["queries by a prefix and by a range of the sort key", queriesAPrefixAndARange],
  ["queries in descending order", queriesBackwards],
  ["filters by an attribute and projects two others", filtersAndProjects],
  ["reads all pages through the paginator", pagesWithThePaginator],
  ["ends a page at one megabyte when no limit is given", endsAPageAtOneMegabyte],
  ["queries the global indexes: a partial projection in time order, and a sparse one", queriesGlobalIndexes],
  ["queries the local index by number, consistently, and fetches what it does not project", queriesTheLocalIndex],
];
