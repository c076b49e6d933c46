"""A local server that speaks S3, for tests: on loopback, with the credentials of the environment set for it, gone with the session."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import pytest
from pyarrow import fs

ADVICE = "the tests of object storage need `pip install 'moto[server]'`"
_numbers = count(1)


class S3(NamedTuple):
    """A server by its address, and a file system of whoever owns everything on it."""

    url: str
    files: fs.S3FileSystem


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3]:
    """A server for the whole session, to which the environment of this process leads."""
    server = pytest.importorskip("moto.moto_server.threaded_moto_server", reason=ADVICE)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    url = f"http://{host}:{port}"
    files = fs.S3FileSystem(
        access_key="owner",
        secret_key="secret",
        region="us-east-1",
        scheme="http",
        endpoint_override=f"{host}:{port}",
        allow_bucket_creation=True,
        allow_delayed_open=True,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", url)
        patch.setenv("AWS_ACCESS_KEY_ID", "tester")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "not-to-be-told")
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield S3(url, files)
    running.stop()


@pytest.fixture
def bucket(s3_server: S3) -> str:
    """The name of an empty bucket, for one test."""
    name = f"bucket-{next(_numbers)}"
    s3_server.files.create_dir(name)
    return name
