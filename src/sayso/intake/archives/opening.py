"""A file that somebody gave as an archive, opened: what it is told by its first bytes, never by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from sayso.errors import Place
from sayso.intake.archives.limits import Limits, refuse
from sayso.intake.archives.streams import Archive, Entry, guarded
from sayso.intake.archives.tars import open_tar
from sayso.intake.archives.zips import open_zip

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b"
_KEPT_IN_MEMORY = 8 << 20
_TRUE_NAME = "give the archive as the platform made it: a .zip, or an old one as .tar.gz"


@contextmanager
def open_archive(
    path: Path, label: str, is_wanted: Callable[[str], bool], limits: Limits | None = None
) -> Iterator[Archive]:
    """Give the archive in a file; ``label`` is what errors call it, since file names hold members' names.

    ``is_wanted`` tells by its name whether a file of the archive will be read. An archive that holds nothing but another one is
    that other one. Raises ``InputError`` for what is no archive, or none that is safe to read.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
        except OSError:
            refuse("no-file", "there is no file that can be read", Place(label), "check the path")
        yield _opened(file, label, path.name, is_wanted, limits or Limits(), stack)


def _opened(
    file: IO[bytes],
    label: str,
    name: str,
    is_wanted: Callable[[str], bool],
    limits: Limits,
    stack: ExitStack,
    depth: int = 0,
) -> Archive:
    with guarded(Place(label)):
        start = file.read(4)
        file.seek(0)
    if start.startswith(_GZIP):
        return open_tar(file, label, name, is_wanted, limits, stack)
    if start not in _ZIP:
        refuse("not-an-archive", "it is neither a zip nor a gzipped tar", Place(label), _TRUE_NAME)
    found = open_zip(file, label, name, limits)
    inner = _only_zip(found)
    if inner is None:
        return found
    if depth >= limits.nested:
        refuse("nested-archive", "archives in it lie inside one another too deep", Place(label), _TRUE_NAME)
    kept = _kept(found, inner, stack)
    return _opened(kept, label, inner.name, is_wanted, limits, stack, depth + 1)


def _only_zip(found: Archive) -> Entry | None:
    """Return the one file in an archive, if that is a zip itself: some browsers and mail programs pack once more."""
    only = found.entries[0] if len(found.entries) == 1 else None
    return only if only is not None and only.name.lower().endswith(".zip") else None


def _kept(found: Archive, inner: Entry, stack: ExitStack) -> IO[bytes]:
    """Return a file of an archive as one that can be read from anywhere: in memory, or without a name in the temporary folder."""
    kept = cast(IO[bytes], stack.enter_context(SpooledTemporaryFile(_KEPT_IN_MEMORY)))  # noqa: SIM115
    with found.open(inner, "the archive inside") as stream:
        while piece := stream.read():
            kept.write(piece)
    kept.seek(0)
    return kept
