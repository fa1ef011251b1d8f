// Items of all ten attribute types go in and come out unchanged, through the client and the document client.

import assert from "node:assert/strict";

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetCommand, NumberValue, PutCommand } from "@aws-sdk/lib-dynamodb";

const bytes = (...values) => Uint8Array.from(values);

const everyType = {
  S: { S: "Grüße, 世界 🛒" },
  "empty string": { S: "" },
  N: { N: "12345678901234567890123456789012345678" },
  fraction: { N: "-0.12345678901234567890123456789012345678" },
  B: { B: Uint8Array.from({ length: 256 }, (_, n) => n) },
  "empty binary": { B: bytes() },
  BOOL: { BOOL: false },
  NULL: { NULL: true },
  SS: { SS: ["blue", "red", "été"] },
  NS: { NS: ["-1.5", "0", "3"] },
  BS: { BS: [bytes(0), bytes(255, 254)] },
  L: { L: [{ S: "mixed" }, { N: "1" }, { L: [{ BOOL: true }] }, { L: [] }] },
  M: { M: { street: { S: "Hauptstraße 1" }, geo: { M: { lat: { N: "48.137154" } } }, none: { M: {} } } },
};

async function keepsEveryType({ client, orders: TableName }) {
  const Key = { pk: { S: "CUSTOMER#types" }, sk: { S: "CLIENT" } };
  const put = await client.send(new PutItemCommand({ TableName, Item: { ...Key, ...everyType } }));
  assert.match(put.$metadata.requestId, /\w/);
  const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  assert.deepEqual(unordered(Item), unordered({ ...Key, ...everyType }));
  const missing = await client.send(new GetItemCommand({ TableName, Key: { ...Key, sk: { S: "NOBODY" } } }));
  assert.equal(missing.Item, undefined);
}

async function mapsJavaScriptValues({ documents, orders: TableName }) {
  const Item = {
    pk: "CUSTOMER#types",
    sk: "DOCUMENT",
    name: "Zoë",
    nothing: "",
    price: NumberValue.from("99999999999999999999999999999999999.999"),
    photo: bytes(0x89, 0x50, 0x4e, 0x47),
    active: true,
    deleted: null,
    colours: new Set(["red", "blue"]),
    sizes: new Set([38, 40.5]),
    thumbs: new Set([bytes(1), bytes(2)]),
    lines: [{ sku: "A-1", count: 2 }, "gift", [1]],
    address: { city: "Zürich", zip: { code: 8001 } },
  };
  await documents.send(new PutCommand({ TableName, Item }));
  const read = await documents.send(new GetCommand({ TableName, Key: { pk: Item.pk, sk: Item.sk }, ConsistentRead: true }));
  assert.deepEqual(read.Item, Item);
}

async function projectsNestedAttributes({ documents, orders: TableName }) {
  const { Item } = await documents.send(
    new GetCommand({
      TableName,
      Key: { pk: "CUSTOMER#types", sk: "DOCUMENT" },
      ProjectionExpression: "address.zip, #l[0].sku, #l[1], absent",
      ExpressionAttributeNames: { "#l": "lines" },
    }),
  );
  assert.deepEqual(Item, { address: { zip: { code: 8001 } }, lines: [{ sku: "A-1" }, "gift"] });
}

/** Sets have no order: the same item with its sets as sets. */
function unordered(item) {
  const plain = ([name, value]) => {
    const [[type, held]] = Object.entries(value);
    return [name, ["SS", "NS", "BS"].includes(type) ? { [type]: new Set(held) } : value];
  };
  return Object.fromEntries(Object.entries(item).map(plain));
}

export const steps = [
  ["keeps an item with all ten attribute types as it was", keepsEveryType],
  ["maps JavaScript values to the ten types and back through the document client", mapsJavaScriptValues],
  ["reads only the projected parts of an item", projectsNestedAttributes],
];
