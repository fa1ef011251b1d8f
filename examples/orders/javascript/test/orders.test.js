// The order service beside a database of its own for each test: expectations, faults, time and fixtures.

import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, test } from 'node:test';

import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { useStator } from 'stator-test';
import { CART_SECONDS, Orders, OutOfStock } from '../orders.js';

const db = useStator({ before, beforeEach, afterEach }, { fixtures: [new URL('../../orders.yml', import.meta.url)] });

/** The time at which the fixtures' clock stands still. */
const NOW = Date.parse('2026-01-31T12:00:00Z');

let orders;
let waits;

beforeEach(() => {
  waits = [];
  orders = new Orders({ now: () => NOW, sleep: async (milliseconds) => waits.push(milliseconds) });
});
afterEach(() => orders.close());

test('an order takes products out of stock', async () => {
  await orders.place('bob', '1', 'LAMP', 2);
  assert.equal(await orders.stock('LAMP'), 1);
  assert.deepEqual(await orders.ofUser('bob'), ['1']);
});

test('an order of too much changes nothing', async () => {
  await assert.rejects(orders.place('bob', '1', 'CHAIR', 2), OutOfStock);
  assert.equal(await orders.stock('CHAIR'), 1);
  assert.deepEqual(await orders.ofUser('bob'), []);
});

test('tests do not see each other', async () => {
  assert.equal(await orders.stock('LAMP'), 3);
});

test('a conflict is tried again', async () => {
  await db.rules.add({
    name: 'another order is under way',
    operations: ['TransactWriteItems'],
    times: 2,
    effect: { error: { cancellation_reasons: ['TransactionConflict', 'None'] } },
  });
  await orders.place('bob', '1', 'LAMP', 1);
  assert.equal(await orders.stock('LAMP'), 2);
  assert.deepEqual(waits, [50, 100]);
});

test('an order waits for a product that another order holds', async () => {
  const lamp = await db.hold('shop', { pk: { S: 'PRODUCT#LAMP' }, sk: { S: 'DETAILS' } });
  // The other order takes as long as the first two pauses.
  const sleep = async (milliseconds) => {
    waits.push(milliseconds);
    if (waits.length === 2) await lamp.release();
  };
  const patient = new Orders({ now: () => NOW, sleep });
  await patient.place('bob', '1', 'LAMP', 1);
  patient.close();
  assert.equal(await orders.stock('LAMP'), 2);
  assert.deepEqual(waits, [50, 100]);
});

test('who sends the token of an order under way is told so', async () => {
  const client = new DynamoDBClient({ ...db.config(), maxAttempts: 1 });
  const write = new TransactWriteItemsCommand({
    TransactItems: [{ Delete: { TableName: 'shop', Key: { pk: { S: 'USER#bob' }, sk: { S: 'ORDER#1' } } } }],
    ClientRequestToken: 'bob-1',
  });
  const product = { pk: { S: 'PRODUCT#LAMP' }, sk: { S: 'DETAILS' } };
  const hold = await db.hold('shop', product, { clientRequestToken: 'bob-1' });
  await assert.rejects(client.send(write), { name: 'TransactionInProgressException' });
  await hold.release();
  await client.send(write);
  client.destroy();
});

test('an order whose answer is lost is placed once', async () => {
  await db.rules.add({ operations: ['TransactWriteItems'], times: 1, effect: { lose_answer: 'connection' } });
  await orders.place('bob', '1', 'LAMP', 1);
  assert.equal(await orders.stock('LAMP'), 2);
  const sent = (await db.rules.received()).map(({ operation }) => operation);
  assert.deepEqual(sent, ['TransactWriteItems', 'TransactWriteItems', 'GetItem']);
});

test('throttles end after four attempts', async () => {
  await db.rules.add({
    operations: ['GetItem'],
    table: 'shop',
    key: { pk: { S: 'PRODUCT#LAMP' } },
    times: 4,
    effect: { error: { type: 'ProvisionedThroughputExceededException' } },
  });
  await assert.rejects(orders.stock('LAMP'), { name: 'ProvisionedThroughputExceededException' });
  assert.equal(await orders.stock('LAMP'), 3);
});

test('products that are left over are written again', async () => {
  await db.rules.add({ operations: ['BatchWriteItem'], times: 1, effect: { leave_unprocessed: 5 } });
  await orders.importProducts(Array.from({ length: 30 }, (_, number) => [`P${number}`, 'Thing', number]));
  for (let number = 0; number < 30; number++) assert.equal(await orders.stock(`P${number}`), number);
  assert.deepEqual(waits, [50]);
});

test('all pages are read', async () => {
  await db.rules.add({
    operations: ['Query'],
    key_condition: "pk = 'USER#alice' AND begins_with(sk, 'ORDER#')",
    times: { min: 5 },
    effect: { page_items: 8 },
  });
  const wanted = Array.from({ length: 40 }, (_, number) => `2025-${String(number + 1).padStart(3, '0')}`);
  assert.deepEqual(await orders.ofUser('alice'), wanted);
});

test('a cart is gone after two days, and the stream tells', async () => {
  await orders.keepCart('bob', 'LAMP');
  await db.clock.advance(CART_SECONDS - 1);
  assert.ok(await orders.hasCart('bob'));
  // Expired items stay a little while, as in the service: 10 seconds here.
  await db.clock.advance(12);
  assert.ok(!(await orders.hasCart('bob')));
  const happenings = await all(orders.happenings());
  assert.ok(happenings.some(({ event, sk }) => event === 'expired' && sk === 'CART'));
});

test('nothing is scanned', async () => {
  await db.recordUsage();
  await orders.ofUser('alice');
  await orders.stock('LAMP');
  const { totals } = await db.usage();
  assert.equal(totals.scans, 0);
  assert.ok(totals.read_units < 4);
});

test('an unmet expectation says what came instead', async () => {
  await db.rules.add({ name: 'the chair is looked at', operations: ['GetItem'], key: { pk: { S: 'PRODUCT#CHAIR' } } });
  await orders.stock('LAMP');
  await assert.rejects(db.rules.checkpoint(), /the chair is looked at[^]*PRODUCT#LAMP/);
});

async function all(iterator) {
  const found = [];
  for await (const one of iterator) found.push(one);
  return found;
}
