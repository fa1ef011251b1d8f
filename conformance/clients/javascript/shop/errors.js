// Errors arrive as the classes that an application catches, with the service's words.

import assert from "node:assert/strict";

import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBServiceException,
  ResourceInUseException,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";

import { refused } from "./story.js";

async function namesTheMissingTable({ client, documents }) {
  const TableName = "no-such-table";
  await refused(
    client.send(new DescribeTableCommand({ TableName })),
    ResourceNotFoundException,
    "Requested resource not found: Table: no-such-table not found",
  );
  await refused(
    documents.send(new GetCommand({ TableName, Key: { pk: "a", sk: "b" } })),
    ResourceNotFoundException,
    "Requested resource not found",
  );
}

async function refusesASecondTableOfTheSameName({ client, orders: TableName }) {
  const create = new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  await refused(client.send(create), ResourceInUseException, `Table already exists: ${TableName}`);
}

async function explainsWhatIsInvalid({ documents, orders: TableName }) {
  const ExpressionAttributeValues = { ":v": "a" };
  const invalid = [
    [
      new GetCommand({ TableName, Key: { pk: "CUSTOMER#ada" } }),
      "The provided key element does not match the schema",
    ],
    [
      new QueryCommand({ TableName, IndexName: "nope", KeyConditionExpression: "pk = :v", ExpressionAttributeValues }),
      "The table does not have the specified index: nope",
    ],
    [
      new QueryCommand({ TableName, KeyConditionExpression: "sk = :v", ExpressionAttributeValues }),
      "Query condition missed key schema element: pk",
    ],
    [
      new PutCommand({ TableName, Item: { pk: "CUSTOMER#x", sk: "ORDER#x", total: "ten" } }),
      "One or more parameter values were invalid: " +
        "Type mismatch for Index Key total Expected: N Actual: S IndexName: by_total",
    ],
  ];
  for (const [command, message] of invalid) {
    const error = await refused(documents.send(command), DynamoDBServiceException, message);
    assert.equal(error.name, "ValidationException");
    assert.equal(error.$metadata.httpStatusCode, 400);
  }
}

export const steps = [
  ["raises ResourceNotFoundException for a table that does not exist", namesTheMissingTable],
  ["raises ResourceInUseException for a name that is taken", refusesASecondTableOfTheSameName],
  ["raises ValidationException that says what is wrong", explainsWhatIsInvalid],
];
