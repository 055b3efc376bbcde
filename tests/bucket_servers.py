"""A server that speaks S3 (moto's, on a port of its own) with one private bucket, and the settings that lead there."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
from moto.server import ThreadedMotoServer

from config.env import Environment
from config.storage_parts import read_file_storage

BUCKET, KEY, SECRET, REGION = "interviews", "AKIATEST", "a-secret-of-tests", "eu-central-1"


@dataclass(frozen=True)
class BucketServer:
    url: str

    @property
    def client(self) -> Any:
        """The official client, past our storage: what really lies there."""
        keys = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET, "region_name": REGION}
        return boto3.client("s3", endpoint_url=self.url, **keys)

    def list_keys(self) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return sorted(one["Key"] for page in pages for one in page.get("Contents", ()))

    def read(self, key: str) -> bytes:
        return bytes(self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def configure(self, **others: str) -> dict[str, Any]:
        """STORAGES["default"], as the environment of a site with this bucket makes it."""
        given = {
            "STORAGE_BUCKET": BUCKET,
            "STORAGE_ENDPOINT_URL": self.url,
            "STORAGE_REGION": REGION,
            "STORAGE_ACCESS_KEY": KEY,
            "STORAGE_SECRET_KEY": SECRET,
            "STORAGE_ADDRESSING": "path",
        }
        return read_file_storage(Environment({**given, **others}))


@contextlib.contextmanager
def run_bucket_server() -> Iterator[BucketServer]:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        found = BucketServer(f"http://{host}:{port}")
        httpx.post(f"{found.url}/moto-api/reset")  # what an earlier server of this process held
        found.client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield found
    finally:
        server.stop()
