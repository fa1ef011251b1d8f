"""A stream read with boto3 while it is written."""
