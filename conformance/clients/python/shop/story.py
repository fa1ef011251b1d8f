"""Runs the steps of the shop's day in order and reports each on one line.

A step is a function of the shop. A failed step prints what it expected and the last request that was sent, and the
story goes on: the later steps say how far the fault reaches. Nothing here knows what the steps do.
"""

import time
import traceback


class Story:
    """The outcome so far, and the last request that any client of the session sent."""

    def __init__(self, session):
        self.failures = 0
        self.request = None
        session.events.register("before-call.dynamodb", self._remember)

    def _remember(self, params, model, **_):
        self.request = f"{model.name} {params['body'].decode()}"

    def tell(self, steps, shop):
        """Runs every step and returns the exit status of the process."""
        for step in steps:
            self._play(step, shop)
        print(f"{len(steps) - self.failures} of {len(steps)} steps passed", flush=True)
        return 1 if self.failures else 0

    def _play(self, step, shop):
        title = step.__doc__.strip().rstrip(".")
        self.request = None
        started = time.monotonic()
        try:
            step(shop)
        except Exception:  # A step may fail in any way; the report is the same.
            self.failures += 1
            print(f"FAILED  {title}\nlast request: {self.request}\n{traceback.format_exc()}", flush=True)
        else:
            print(f"ok      {title} ({(time.monotonic() - started) * 1000:.0f} ms)", flush=True)


def expect(actual, wanted, what):
    """Fails unless `actual` equals `wanted`."""
    if actual != wanted:
        raise AssertionError(f"{what}\n  wanted: {wanted!r}\n  actual: {actual!r}")


def refused(error, call, message=None):
    """Runs `call`, which must raise `error` (with this message, when one is given), and returns the exception."""
    refusal = None
    try:
        call()
    except error as raised:
        refusal = raised
    if refusal is None:
        raise AssertionError(f"wanted {error.__name__}, but the request was accepted")
    if message is not None:
        expect(refusal.response["Error"]["Message"], message, "the message of the error")
    return refusal
