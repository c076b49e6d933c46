"""Signals as platforms have them: a table of what was seen where and when, beside the files that were fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from sayso.errors import InputError, Place, Problem
from sayso.intake.cells import moment_of
from sayso.intake.credentials import SUFFIXES, read_credentials
from sayso.intake.mapping import Entry, FileFormat, TableMapping
from sayso.intake.refusals import WHY, Refusal, RefusedRow, RowError
from sayso.intake.rowfiles import TableRow, read_table
from sayso.signals.markup import LARGEST
from sayso.signals.reading import read_signal
from sayso.signals.statement import Kind, Signal
from sayso.values.moments import Moment

NEEDED = ("kind", "seen_at")
OTHERS = ("member", "record", "url", "value", "file")
_SITES = ("site", "member")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A signal that was seen: by which row, of which member, on which host and path, when, and what it was.

    ``host`` is empty where the row names no address; ``member`` is that of the row, or of the site that the address belongs to.
    """

    place: Place
    member: str
    host: str
    path: str
    seen_at: Moment
    signal: Signal


@dataclass(frozen=True, slots=True)
class Sites:
    """Whose sites are whose: addresses without scheme, each with its member."""

    owners: tuple[tuple[str, str], ...] = ()

    def owner(self, url: str) -> str | None:
        """Return the member of the longest site that an address lies in, ``None`` where there is none.

        >>> sites = Sites((("blogs.example/ada", "ada"), ("blogs.example", "club")))
        >>> sites.owner("https://Blogs.example/ada/1"), sites.owner("http://blogs.example/adam"), sites.owner("https://b.example")
        ('ada', 'club', None)
        """
        wanted = _place_of(url)
        found = [(len(site), member) for site, member in self.owners if _lies_in(wanted, site)]
        return max(found)[1] if found else None


def _lies_in(address: str, site: str) -> bool:
    return address == site or address.startswith(f"{site}/")


def _place_of(url: str) -> str:
    """Return host and path of an address, without the slash at its end."""
    host, path = _parts(url)
    return f"{host}{path.partition('?')[0]}".rstrip("/")


def _parts(url: str) -> tuple[str, str]:
    """Return the host of an address, and its path with its query; raises ``InputError`` for what is no address."""
    try:
        parts = urlsplit(url if "://" in url or not url else f"//{url}")
        host = parts.hostname or ""
    except ValueError:
        what = "this is no address"
        raise InputError(Problem("bad-address", what, advice="write https://host/path")) from None
    return host, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def read_sites(file: Path) -> Sites:
    """Return whose sites are whose, from a table with the columns ``site`` and ``member``.

    Raises ``InputError`` for rows that are none: without its site, a member's signal would be lost in silence.
    """
    rows = list(read_table(file, _mapping(file, _SITES), _untold))
    bad = [one.problem() for one in rows if isinstance(one, RefusedRow)]
    if bad:
        raise InputError(*bad)
    pairs = [(_text(row, "site"), _text(row, "member")) for row in rows if isinstance(row, TableRow)]
    if not all(site and member for site, member in pairs):
        raise InputError(
            Problem("bad-site", "a row lacks its site or its member", Place(file.name), "complete it")
        )
    return Sites(tuple((_place_of(site), member) for site, member in pairs))


def read_sightings(
    file: Path,
    sites: Sites,
    author_of: Callable[[str], str | None],
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Sighting | Problem]:
    """Yield the signals of a table in its order; a row that is none is a problem in its place.

    Columns: ``kind`` and ``seen_at``; ``member``, ``record`` (its author is meant, whom ``author_of`` knows) or ``url``; ``value``, or
    ``file`` (relative to the table, and not above its folder). Raises ``InputError`` where the table itself cannot be read.
    """
    wanted = (*NEEDED, *_there(file))
    for row in read_table(file, _mapping(file, wanted), progress):
        if isinstance(row, RefusedRow):
            yield row.problem()
            continue
        try:
            yield _sighting(file.parent, row, sites, author_of)
        except RowError as error:
            code = Refusal(str(error))
            yield _problem(str(code), WHY[code], row.place)
        except InputError as error:
            yield from (_problem(one.code, one.what, row.place, one.advice) for one in error.problems)


def _problem(code: str, what: str, place: Place, advice: str = "") -> Problem:
    return Problem(code, what, place, advice, "warning")


def _untold(_: int) -> None:
    return None


def _mapping(file: Path, columns: tuple[str, ...]) -> TableMapping:
    fields = tuple(Entry(name, Place(file.name), column=name) for name in columns)
    return TableMapping(FileFormat(), frozenset(), fields, ())


def _there(file: Path) -> tuple[str, ...]:
    """Return the other columns that a table has: all of CSV comes anyway, and of others only what is asked for."""
    if file.suffix.lower() not in (".jsonl", ".ndjson", ".parquet"):
        return ()
    try:
        for _ in read_table(file, _mapping(file, (*NEEDED, *OTHERS)), _untold):
            pass
    except InputError as error:
        told = " ".join(one.what for one in error.problems)
        return tuple(name for name in OTHERS if f"column {name!r}" not in told)
    return OTHERS


def _text(row: TableRow, column: str) -> str:
    found = row.cells.get(column)
    return found.strip() if isinstance(found, str) else ""


def _sighting(folder: Path, row: TableRow, sites: Sites, author_of: Callable[[str], str | None]) -> Sighting:
    text = partial(_text, row)
    kind = _kind(text("kind"))
    seen_at = moment_of(text("seen_at"), None)
    host, path = _parts(text("url"))
    member = text("member") or _author(text("record"), author_of) or sites.owner(text("url"))
    if not member:
        advice = "give `member`, `record`, or `url` and the table of sites with --sites"
        raise InputError(Problem("whose", "nothing says whose signal this is", advice=advice))
    signal = read_signal(kind, _content(folder, text("value"), text("file")))
    return Sighting(row.place, member, host, path, seen_at, signal)


def _author(record: str, author_of: Callable[[str], str | None]) -> str | None:
    return author_of(record) if record else None


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        what = "this is no kind of signal"
        raise InputError(Problem("unknown-kind", what, advice=f"write one of: {', '.join(Kind)}")) from None


def read_loosely(path: Path) -> str:
    """Return the text of a fetched file; bytes that are no UTF-8 are replaced, since strangers write in whatever they like.

    Of media, their Content Credentials as JSON. Raises ``InputError`` for a file that is not there, or a text larger than 1 MiB,
    and like ``read_credentials``.
    """
    if not path.is_file():
        raise InputError(Problem("no-file", "there is no such file", Place(path.name), "check the path"))
    if path.suffix.lower() in SUFFIXES:
        return read_credentials(path)
    if path.stat().st_size > LARGEST:
        what = "the file is larger than 1 MiB"
        raise InputError(Problem("too-large", what, Place(path.name), "is it the right file?"))
    return path.read_bytes().decode("utf-8-sig", errors="replace")


def _content(folder: Path, value: str, file: str) -> str:
    if not file:
        return value
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        what = "there is no such file beside the table or below"
        raise InputError(Problem("no-file", what, advice="put the fetched files into the table's folder"))
    return read_loosely(path)
