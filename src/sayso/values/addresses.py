"""Where something lies outside of this machine's own folders: a scheme and a path, and never a secret."""

from __future__ import annotations

import re
from typing import NamedTuple

SCHEMES = ("s3", "gs", "file")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)


class Address(NamedTuple):
    """``s3://bucket/path``, ``gs://bucket/path`` or ``file:///path``; ``path`` begins with the bucket, or with ``/``."""

    scheme: str
    path: str

    def __str__(self) -> str:
        """Return the address as one writes it."""
        return f"{self.scheme}://{self.path}"

    @property
    def bucket(self) -> str:
        """Return the bucket, ``""`` for a file."""
        return "" if self.scheme == "file" else self.path.partition("/")[0]

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return self.path.rpartition("/")[2]


def is_address(text: str) -> bool:
    """Tell whether a text is written as an address rather than as a path.

    >>> is_address("s3://forum/posts.parquet"), is_address("posts.parquet"), is_address("C:/posts.parquet")
    (True, False, False)
    """
    return _SCHEME.fullmatch(text) is not None


def parse_address(text: str) -> Address:
    """Return the address that a text says; raises ``ValueError`` with what is wrong, which quotes nothing of it.

    >>> parse_address("s3://forum/sets/")
    Address(scheme='s3', path='forum/sets')
    >>> parse_address("s3://KEY:SECRET@forum")
    Traceback (most recent call last):
    ValueError: an address holds no credentials and no options
    """
    found = _SCHEME.fullmatch(text)
    scheme, path = (found[1].lower(), found[2].rstrip("/")) if found else ("", "")
    if scheme not in SCHEMES:
        raise ValueError("an address begins with s3://, gs:// or file://")
    if any(sign in path for sign in "@?#"):
        raise ValueError("an address holds no credentials and no options")
    if not path or not path.isprintable() or "\\" in path or _is_odd(path, scheme):
        raise ValueError("an address names a bucket, and plain parts after it; a file's begins with file:///")
    return Address(scheme, path)


def _is_odd(path: str, scheme: str) -> bool:
    parts = path.split("/")
    if scheme == "file":
        if parts.pop(0):
            return True
    elif not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,221}", parts[0]):
        return True
    return any(part in ("", ".", "..") for part in parts)
