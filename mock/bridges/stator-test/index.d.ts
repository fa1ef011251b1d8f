/** The server refused a request; its own words are the message. */
export class AdminError extends Error {
  readonly status: number;
}

/** A server for tests. */
export class Server {
  /** A server that runs already. */
  constructor(url: string);
  readonly url: string;
  /** A server on a free port, with these arguments of the command line beside; STATOR_ENDPOINT names one that runs already. */
  static start(...args: string[]): Promise<Server>;
  /** The one server of this process, started at its first use. */
  static shared(): Promise<Server>;
  /** The database that callers with this access key see in this Region. */
  database(accessKey: string, region?: string): Database;
  stop(): Promise<void>;
}

/** How a client of the AWS SDK is made. */
export interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** What happens to a request; one member. */
export type Effect =
  | { reply: Record<string, unknown> }
  | {
      error: {
        type?: string;
        message?: string;
        throttling_reasons?: { reason: string; resource: string }[];
        cancellation_reasons?: (string | { code: string; message: string })[];
      };
    }
  | { leave_unprocessed: number }
  | { lose_answer: 'connection' | 'error' }
  | { drop_connection: true }
  | { page_items: number }
  | { page_bytes: number }
  | { stale_ms: number }
  | { contend_ms: number };

/** Values of attributes, in DynamoDB's JSON. */
export type Attributes = Record<string, Record<string, unknown>>;

/** A rule, as /_stator/openapi.json describes it: which requests it is about, how often, and what happens to them. */
export interface Rule {
  name?: string;
  origin?: string;
  operations?: string[];
  table?: string;
  index?: string;
  key?: Attributes;
  item?: Attributes;
  present?: string[];
  absent?: string[];
  key_condition?: string;
  filter?: string;
  condition?: string;
  update?: string;
  projection?: string;
  consistent_read?: boolean;
  times?: number | { min?: number; max?: number };
  delay_ms?: number;
  probability?: number;
  seed?: number;
  sequence?: string;
  effect?: Effect;
}

/** Items that are part of a transaction which nobody sees, until they are released. */
export interface Hold {
  readonly id: number;
  readonly items: { table: string; key: Attributes }[];
  release(): Promise<void>;
}

/** For how long items are held, and as part of which transaction. */
export interface HoldOptions {
  forMs?: number;
  /** Who sends this token meanwhile is told that its transaction is in progress. */
  clientRequestToken?: string;
}

/** How a rule stands. */
export interface Standing {
  id: number;
  name?: string;
  origin: string;
  description: string;
  min: number;
  max?: number;
  count: number;
  is_met: boolean;
}

/** The tables that one access key sees in one Region, and what a test may do with them beside the protocol. */
export class Database {
  readonly server: Server;
  readonly accessKey: string;
  readonly region: string;
  readonly clock: {
    now(): Promise<Date>;
    freeze(at?: Date | string): Promise<Date>;
    /** By seconds, or by a length such as '2h' or 'P1D'. */
    advance(by: number | string): Promise<Date>;
    run(): Promise<Date>;
  };
  readonly snapshots: {
    keep(name: string): Promise<void>;
    restore(name: string): Promise<void>;
    forget(name: string): Promise<void>;
    names(): Promise<string[]>;
  };
  readonly rules: {
    add(rule: Rule): Promise<Standing>;
    list(): Promise<Standing[]>;
    clear(): Promise<void>;
    received(): Promise<Record<string, unknown>[]>;
    verify(): Promise<void>;
    checkpoint(): Promise<void>;
  };
  /** What a client of the AWS SDK is made with: `new DynamoDBClient(db.config())`. */
  config(): ClientConfig;
  /** The variables by which an SDK in any language finds this database. */
  environment(): Record<string, string>;
  fork(name?: string): Promise<Database>;
  /** As if it were new; rules and recorded calls go too, unless they are to be kept. */
  reset(options?: { keep?: ('rules' | 'usage')[] }): Promise<void>;
  drop(): Promise<void>;
  loadFixtures(...paths: (string | URL)[]): Promise<void>;
  dump(): Promise<string>;
  /** An item is held as if a transaction that nobody sees were under way on it. */
  hold(table: string, key: Attributes, options?: HoldOptions): Promise<Hold>;
  holdAll(items: { table: string; key: Attributes }[], options?: HoldOptions): Promise<Hold>;
  recordUsage(): Promise<unknown>;
  usage(): Promise<any>;
  /** A request to the administration of this database, for what has no method here. */
  ask(method: string, what: string, body?: unknown): Promise<any>;
}

type Hook = (run: () => Promise<void>) => void;

/** A database for each test, with the hooks of node:test, Vitest or Jest. */
export function useStator(
  hooks: { before?: Hook; beforeAll?: Hook; beforeEach: Hook; afterEach: Hook },
  options?: { fixtures?: (string | URL)[]; env?: boolean },
): Database;
