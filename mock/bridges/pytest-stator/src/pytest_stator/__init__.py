"""Stator for tests in Python: a server, and a database of its own for every test.

With pytest, ask for the fixture ``stator``; see the README. Without pytest::

    from pytest_stator import Server

    with Server.start() as server:
        base = server.database("shop")
        base.load_fixtures("shop.yml")
        with base.fork() as db:
            db.client().list_tables()
"""

from .admin import AdminError
from .database import Clock, Database, Hold, Rules, Snapshots
from .server import Server, ServerError

__all__ = ["AdminError", "Clock", "Database", "Hold", "Rules", "Server", "ServerError", "Snapshots"]
