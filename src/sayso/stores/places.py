"""Places in object storage: opened with what the environment knows of credentials, and with errors that say what to do.

Nothing here takes a key or a secret, and no error repeats what the storage said: it may quote either.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import pyarrow as pa
from pyarrow import fs

from sayso.errors import EdgeError, Problem
from sayso.values.addresses import Address

CHUNK = 1 << 20
_CONNECT_S, _REQUEST_S, _ATTEMPTS = 10, 60, 3
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_CONDITION = re.compile(r"AWS Error ([A-Z_]+)|google::cloud::Status\(([A-Z_]+)")
_NO_RIGHT = ("ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH", "UNRECOGNIZED_CLIENT",
             "INVALID_CLIENT_TOKEN_ID", "MISSING_AUTHENTICATION_TOKEN", "PERMISSION_DENIED", "UNAUTHENTICATED",
             "EXPIRED_TOKEN", "REQUEST_EXPIRED")  # fmt: skip
_NO_BUCKET = ("NO_SUCH_BUCKET",)
_UNREACHED = (
    "NETWORK_CONNECTION",
    "UNAVAILABLE",
    "REQUEST_TIMEOUT",
    "SERVICE_UNAVAILABLE",
    "DEADLINE_EXCEEDED",
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A file system and where in it an address leads."""

    files: fs.FileSystem
    address: Address

    def below(self, *names: str) -> str:
        """Return the path of something below."""
        return "/".join((self.address.path, *names))

    def info(self, path: str) -> fs.FileInfo:
        """Return what the storage knows of a path."""
        with reaching(self.address):
            return self.files.get_file_info(path)

    def listed(self, path: str, recursive: bool = True) -> list[fs.FileInfo]:
        """Return what lies below a path, nothing where there is none."""
        with reaching(self.address):
            found: list[fs.FileInfo] = self.files.get_file_info(
                fs.FileSelector(path, allow_not_found=True, recursive=recursive)
            )
        return found

    @contextmanager
    def writing(self, path: str) -> Iterator[pa.NativeFile]:
        """Give a stream whose bytes are at a path when the context ends, in the place of what was there."""
        with reaching(self.address):
            if self.address.scheme == "file":
                self.files.create_dir(path.rpartition("/")[0])
            with self.files.open_output_stream(path) as out:
                yield out

    def check_bucket(self) -> None:
        """Return if the bucket is there: storage answers for what is in a missing one as though only that were missing."""
        if self.address.bucket and self.info(self.address.bucket).type is fs.FileType.NotFound:
            raise EdgeError(_no_bucket(self.address))


def spot_of(address: Address) -> Spot:
    """Return the place that an address names; nothing is asked of the storage yet.

    Credentials are those of the environment: its variables, its profile, or the role of the machine. Of S3, the variables
    ``AWS_ENDPOINT_URL`` and ``AWS_REGION`` count, too.
    """
    if address.scheme == "s3":
        with reaching(address):
            return Spot(_s3(address), address)
    if address.scheme == "gs":
        with reaching(address):
            return Spot(fs.GcsFileSystem(retry_time_limit=timedelta(seconds=_REQUEST_S)), address)
    return Spot(fs.LocalFileSystem(), address)


def _s3(address: Address) -> fs.S3FileSystem:
    endpoint = urlsplit(_variable(_ENDPOINTS))
    region = _variable(_REGIONS)
    if not region and not endpoint.netloc:
        region = _region_of(address.bucket)
    return fs.S3FileSystem(
        region=region or None,
        endpoint_override=endpoint.netloc or None,
        scheme=endpoint.scheme or "https",
        connect_timeout=_CONNECT_S,
        request_timeout=_REQUEST_S,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
        # One request for a small object: it is there whole, or not at all.
        allow_delayed_open=True,
    )


@lru_cache(maxsize=64)
def _region_of(bucket: str) -> str:
    try:
        return str(fs.resolve_s3_region(bucket))
    except OSError:
        return ""  # what is wrong shows when something is asked of it


def _variable(names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := os.environ.get(name))), "")


@contextmanager
def reaching(address: Address) -> Iterator[None]:
    """Turn what storage raises into ``EdgeError``, but for ``FileNotFoundError``."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise EdgeError(problem_of(error, address)) from None


def is_of_storage(error: Exception) -> bool:
    """Tell whether storage raised an error, rather than whoever read what it gave; that a file is missing is no error of storage."""
    return _CONDITION.search(str(error)) is not None and not isinstance(error, FileNotFoundError)


def problem_of(error: Exception, address: Address) -> Problem:
    """Return what an error of storage comes to, in our words."""
    found = _CONDITION.search(str(error))
    condition = (found[1] or found[2]) if found else type(error).__name__
    where = f"{address.scheme}://{address.bucket}" if address.bucket else "the folder"
    if condition in _NO_BUCKET:
        return _no_bucket(address)
    if condition in _NO_RIGHT or isinstance(error, PermissionError):
        advice = (
            "check the credentials in the environment (variables, profile or role) and what they may do there"
        )
        return Problem("no-right", f"{where} does not let us in", advice=advice)
    if condition in _UNREACHED:
        advice = "check the network and, for a server of your own, AWS_ENDPOINT_URL"
        return Problem("unreachable", f"{where} cannot be reached", advice=advice)
    what = f"{where} failed ({condition})"
    return Problem("storage-failed", what, advice="try again, and look at the storage's own logs")


def _no_bucket(address: Address) -> Problem:
    advice = "make it, or name another; Sayso makes none"
    return Problem("no-bucket", f"there is no bucket {address.scheme}://{address.bucket}", advice=advice)
