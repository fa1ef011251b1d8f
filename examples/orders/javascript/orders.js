// An order service: what an application does with DynamoDB day by day. It knows nothing of the server it is tested against.

import { setTimeout } from 'node:timers/promises';

import { DescribeTableCommand, DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';

const TABLE = 'shop';
export const CART_SECONDS = 2 * 24 * 3600;
/** The SDK retries throttles, server errors and lost connections. */
const RETRIES = { maxAttempts: 4 };

/** There is not enough of a product. */
export class OutOfStock extends Error {}

/** Orders of users, and the products that they are of. */
export class Orders {
  #client;
  #documents;
  #streams;
  #now;
  #sleep;

  constructor({ config = {}, now = () => Date.now(), sleep = setTimeout } = {}) {
    this.#client = new DynamoDBClient({ ...RETRIES, ...config });
    this.#documents = DynamoDBDocumentClient.from(this.#client);
    this.#streams = new DynamoDBStreamsClient({ ...RETRIES, ...config });
    this.#now = now;
    this.#sleep = sleep;
  }

  /** Takes products out of stock and notes the order: both, or neither; once, however often it is tried. */
  async place(user, orderId, sku, quantity, attempts = 5) {
    const placed_at = new Date(this.#now()).toISOString().slice(0, 10);
    const Item = { pk: `USER#${user}`, sk: `ORDER#${orderId}`, sku, quantity, status: 'NEW', placed_at };
    const Update = {
      TableName: TABLE,
      Key: product(sku),
      UpdateExpression: 'SET stock = stock - :quantity',
      ConditionExpression: 'stock >= :quantity',
      ExpressionAttributeValues: { ':quantity': quantity },
    };
    const Put = { TableName: TABLE, Item, ConditionExpression: 'attribute_not_exists(pk)' };
    for (let attempt = 0; ; attempt++) {
      try {
        const ClientRequestToken = `${user}-${orderId}`;
        await this.#documents.send(new TransactWriteCommand({ TransactItems: [{ Update }, { Put }], ClientRequestToken }));
        return;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const codes = error.CancellationReasons.map((reason) => reason.Code);
        if (codes[0] === 'ConditionalCheckFailed') throw new OutOfStock(sku);
        if (!codes.includes('TransactionConflict') || attempt + 1 === attempts) throw error;
        await this.#sleep(50 * 2 ** attempt);
      }
    }
  }

  /** All orders of a user, page by page. */
  async ofUser(user) {
    const query = {
      TableName: TABLE,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :order)',
      ExpressionAttributeValues: { ':pk': `USER#${user}`, ':order': 'ORDER#' },
    };
    const orders = [];
    for await (const page of paginateQuery({ client: this.#documents }, query)) {
      orders.push(...page.Items.map((item) => item.sk.slice('ORDER#'.length)));
    }
    return orders;
  }

  /** How much of a product there is. */
  async stock(sku) {
    const { Item } = await this.#documents.send(
      new GetCommand({ TableName: TABLE, Key: product(sku), ConsistentRead: true }),
    );
    return Item?.stock ?? 0;
  }

  /** Writes many products, and those again that the service left over. */
  async importProducts(products) {
    for (let start = 0; start < products.length; start += 25) {
      let waiting = products
        .slice(start, start + 25)
        .map(([sku, title, stock]) => ({ PutRequest: { Item: { ...product(sku), title, stock } } }));
      for (let attempt = 0; waiting.length > 0; attempt++) {
        if (attempt > 0) await this.#sleep(50 * 2 ** (attempt - 1));
        const answer = await this.#documents.send(new BatchWriteCommand({ RequestItems: { [TABLE]: waiting } }));
        waiting = answer.UnprocessedItems?.[TABLE] ?? [];
      }
    }
  }

  /** Keeps a cart for two days. */
  async keepCart(user, sku) {
    const expires_at = Math.floor(this.#now() / 1000) + CART_SECONDS;
    await this.#documents.send(new PutCommand({ TableName: TABLE, Item: { ...cart(user), sku, expires_at } }));
  }

  /** Whether a user has a cart. */
  async hasCart(user) {
    const { Item } = await this.#documents.send(new GetCommand({ TableName: TABLE, Key: cart(user) }));
    return Item !== undefined;
  }

  /** What has happened to the table, oldest first: an event and a sort key; the event of a cart that ran out is 'expired'. */
  async *happenings() {
    const { Table } = await this.#client.send(new DescribeTableCommand({ TableName: TABLE }));
    const StreamArn = Table.LatestStreamArn;
    const { StreamDescription } = await this.#streams.send(new DescribeStreamCommand({ StreamArn }));
    for (const { ShardId } of StreamDescription.Shards) {
      const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
      let { ShardIterator } = await this.#streams.send(new GetShardIteratorCommand(start));
      while (ShardIterator) {
        const { Records, NextShardIterator } = await this.#streams.send(new GetRecordsCommand({ ShardIterator }));
        for (const { eventName, userIdentity, dynamodb } of Records) {
          const isByService = userIdentity?.PrincipalId === 'dynamodb.amazonaws.com';
          yield { event: isByService ? 'expired' : eventName, sk: dynamodb.Keys.sk.S };
        }
        ShardIterator = Records.length > 0 ? NextShardIterator : undefined;
      }
    }
  }

  /** Closes the connections. */
  close() {
    this.#client.destroy();
    this.#streams.destroy();
  }
}

function product(sku) {
  return { pk: `PRODUCT#${sku}`, sk: 'DETAILS' };
}

function cart(user) {
  return { pk: `USER#${user}`, sk: 'CART' };
}
