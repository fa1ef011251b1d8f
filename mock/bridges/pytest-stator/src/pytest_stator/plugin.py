"""The fixtures of pytest: one server for each worker, one base for each set of fixture files, one fork for each test."""

import hashlib
import os
import sys

import pytest

from .server import Server


def pytest_addoption(parser):
    group = parser.getgroup("stator", "a DynamoDB of its own for every test")
    group.addoption("--stator-arguments", default="", help="arguments of the command line of the server, with spaces between")
    parser.addini("stator_fixtures", "fixture files that every test's database begins with", type="paths", default=[])


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "stator(*fixtures): the fixture files that this test's database begins with, instead of those of the ini file",
    )


@pytest.fixture(scope="session")
def stator_server(request):
    """The server of this worker, on a free port. With ``STATOR_ENDPOINT`` all workers share that one."""
    with Server.start(*request.config.getoption("--stator-arguments").split()) as server:
        yield server


@pytest.fixture(scope="session")
def stator_bases(stator_server, request):
    """The loaded bases, by their files: each is loaded once, at its first use."""
    bases = {}

    def base(paths):
        files = tuple(str(path) for path in paths)
        if files not in bases:
            name = hashlib.sha256("\n".join((str(os.getpid()), *files)).encode()).hexdigest()[:12]
            database = stator_server.database(f"pytest{name}")
            database.load_fixtures(*files)
            bases[files] = database
        return bases[files]

    yield base
    for database in bases.values():
        database.drop()


@pytest.fixture
def stator(stator_bases, request, monkeypatch):
    """A database of its own, which begins with the fixture files. SDKs that find their endpoint in the environment find it, too.

    Rules that were set and not met fail the test.
    """
    with stator_bases(_files(request)).fork() as database:
        for name, value in database.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        if "boto3" in sys.modules:
            # The default session of boto3 would remember the credentials of an earlier test.
            monkeypatch.setattr(sys.modules["boto3"], "DEFAULT_SESSION", None)
        yield database
        if not _has_failed(request):
            database.rules.verify()


@pytest.fixture
def dynamodb(stator):
    """A boto3 client of the test's database."""
    return stator.client()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.stash[_FAILED] = report.failed
    return report


_FAILED = pytest.StashKey()


def _has_failed(request):
    """Whether the test has failed already: then unmet rules would only hide why."""
    return request.node.stash.get(_FAILED, False)


def _files(request):
    marker = request.node.get_closest_marker("stator")
    if marker is None or not marker.args:
        return request.config.getini("stator_fixtures")
    return [request.path.parent / path for path in marker.args]
