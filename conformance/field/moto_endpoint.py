"""A pytest plugin that sends what moto's tests ask of DynamoDB to an endpoint, and leaves other services to moto.

FIELD_ENDPOINT is the endpoint. Each test has an access key of its own, and with it tables of its own; keys that a test
sets itself stay. The account number of the endpoint must be 123456789012, as in moto.
"""

import itertools
import os
import re

from moto.core.config import default_user_config
from moto.core.models import MockAWS

ENDPOINT = os.environ["FIELD_ENDPOINT"]
RUN = os.urandom(4).hex().upper()
TESTS = itertools.count(1)

os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = ENDPOINT
os.environ["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = ENDPOINT
default_user_config["core"]["passthrough"] = {"urls": [re.escape(ENDPOINT)], "services": []}

access_key = "FIELD"


def pytest_runtest_setup(item):
    global access_key
    access_key = f"FIELD{RUN}{next(TESTS)}"


def set_credentials(mock):
    made_up = {"AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": "secret"}
    for name, value in made_up.items():
        mock._orig_creds[name] = os.environ.get(name)
        os.environ[name] = value


MockAWS._mock_env_variables = set_credentials
