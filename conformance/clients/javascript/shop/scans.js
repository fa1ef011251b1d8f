// Scans: page by page, counted, and in parallel segments.

import assert from "node:assert/strict";

import { ScanCommand, paginateScan } from "@aws-sdk/lib-dynamodb";

import { keys } from "./batches.js";

async function scansPageByPage(shop) {
  const read = await allKeys(shop, 9);
  assert.equal(new Set(read).size, read.length, "no item is read twice");
  const missing = keys.filter(({ pk, sk }) => !read.includes(`${pk} ${sk}`));
  assert.deepEqual(missing, [], "every order is read");
}

async function countsWithoutReading(shop) {
  const pages = paginateScan(
    { client: shop.documents },
    {
      TableName: shop.orders,
      Select: "COUNT",
      FilterExpression: "#s = :open",
      ExpressionAttributeNames: { "#s": "status" },
      ExpressionAttributeValues: { ":open": "OPEN" },
    },
  );
  let counted = 0;
  let scanned = 0;
  for await (const page of pages) {
    assert.equal(page.Items, undefined, "COUNT returns no items");
    counted += page.Count;
    scanned += page.ScannedCount;
  }
  assert.equal(counted, 42, "two thirds of the orders are open");
  assert.equal(scanned, (await allKeys(shop)).length, "ScannedCount is the whole table");
}

async function scansInParallel(shop) {
  const segments = await Promise.all(
    [0, 1, 2, 3].map((Segment) => allKeys(shop, 5, { Segment, TotalSegments: 4 })),
  );
  assert.deepEqual(segments.flat().sort(), (await allKeys(shop)).sort(), "the segments are a partition of the table");
}

async function scansAnIndex({ documents, orders: TableName }) {
  const scan = new ScanCommand({ TableName, IndexName: "by_email", ProjectionExpression: "email" });
  assert.deepEqual((await documents.send(scan)).Items, [{ email: "ada@example.com" }]);
}

async function allKeys({ documents, orders: TableName }, pageSize, parameters = {}) {
  const read = [];
  const scan = { TableName, ProjectionExpression: "pk, sk", ConsistentRead: true, ...parameters };
  for await (const page of paginateScan({ client: documents, pageSize }, scan)) {
    read.push(...page.Items.map(({ pk, sk }) => `${pk} ${sk}`));
  }
  return read;
}

export const steps = [
  ["scans the whole table page by page", scansPageByPage],
  ["counts the orders with Select COUNT", countsWithoutReading],
  ["scans in four segments that together read everything exactly once", scansInParallel],
  ["scans a sparse index", scansAnIndex],
];
