// Sixty orders of three customers, written and read in batches; the later steps query them.

import assert from "node:assert/strict";

import { BatchGetCommand, BatchWriteCommand } from "@aws-sdk/lib-dynamodb";

const customers = ["bob", "cleo", "dan"];
const digits = (n, width) => String(n).padStart(width, "0");

/** The n-th order of a customer: seven in January, seven in February, six in March; every third is shipped. */
function order(customer, n) {
  const day = `2026-${digits(1 + Math.floor((n - 1) / 7), 2)}-${digits(n, 2)}`;
  return {
    pk: `CUSTOMER#${customer}`,
    sk: `ORDER#${day}#${digits(n, 4)}`,
    status: n % 3 === 0 ? "SHIPPED" : "OPEN",
    placed: `${day}T10:00:00Z`,
    total: 1000.25 - n * 10,
    tenant: "acme",
    region: n % 2 ? "eu" : "us",
    day,
    seq: n,
    lines: [{ sku: `SKU-${n}`, quantity: n }],
  };
}

export const orders = customers.flatMap((customer) => Array.from({ length: 20 }, (_, n) => order(customer, n + 1)));
export const keys = orders.map(({ pk, sk }) => ({ pk, sk }));

async function writesInBatches({ documents, orders: table }) {
  for (let start = 0; start < orders.length; start += 25) {
    let RequestItems = { [table]: orders.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } })) };
    for (let attempt = 1; Object.keys(RequestItems).length > 0; attempt += 1) {
      assert.ok(attempt <= 20, "a batch is processed within twenty attempts");
      RequestItems = (await documents.send(new BatchWriteCommand({ RequestItems }))).UnprocessedItems;
    }
  }
}

async function readsInBatches({ documents, orders: table }) {
  const read = [];
  let RequestItems = { [table]: { Keys: keys, ConsistentRead: true } };
  for (let attempt = 1; Object.keys(RequestItems).length > 0; attempt += 1) {
    assert.ok(attempt <= 20, "a batch is processed within twenty attempts");
    const answer = await documents.send(new BatchGetCommand({ RequestItems }));
    read.push(...(answer.Responses[table] ?? []));
    RequestItems = answer.UnprocessedKeys;
  }
  const byKey = (a, b) => (a.pk + a.sk < b.pk + b.sk ? -1 : 1);
  assert.deepEqual(read.sort(byKey), [...orders].sort(byKey), "every order once, as it was written");
}

export const steps = [
  ["writes sixty orders in batches, again for those left unprocessed", writesInBatches],
  ["reads them back in batches, again for those left unprocessed", readsInBatches],
];
