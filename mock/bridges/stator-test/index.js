// Stator for tests in JavaScript: a server for each worker, and a database of its own for every test.

import { Server } from './lib/server.js';

export { AdminError } from './lib/admin.js';
export { Database } from './lib/database.js';
export { Server } from './lib/server.js';

/**
 * A database for each test, with the hooks of any runner: `const db = useStator({ beforeAll, beforeEach, afterEach }, { fixtures })`.
 *
 * The server of this process starts at its first use, the fixtures are loaded once, and each test gets a fork of them. What is returned stands
 * for the database of the test that runs. Rules that were set and not met fail the test.
 */
export function useStator({ beforeAll, before = beforeAll, beforeEach, afterEach }, { fixtures = [], env = true } = {}) {
  let base;
  let current;
  let outer;
  before(async () => {
    const server = await Server.shared();
    base = server.database(`js${process.pid}x${++bases}`);
    await base.loadFixtures(...fixtures);
  });
  beforeEach(async () => {
    current = await base.fork();
    if (env) outer = exchange(current.environment());
  });
  afterEach(async () => {
    if (env) exchange(outer);
    try {
      await current.rules.verify();
    } finally {
      await current.drop();
    }
  });
  return new Proxy({}, {
    get(_, name) {
      if (!current) throw new Error('there is a database only while a test runs');
      const value = current[name];
      return typeof value === 'function' ? value.bind(current) : value;
    },
  });
}

let bases = 0;

/** Sets variables of the environment, and tells what they were. */
function exchange(variables) {
  const old = {};
  for (const [name, value] of Object.entries(variables)) {
    old[name] = process.env[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return old;
}
