// Runs the steps of the shop's day in order and reports each on one line.
//
// A step is a title and a function of the shop. A failed step prints what it expected and the last request that was
// sent, and the story goes on: the later steps say how far the fault reaches. Nothing here knows what the steps do.

import assert from "node:assert/strict";
import { inspect } from "node:util";

/** Runs every step and returns the exit status of the process. */
export async function tell(steps, shop) {
  const lastRequest = remember(shop.client);
  let failures = 0;
  for (const [title, step] of steps) {
    const started = performance.now();
    try {
      await step(shop);
      console.log(`ok      ${title} (${Math.round(performance.now() - started)} ms)`);
    } catch (error) {
      failures += 1;
      console.log(`FAILED  ${title}\nlast request: ${lastRequest()}\n${error.stack}`);
    }
  }
  console.log(`${steps.length - failures} of ${steps.length} steps passed`);
  return failures === 0 ? 0 : 1;
}

/** Hooks into the client, so that the latest request can be shown. */
function remember(client) {
  let last = "none";
  const recorder = (next, context) => (sent) => {
    last = `${context.commandName} ${inspect(sent.input, { depth: null, breakLength: Infinity })}`;
    return next(sent);
  };
  client.middlewareStack.add(recorder, { step: "initialize", name: "remember" });
  return () => last;
}

/** Awaits a call that must reject with this class of error (and this message, when one is given): the error. */
export async function refused(call, errorClass, message) {
  const error = await call.then(
    () => assert.fail(`wanted ${errorClass.name}, but the request was accepted`),
    (reason) => reason,
  );
  assert.ok(error instanceof errorClass, `wanted ${errorClass.name}, got ${error}`);
  if (message !== undefined) assert.equal(error.message, message);
  return error;
}
