"""A server for tests: one that this process starts on a free port and stops, or one that runs already."""

import json
import os
import shutil
import subprocess
import threading

from .admin import Admin
from .database import Database

#: The Region of databases that name none.
REGION = "us-east-1"
#: Seconds that a server may take to get ready; it takes milliseconds.
START_SECONDS = 20


class ServerError(Exception):
    """There is no server; the message says what to do."""


class Server:
    """A server. Use :meth:`start`, or ``Server(url)`` for one that runs already."""

    def __init__(self, url, process=None):
        self.url = url.rstrip("/")
        self.admin = Admin(self.url)
        self._process = process

    @classmethod
    def start(cls, *arguments):
        """A server on a free port, with these arguments of the command line beside; ``STATOR_ENDPOINT`` names one that runs already."""
        endpoint = os.environ.get("STATOR_ENDPOINT")
        if endpoint:
            return cls(endpoint)
        command = [_binary(), "--port", "0", *arguments]
        environment = {name: value for name, value in os.environ.items() if name != "STATOR_PORT"}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        log = _Log(process.stderr)
        try:
            url = _ready(process, log)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return cls(url, process)

    def database(self, access_key, region=REGION):
        """The database that callers with this access key see in this Region."""
        return Database(self, access_key, region)

    def stop(self):
        """Stops the server, if it was started here."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class _Log:
    """Reads what the server logs, so that it never waits for a reader, and keeps the beginning for a message."""

    _KEPT_LINES = 50

    def __init__(self, stream):
        self.lines = []
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream):
        with stream:
            for line in stream:
                if len(self.lines) < self._KEPT_LINES:
                    self.lines.append(line.decode(errors="replace"))

    def text(self):
        self._thread.join(1)
        return "".join(self.lines)


def _binary():
    binary = os.environ.get("STATOR_BINARY") or shutil.which("stator")
    if not binary:
        raise ServerError(
            "there is no stator: put the program on the PATH, name it in STATOR_BINARY, or name a running server in STATOR_ENDPOINT"
        )
    return binary


def _ready(process, log):
    """The URL in the line that the server prints when it listens."""
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    try:
        line = process.stdout.readline()
    finally:
        timer.cancel()
    if not line:
        raise ServerError(f"stator did not start:\n{log.text()}")
    return json.loads(line)["url"]
