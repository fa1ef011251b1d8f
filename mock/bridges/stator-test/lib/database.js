// A database: the tables that one access key sees in one Region, and what a test may do with them beside the protocol.

import { AssertionError } from 'node:assert';
import { readFile } from 'node:fs/promises';
import process from 'node:process';

import { AdminError } from './admin.js';

/** Any secret will do unless the server was given credentials. */
const SECRET = 'stator';

let forks = 0;

const part = encodeURIComponent;

/** A database of a server. */
export class Database {
  #path;

  constructor(server, accessKey, region) {
    this.server = server;
    this.accessKey = accessKey;
    this.region = region;
    this.#path = `namespaces/${part(accessKey)}/${part(region)}`;
    /** The clock by which this database goes. */
    this.clock = new Clock(this);
    /** States kept under a name. */
    this.snapshots = new Snapshots(this);
    /** Expectations and faults. */
    this.rules = new Rules(this);
  }

  /** What a client of the AWS SDK is made with: `new DynamoDBClient(db.config())`. */
  config() {
    return {
      endpoint: this.server.url,
      region: this.region,
      credentials: { accessKeyId: this.accessKey, secretAccessKey: SECRET },
    };
  }

  /** The variables by which an SDK in any language finds this database. */
  environment() {
    return {
      AWS_ENDPOINT_URL_DYNAMODB: this.server.url,
      AWS_ENDPOINT_URL_DYNAMODB_STREAMS: this.server.url,
      AWS_ACCESS_KEY_ID: this.accessKey,
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
    };
  }

  /** A database that begins as this one is. Neither sees what happens to the other, and it takes no time. */
  async fork(name) {
    const accessKey = name ?? `${this.accessKey.split('+')[0]}+${process.pid}.${++forks}`;
    const fork = new Database(this.server, accessKey, this.region);
    try {
      await this.ask('POST', 'fork', { to: `${accessKey}/${this.region}`, replace: true });
    } catch (error) {
      // Nothing was written here yet, so that there is nothing to fork: a database comes into being with its first table.
      if (!(error instanceof AdminError && error.status === 404)) throw error;
    }
    return fork;
  }

  /**
   * Lets the database be as if it were new: a fork of its base if it is one, otherwise empty. Rules and recorded calls go too, unless `keep` names
   * 'rules' or 'usage'.
   */
  async reset({ keep = [] } = {}) {
    await this.ask('POST', 'reset', { keep });
  }

  /** Lets go of the database, with its snapshots, rules and usage. */
  async drop() {
    try {
      await this.ask('DELETE', '');
    } catch (error) {
      if (!(error instanceof AdminError && error.status === 404)) throw error;
    }
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.drop();
  }

  /** Adds the tables and items of fixture files. All faults of a file come at once, with their lines. */
  async loadFixtures(...paths) {
    for (const path of paths) {
      const text = await readFile(path, 'utf8');
      try {
        await this.ask('POST', 'fixtures', text);
      } catch (error) {
        if (error instanceof AdminError) throw new AdminError(error.status, `${path}:\n${error.message}`);
        throw error;
      }
    }
  }

  /** The tables and items as fixtures, in a stable order. */
  dump() {
    return this.ask('GET', 'fixtures');
  }

  /**
   * Holds an item, which need not exist, as if a transaction that nobody sees were under way on it: until it is released, or `forMs` have passed, who writes it is
   * refused. `key` is in DynamoDB's JSON. With `clientRequestToken`, who sends that token meanwhile is told that its transaction is in progress.
   */
  hold(table, key, options) {
    return this.holdAll([{ table, key }], options);
  }

  /** Holds several items together, each `{ table, key }`. */
  async holdAll(items, { forMs, clientRequestToken } = {}) {
    const wish = { items, for_ms: forMs, client_request_token: clientRequestToken };
    return new Hold(this, await this.ask('POST', 'holds', wish));
  }

  /** Records the calls from now on, and forgets those before. */
  recordUsage() {
    return this.ask('PUT', 'usage');
  }

  /** The recorded calls and what they came to. */
  usage() {
    return this.ask('GET', 'usage');
  }

  /** A request to the administration of this database, for what has no method here. */
  ask(method, what, body) {
    return this.server.admin.ask(method, what ? `${this.#path}/${what}` : this.#path, body);
  }
}

/** The clock of a database: TTL, streams, tokens and states of tables go by it. Others see nothing of what is done to it. */
class Clock {
  #database;

  constructor(database) {
    this.#database = database;
  }

  /** The time. */
  async now() {
    return new Date((await this.#database.ask('GET', 'clock')).now_ms);
  }

  /** Lets the clock stand still: where it is, or at a time. */
  freeze(at = 'now') {
    return this.#move({ freeze: at instanceof Date ? at.toISOString() : at });
  }

  /** Lets the clock go ahead: by seconds, or by a length such as '2h' or 'P1D'. */
  advance(by) {
    return this.#move({ advance: by });
  }

  /** Lets the clock run on from the time that it shows. */
  run() {
    return this.#move({ run: true });
  }

  async #move(move) {
    return new Date((await this.#database.ask('POST', 'clock', move)).now_ms);
  }
}

/** Items that are part of a transaction which nobody sees. `await using` releases them at the end. */
class Hold {
  #database;

  constructor(database, { id, items }) {
    this.#database = database;
    this.id = id;
    this.items = items;
  }

  /** Lets go of the items; it is no fault if that has happened. */
  async release() {
    try {
      await this.#database.ask('DELETE', `holds/${this.id}`);
    } catch (error) {
      if (!(error instanceof AdminError && error.status === 404)) throw error;
    }
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.release();
  }
}

/** States of a database that are kept under a name. */
class Snapshots {
  #database;

  constructor(database) {
    this.#database = database;
  }

  /** Keeps all that the database is now. */
  async keep(name) {
    await this.#database.ask('PUT', `snapshots/${part(name)}`);
  }

  /** Lets the database be what it was. */
  async restore(name) {
    await this.#database.ask('POST', `snapshots/${part(name)}/restore`);
  }

  /** Lets go of a state. */
  async forget(name) {
    await this.#database.ask('DELETE', `snapshots/${part(name)}`);
  }

  /** The names that are in use. */
  async names() {
    return (await this.#database.ask('GET', 'snapshots')).snapshots;
  }
}

/** Expectations and faults; a rule is spelled as in /_stator/openapi.json. */
class Rules {
  #database;

  constructor(database) {
    this.#database = database;
  }

  /** Sets a rule, and tells how it stands. One that can never match is refused, with the reason. */
  add(rule) {
    return this.#database.ask('POST', 'rules', rule);
  }

  /** All rules, and how they stand. */
  async list() {
    return (await this.#database.ask('GET', 'rules')).rules;
  }

  /** Forgets all rules, met or not, and what was received. */
  async clear() {
    await this.#database.ask('DELETE', 'rules');
  }

  /** What was received since there are rules, resolved. */
  async received() {
    return (await this.#database.ask('GET', 'received')).received;
  }

  /** Fails unless all rules were met: with each unmet one, what came instead, and the nearest miss. */
  async verify() {
    judge(await this.#database.ask('POST', 'verify'));
  }

  /** Like verify; the rules are forgotten. */
  async checkpoint() {
    judge(await this.#database.ask('POST', 'checkpoint'));
  }
}

function judge({ is_met: isMet, report }) {
  if (!isMet) throw new AssertionError({ message: report });
}
