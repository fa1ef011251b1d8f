// A shop's everyday work through the AWS SDK for JavaScript v3: `node shop/main.js`, with AWS_ENDPOINT_URL_DYNAMODB
// naming the server.

import { randomUUID } from "node:crypto";

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, NumberValue } from "@aws-sdk/lib-dynamodb";

import * as batches from "./batches.js";
import * as errors from "./errors.js";
import * as items from "./items.js";
import * as queries from "./queries.js";
import * as scans from "./scans.js";
import { tell } from "./story.js";
import * as tables from "./tables.js";
import * as transactions from "./transactions.js";
import * as writes from "./writes.js";

/** Numbers that JavaScript cannot hold exactly stay wrapped: the others become plain numbers. */
function exact(text) {
  return String(Number(text)) === text ? Number(text) : NumberValue.from(text);
}

const run = randomUUID().slice(0, 8);
const client = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(client, { unmarshallOptions: { wrapNumbers: exact } });
const shop = { client, documents, orders: `orders-${run}`, stock: `stock-${run}` };

const steps = [
  ...tables.opening,
  ...items.steps,
  ...writes.steps,
  ...transactions.steps,
  ...batches.steps,
  ...queries.steps,
  ...scans.steps,
  ...errors.steps,
  ...tables.liveChanges,
  ...tables.closing,
];
process.exitCode = await tell(steps, shop);
client.destroy();
