"""A database: the tables that one access key sees in one Region, and what a test may do with them beside the protocol."""

import itertools
import os
import pathlib

from .admin import AdminError, part

#: Any secret will do unless the server was given credentials.
SECRET = "stator"
#: Numbers of forks that were not given a name, apart for each process.
_numbers = itertools.count(1)


class Database:
    """A database of a server. As a context it is let go of at the end."""

    def __init__(self, server, access_key, region):
        self.server = server
        self.access_key = access_key
        self.region = region
        self.path = f"namespaces/{part(access_key)}/{part(region)}"
        #: The clock by which this database goes.
        self.clock = Clock(self)
        #: States kept under a name.
        self.snapshots = Snapshots(self)
        #: Expectations and faults.
        self.rules = Rules(self)

    # ---- clients ----

    def client(self, **options):
        """A boto3 client of DynamoDB; ``options`` go to boto3."""
        return self._session().client("dynamodb", endpoint_url=self.server.url, **options)

    def resource(self, **options):
        """A boto3 resource of DynamoDB; ``options`` go to boto3."""
        return self._session().resource("dynamodb", endpoint_url=self.server.url, **options)

    def streams_client(self, **options):
        """A boto3 client of DynamoDB Streams; ``options`` go to boto3."""
        return self._session().client("dynamodbstreams", endpoint_url=self.server.url, **options)

    def _session(self):
        import boto3

        return boto3.Session(
            aws_access_key_id=self.access_key, aws_secret_access_key=SECRET, region_name=self.region
        )

    def environment(self):
        """The variables by which an SDK in any language finds this database."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.server.url,
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": self.server.url,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    # ---- isolation ----

    def fork(self, name=None):
        """A database that begins as this one is. Neither sees what happens to the other, and it takes no time."""
        access_key = name or f"{self.access_key.partition('+')[0]}+{os.getpid()}.{next(_numbers)}"
        fork = Database(self.server, access_key, self.region)
        try:
            self.ask("POST", "fork", {"to": f"{access_key}/{self.region}", "replace": True})
        except AdminError as error:
            # Nothing was written here yet, so that there is nothing to fork: a database comes into being with its first table.
            if error.status != 404:
                raise
        return fork

    def reset(self, keep=()):
        """Lets the database be as if it were new: a fork of its base if it is one, otherwise empty.

        Rules and recorded calls go too, but for those of ``"rules"`` and ``"usage"`` that ``keep`` names.
        """
        self.ask("POST", "reset", {"keep": list(keep)})

    def drop(self):
        """Lets go of the database, with its snapshots, rules and usage."""
        try:
            self.ask("DELETE", "")
        except AdminError as error:
            if error.status != 404:
                raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.drop()

    # ---- contents ----

    def load_fixtures(self, *paths):
        """Adds the tables and items of fixture files. All faults of a file come at once, with their lines."""
        for path in map(pathlib.Path, paths):
            try:
                self.ask("POST", "fixtures", path.read_text(encoding="utf-8"))
            except AdminError as error:
                raise AdminError(error.status, f"{path}:\n{error}") from None

    def dump(self):
        """The tables and items as fixtures, in a stable order."""
        return self.ask("GET", "fixtures")

    # ---- transactions under way ----

    def hold(self, table, key, for_ms=None, client_request_token=None):
        """Holds an item, which need not exist, as if a transaction that nobody sees were under way on it.

        ``key`` is in DynamoDB's JSON. Until the hold is released (it is a context, too), or ``for_ms`` have passed, who writes the item is refused::

            with db.hold("orders", {"pk": {"S": "o1"}}):
                ...

        With ``client_request_token``, who sends that token meanwhile is told that its transaction is in progress.
        """
        return self.hold_all([{"table": table, "key": key}], for_ms, client_request_token)

    def hold_all(self, items, for_ms=None, client_request_token=None):
        """Holds several items together: each a dict of ``table`` and ``key``."""
        options = {"for_ms": for_ms, "client_request_token": client_request_token}
        wish = {"items": items, **{name: value for name, value in options.items() if value is not None}}
        return Hold(self, self.ask("POST", "holds", wish))

    # ---- usage ----

    def record_usage(self):
        """Records the calls from now on, and forgets those before."""
        return self.ask("PUT", "usage")

    def usage(self):
        """The recorded calls and what they came to."""
        return self.ask("GET", "usage")

    def ask(self, method, what, body=None):
        """A request to the administration of this database, for what has no method here."""
        return self.server.admin.ask(method, f"{self.path}/{what}".rstrip("/"), body)


class Clock:
    """The clock of a database: TTL, streams, tokens and states of tables go by it. Others see nothing of what is done to it."""

    def __init__(self, database):
        self._database = database

    def now(self):
        """The time, in ISO 8601."""
        return self._database.ask("GET", "clock")["now"]

    def freeze(self, at="now"):
        """Lets the clock stand still: where it is, or at an ISO 8601 time."""
        return self._move({"freeze": at})

    def advance(self, by):
        """Lets the clock go ahead: by seconds, or by a length such as ``"2h"`` or ``"P1D"``."""
        return self._move({"advance": by})

    def run(self):
        """Lets the clock run on from the time that it shows."""
        return self._move({"run": True})

    def _move(self, move):
        return self._database.ask("POST", "clock", move)["now"]


class Hold:
    """Items that are part of a transaction which nobody sees. As a context it is released at the end."""

    def __init__(self, database, held):
        self._database = database
        self.id = held["id"]
        self.items = held["items"]

    def release(self):
        """Lets go of the items; it is no fault if that has happened."""
        try:
            self._database.ask("DELETE", f"holds/{self.id}")
        except AdminError as error:
            if error.status != 404:
                raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release()


class Snapshots:
    """States of a database that are kept under a name."""

    def __init__(self, database):
        self._database = database

    def keep(self, name):
        """Keeps all that the database is now."""
        self._database.ask("PUT", f"snapshots/{part(name)}")

    def restore(self, name):
        """Lets the database be what it was."""
        self._database.ask("POST", f"snapshots/{part(name)}/restore")

    def forget(self, name):
        """Lets go of a state."""
        self._database.ask("DELETE", f"snapshots/{part(name)}")

    def names(self):
        """The names that are in use."""
        return self._database.ask("GET", "snapshots")["snapshots"]


class Rules:
    """Expectations and faults of a database; a rule is spelled as in ``/_stator/openapi.json``."""

    def __init__(self, database):
        self._database = database

    def add(self, rule):
        """Sets a rule, and tells how it stands. One that can never match is refused, with the reason."""
        return self._database.ask("POST", "rules", rule)

    def list(self):
        """All rules, and how they stand."""
        return self._database.ask("GET", "rules")["rules"]

    def clear(self):
        """Forgets all rules, met or not, and what was received."""
        self._database.ask("DELETE", "rules")

    def received(self):
        """What was received since there are rules, resolved."""
        return self._database.ask("GET", "received")["received"]

    def verify(self):
        """Fails unless all rules were met: with each unmet one, what came instead, and the nearest miss."""
        self._judge(self._database.ask("POST", "verify"))

    def checkpoint(self):
        """Like :meth:`verify`; the rules are forgotten."""
        self._judge(self._database.ask("POST", "checkpoint"))

    @staticmethod
    def _judge(verdict):
        __tracebackhide__ = True
        if not verdict["is_met"]:
            raise AssertionError(verdict["report"])
