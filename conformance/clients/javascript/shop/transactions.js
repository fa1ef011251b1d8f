// Orders are placed in transactions: all of it or nothing, and once however often the request is sent.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { IdempotentParameterMismatchException, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  BatchExecuteStatementCommand,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  GetCommand,
  TransactGetCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";

import { refused } from "./story.js";

const key = { pk: "CUSTOMER#eve", sk: "ORDER#1" };
const count = { pk: "CUSTOMER#eve", sk: "COUNT" };

async function placesAnOrderOnce({ documents, orders: TableName }) {
  const ClientRequestToken = randomUUID();
  const UpdateExpression = "ADD orders :one";
  const actions = [
    { Put: { TableName, Item: { ...key, status: "OPEN" } } },
    { Update: { TableName, Key: count, UpdateExpression, ExpressionAttributeValues: { ":one": 1 } } },
  ];
  const place = (TransactItems) =>
    documents.send(new TransactWriteCommand({ TransactItems, ClientRequestToken, ReturnConsumedCapacity: "TOTAL" }));
  assert.equal((await place(actions)).ConsumedCapacity[0].WriteCapacityUnits, 4);
  assert.equal((await place(actions)).ConsumedCapacity[0].ReadCapacityUnits, 4);
  await refused(place(actions.slice(0, 1)), IdempotentParameterMismatchException);
  const { Item } = await documents.send(new GetCommand({ TableName, Key: count, ConsistentRead: true }));
  assert.equal(Item.orders, 1);
}

async function explainsACancellation({ documents, orders: TableName }) {
  const check = { TableName, Key: count, ConditionExpression: "attribute_exists(pk)" };
  const put = {
    TableName,
    Item: key,
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
  const error = await refused(
    documents.send(new TransactWriteCommand({ TransactItems: [{ ConditionCheck: check }, { Put: put }] })),
    TransactionCanceledException,
    "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
  );
  const [innocent, failed] = error.CancellationReasons;
  assert.equal(innocent.Code, "None");
  assert.equal(innocent.Message, undefined);
  assert.equal(failed.Code, "ConditionalCheckFailed");
  assert.equal(failed.Message, "The conditional request failed");
  assert.deepEqual(failed.Item.status, { S: "OPEN" });
}

async function readsAndRemovesTogether({ documents, orders: TableName }) {
  const gets = [count, { ...key, sk: "NOBODY" }, key].map((Key) => ({ Get: { TableName, Key } }));
  const read = async () => (await documents.send(new TransactGetCommand({ TransactItems: gets }))).Responses;
  assert.deepEqual((await read()).map(({ Item }) => Item?.sk), ["COUNT", undefined, "ORDER#1"]);
  const deletes = [count, key].map((Key) => ({ Delete: { TableName, Key } }));
  await documents.send(new TransactWriteCommand({ TransactItems: deletes }));
  assert.deepEqual((await read()).map(({ Item }) => Item), [undefined, undefined, undefined]);
}

async function speaksInStatements({ documents, orders }) {
  const place = (sk) => ({
    Statement: `INSERT INTO "${orders}" VALUE {'pk': ?, 'sk': ?, 'status': ?}`,
    Parameters: [key.pk, sk, "OPEN"],
  });
  const remove = (sk) => ({ Statement: `DELETE FROM "${orders}" WHERE pk = ? AND sk = ?`, Parameters: [key.pk, sk] });
  const open = async () => {
    const Statement = `SELECT sk FROM "${orders}" WHERE pk = ? AND begins_with(sk, 'ORDER#') AND status = ?`;
    const select = { Statement, Parameters: [key.pk, "OPEN"], ConsistentRead: true };
    return (await documents.send(new ExecuteStatementCommand(select))).Items.map(({ sk }) => sk);
  };
  const names = ["ORDER#2", "ORDER#3"];
  await documents.send(new ExecuteTransactionCommand({ TransactStatements: names.map(place) }));
  assert.deepEqual(await open(), names);
  const { Responses } = await documents.send(new BatchExecuteStatementCommand({ Statements: names.map(remove) }));
  assert.deepEqual(Responses.map(({ Error }) => Error), [undefined, undefined]);
  assert.deepEqual(await open(), []);
}

export const steps = [
  ["places an order in a transaction, once however often it is sent", placesAnOrderOnce],
  ["tells for every action why its transaction was cancelled", explainsACancellation],
  ["reads several items at one moment, and removes them together", readsAndRemovesTogether],
  ["says the same in statements: a transaction, a query and a batch", speaksInStatements],
];
