// A server for tests: one that this process starts on a free port, or one that runs already.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import process from 'node:process';

import { Admin } from './admin.js';
import { Database } from './database.js';

const REGION = 'us-east-1';
/** What a server logs before it is ready goes into the error if it never is. */
const LOG_CHARACTERS_MAX = 10_000;

let shared;

/** A server. Use `Server.start()`, or `new Server(url)` for one that runs already. */
export class Server {
  #child;

  constructor(url, child) {
    this.url = url.replace(/\/+$/, '');
    this.admin = new Admin(this.url);
    this.#child = child;
  }

  /** A server on a free port, with these arguments of the command line beside; STATOR_ENDPOINT names one that runs already. */
  static async start(...args) {
    const { STATOR_ENDPOINT: endpoint, STATOR_BINARY: binary, STATOR_PORT: _, ...env } = process.env;
    if (endpoint) return new Server(endpoint);
    const child = spawn(binary || 'stator', ['--port', '0', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    return new Server(await ready(child), child);
  }

  /** The one server of this process, started at its first use: test runners give each worker a process. It ends with the process. */
  static shared() {
    shared ??= Server.start().then((server) => {
      server.#unref();
      return server;
    });
    return shared;
  }

  /** The database that callers with this access key see in this Region. */
  database(accessKey, region = REGION) {
    return new Database(this, accessKey, region);
  }

  /** Stops the server, if it was started here. */
  async stop() {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.stop();
  }

  /** Lets the process end without waiting for the server, which ends with it. */
  #unref() {
    const child = this.#child;
    if (!child) return;
    child.unref();
    child.stdout.unref();
    child.stderr.unref();
    process.once('exit', () => child.kill('SIGTERM'));
  }
}

/** The URL in the line that the server prints when it listens. */
async function ready(child) {
  let log = '';
  child.stderr.on('data', (chunk) => {
    if (log.length < LOG_CHARACTERS_MAX) log += chunk;
  });
  const failed = new Promise((_, reject) => {
    child.once('error', (error) => {
      const hint = 'put the program on the PATH, name it in STATOR_BINARY, or name a running server in STATOR_ENDPOINT';
      reject(new Error(error.code === 'ENOENT' ? `there is no stator: ${hint}` : error.message));
    });
    child.once('close', () => reject(new Error(`stator did not start:\n${log}`)));
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, 'line'), failed]);
  failed.catch(() => {});
  return JSON.parse(line).url;
}
