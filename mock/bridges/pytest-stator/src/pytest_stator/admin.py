"""Requests to the administration of a server, under ``/_stator/``. It needs nothing but the standard library."""

import json
import urllib.error
import urllib.request
from urllib.parse import quote

#: Seconds until a request is given up; the server answers within milliseconds.
TIMEOUT_SECONDS = 30


class AdminError(Exception):
    """The server refused a request; its own words are the message."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Admin:
    """The administration of the server at ``url``."""

    #: Requests go to the server itself, whatever proxies the environment names.
    _opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __init__(self, url):
        self.url = url.rstrip("/")

    def ask(self, method, path, body=None):
        """What is answered: parsed if it is JSON, otherwise the text. ``body`` is a ``str`` as it stands, or JSON."""
        if body is not None and not isinstance(body, str):
            body = json.dumps(body)
        request = urllib.request.Request(
            f"{self.url}/_stator/{path}",
            method=method,
            data=body.encode() if body is not None else None,
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                return _read(response)
        except urllib.error.HTTPError as error:
            with error:
                answer = _read(error)
            message = answer.get("message") if isinstance(answer, dict) else None
            raise AdminError(error.code, message or str(answer)) from None


def part(text):
    """A part of a path."""
    return quote(text, safe="")


def _read(response):
    text = response.read().decode()
    is_json = "json" in response.headers.get("content-type", "")
    return json.loads(text) if is_json else text
