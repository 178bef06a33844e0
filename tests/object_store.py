"""A server that speaks S3, on this machine: real requests, and nothing behind them but memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

BUCKET = "memoire"


@dataclass(frozen=True)
class ObjectStore:
    """Where it listens."""

    address: str

    @property
    def environment(self) -> dict[str, str]:
        """The usual variables, by which programs find it."""
        return {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.address,
        }

    def client(self) -> Any:
        """A client of its own, for looking in from beside."""
        import boto3

        told = self.environment
        return boto3.client(
            "s3",
            endpoint_url=self.address,
            region_name=told["AWS_REGION"],
            aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
        )


@contextmanager
def serving() -> Iterator[ObjectStore]:
    """A store with one empty bucket."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        found = ObjectStore(f"http://{host}:{port}")
        found.client().create_bucket(Bucket=BUCKET)
        yield found
    finally:
        server.stop()
