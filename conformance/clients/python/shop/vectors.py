"""Vectors: a catalogue whose goods are found by likeness."""

from .story import expect, refused

GOODS = {
    "lamp": ("home", [1, 0, 0]),
    "candle": ("home", [0.8, 0.6, 0]),
    "torch": ("camping", [0.6, 0, 0.8]),
    "tent": ("camping", [0, 1, 0]),
}
SHELF = [{"AttributeName": "shelf", "SearchSchemaElementType": "HASH"}]


def searches_vectors(shop):
    """makes a vector index, searches it by likeness and partition, and lets it go."""
    name = f"{shop.stock}-goods"
    shop.client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "good", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "good", "AttributeType": "S"},
            {"AttributeName": "shelf", "AttributeType": "S"},
        ],
        VectorIndexes=[_index("alike"), _index("alike_on_shelf", SHELF)],
    )
    shop.client.get_waiter("table_exists").wait(TableName=name)
    for good, (shelf, vector) in GOODS.items():
        shop.client.put_item(
            TableName=name, Item={"good": {"S": good}, "shelf": {"S": shelf}, "v": {"L": [_number(x) for x in vector]}}
        )
    light = [_number(x) for x in (1, 0, 0)]
    found = shop.client.search_vectors(TableName=name, IndexName="alike", SearchVector=light, TopK=3)["SearchResults"]
    expect([hit["Item"]["good"]["S"] for hit in found], ["lamp", "candle", "torch"], "the most alike come first")
    expect([round(hit["Score"], 6) for hit in found], [0, 0.2, 0.4], "scores are cosine distances")
    camping = shop.client.search_vectors(
        TableName=name,
        IndexName="alike_on_shelf",
        SearchVector=light,
        TopK=1,
        SearchConditionExpression="shelf = :shelf",
        ExpressionAttributeValues={":shelf": {"S": "camping"}},
        ReturnConsumedCapacity="TOTAL",
    )
    expect([hit["Item"]["good"]["S"] for hit in camping["SearchResults"]], ["torch"], "one shelf is searched alone")
    expect(camping["ConsumedCapacity"]["VectorSearchRequestBytes"], 1024, "what the search cost")
    refused(
        shop.client.exceptions.ClientError,
        lambda: shop.client.search_vectors(TableName=name, IndexName="alike", SearchVector=light[:2], TopK=1),
        "Input search vector dimension 2 does not match vector index dimension 3",
    )
    shop.client.delete_table(TableName=name)


def _index(name, schema=None):
    index = {
        "IndexName": name,
        "VectorAttribute": {"AttributeName": "v"},
        "Projection": {"ProjectionType": "ALL"},
        "Dimensions": 3,
        "DistanceFunction": "COSINE",
    }
    return {**index, "SearchSchema": schema} if schema else index


def _number(value):
    return {"N": str(value)}


STEPS = [searches_vectors]
