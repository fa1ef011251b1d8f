"""A shop's everyday work through boto3: `python -m shop`, with AWS_ENDPOINT_URL_DYNAMODB naming the server."""

import sys
import uuid
from dataclasses import dataclass

import boto3

from . import batches, companions, errors, items, queries, scans, tables, transactions, transfers, vectors, writes
from .story import Story


@dataclass
class Shop:
    """What every step works with: both faces of boto3 and the names of this run's tables."""

    session: object
    client: object
    resource: object
    orders: str
    stock: str

    @property
    def table(self):
        return self.resource.Table(self.orders)


def main():
    session = boto3.Session()
    story = Story(session)  # before the clients: they inherit the hooks that the session has by then
    run = uuid.uuid4().hex[:8]
    shop = Shop(session, session.client("dynamodb"), session.resource("dynamodb"), f"orders-{run}", f"stock-{run}")
    steps = [
        *tables.OPENING,
        *items.STEPS,
        *writes.STEPS,
        *transactions.STEPS,
        *batches.STEPS,
        *queries.STEPS,
        *scans.STEPS,
        *vectors.STEPS,
        *transfers.STEPS,
        *errors.STEPS,
        *companions.STEPS,
        *tables.LIVE_CHANGES,
        *tables.CLOSING,
    ]
    return story.tell(steps, shop)


sys.exit(main())
