"""A Stack Exchange data dump: Users, Posts, Comments and, where it is there, PostHistory, streamed with constant memory.

The format is that of the public dumps: one ``<row .../>`` per thing, values in attributes, moments in UTC without offset.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from sayso.errors import InputError, Place, Problem
from sayso.intake.gazetteer import region_of
from sayso.intake.htmltext import LONGEST_HTML, plain_text
from sayso.intake.refusals import ImportReport, Refusal, RowError, refused_row
from sayso.intake.sink import TableSink
from sayso.intake.tablefiles import NamedMember, attribute_pairs
from sayso.intake.xmlrows import XmlRow, read_rows
from sayso.values.members import UNKNOWN, Member
from sayso.values.moments import Moment, parse_moment
from sayso.values.records import Record

COMMUNITY = "-1"
"""The account of the site itself, a background process: not a person."""

LICENCE = "CC BY-SA, text by its authors; the version for each record is in its attribute 'licence'"
# What the company says of each date: https://meta.stackexchange.com/questions/347758 (2020-05)
_LICENCES = (
    (parse_moment("2018-05-02"), "CC BY-SA 4.0"),
    (parse_moment("2011-04-08"), "CC BY-SA 3.0"),
)
_OLDEST_LICENCE = "CC BY-SA 2.5"
_POST_TYPES = {"1": "post", "2": "answer"}
# PostHistoryTypeId of edits to title and body, of the ways back to an earlier text, and of a suggestion taken up.
_EDITS = frozenset(("4", "5", "7", "8", "24"))
_NEEDED = ("Users.xml", "Posts.xml")
_OPTIONAL = ("PostHistory.xml", "Comments.xml")


def import_stackexchange(
    dump_dir: Path,
    sink: TableSink,
    progress: Callable[[int, int], None] = lambda done, total: None,
    collected_at: Moment | None = None,
) -> ImportReport:
    """Pour a dump into the sink, and return what was brought in; the caller commits.

    ``progress`` is told bytes read and bytes in all. Records were collected at ``collected_at``; without it, at the newest
    ``LastAccessDate`` of any user, which is when the dump was made to within a day (or at a record's own newest date, should
    that be later). Users, titles and bodies, comments and about-me texts come in; tags and votes do not.

    Raises ``InputError`` where Users.xml or Posts.xml is not there, and for what ``read_rows`` refuses as a whole.
    """
    sink.begin("stackexchange", LICENCE, ("bot", "region-source"), ("licence",))
    dump = _Dump(_files(dump_dir), sink, progress, collected_at)
    dump.members()
    dump.profiles()
    dump.edits()
    dump.posts()
    dump.comments()
    return sink.finish()


def _files(dump_dir: Path) -> dict[str, Path]:
    """Return the dump's files that are there, by their usual names, whatever the case of their letters."""
    if not dump_dir.is_dir():
        raise InputError(
            Problem("no-folder", "there is no such folder", Place(dump_dir.name), "name the unpacked dump")
        )
    there = {path.name.lower(): path for path in dump_dir.iterdir()}
    missing = [name for name in _NEEDED if name.lower() not in there]
    if missing:
        what = (
            f"{' and '.join(missing)} not found; looked for {', '.join(_NEEDED)} (and {', '.join(_OPTIONAL)})"
        )
        advice = "name the folder that the site's .7z archive unpacks to"
        raise InputError(Problem("missing-file", what, Place(dump_dir.name), advice))
    return {name: there[name.lower()] for name in (*_NEEDED, *_OPTIONAL) if name.lower() in there}


class _Dump:
    """One run over a dump: its files, the sink, and how far it has come."""

    def __init__(
        self,
        files: dict[str, Path],
        sink: TableSink,
        progress: Callable[[int, int], None],
        collected_at: Moment | None,
    ) -> None:
        self._files, self._sink, self._progress = files, sink, progress
        self._sizes = {name: path.stat().st_size for name, path in files.items()}
        # Users.xml is read twice: members first, then the texts about them, so that no author is a stranger.
        self._total = sum(self._sizes.values()) + self._sizes["Users.xml"]
        self._before = 0
        self._given = collected_at
        self._newest: Moment | None = None

    def members(self) -> None:
        for row in self._rows("Users.xml", "users", say_torn=True):
            self._keep("Users.xml", row, self._member)

    def _member(self, cells: dict[str, str]) -> None:
        self._sink.add_member(member_of(cells))
        seen = _newest_of(cells, "LastAccessDate")
        self._newest = max((one for one in (self._newest, seen) if one is not None), default=None)

    def profiles(self) -> None:
        """Read Users.xml again for the about-me texts: their records need the newest date of the whole file."""
        for row in self._rows("Users.xml", "users"):
            if row.cells.get("AboutMe") and row.cells.get("Id"):
                self._keep("Users.xml", row, self._profile)

    def _profile(self, cells: dict[str, str]) -> None:
        self._sink.add_record(profile_of(cells, self._collected(None)))

    def edits(self) -> None:
        """Note who edited which post, so that every contributor is asked; a dump without PostHistory names the last one only."""
        for row in self._rows("PostHistory.xml", "posthistory", say_torn=True):
            cells = row.cells
            if cells.get("PostHistoryTypeId") in _EDITS and cells.get("PostId"):
                self._sink.sightings.note_edit(cells["PostId"], cells.get("UserId") or UNKNOWN)

    def posts(self) -> None:
        for row in self._rows("Posts.xml", "posts", say_torn=True):
            self._keep("Posts.xml", row, self._post)

    def _post(self, cells: dict[str, str]) -> None:
        editors = self._sink.sightings.editors(cells.get("Id", ""))
        newest = _newest_of(cells, "CreationDate", "LastEditDate")
        self._sink.add_record(post_of(cells, editors, self._collected(newest)))

    def comments(self) -> None:
        for row in self._rows("Comments.xml", "comments", say_torn=True):
            self._keep("Comments.xml", row, self._comment)

    def _comment(self, cells: dict[str, str]) -> None:
        self._sink.add_record(comment_of(cells, self._collected(_newest_of(cells, "CreationDate"))))

    def _keep(self, file: str, row: XmlRow, keep: Callable[[dict[str, str]], None]) -> None:
        """Keep a row, or write it aside with the reason for which it cannot be kept."""
        try:
            keep(row.cells)
        except RowError as error:
            raw = json.dumps(row.cells, sort_keys=True).encode()
            self._sink.refuse(refused_row(error.code, Place(file, row.line), raw))

    def _collected(self, newest: Moment | None) -> Moment | None:
        if self._given is not None:
            return self._given
        known = [moment for moment in (self._newest, newest) if moment is not None]
        return max(known, default=None)

    def _rows(self, name: str, root: str, say_torn: bool = False) -> Iterator[XmlRow]:
        """Return the rows of one file; a tear is refused once, whoever asks first."""
        if name not in self._files:
            return
        for row in read_rows(self._files[name], root, self._read):
            if isinstance(row, XmlRow):
                yield row
            elif say_torn:
                self._sink.refuse(refused_row(Refusal.TORN_FILE, row.place, b""))
        self._before += self._sizes[name]

    def _read(self, done: int) -> None:
        self._progress(self._before + done, self._total)


def member_of(cells: dict[str, str]) -> NamedMember:
    """Return the member that a row of Users.xml tells of; the region is what the gazetteer makes of the free-text location.

    Raises ``RowError`` for a missing or malformed id or creation date.
    """
    region = region_of(cells.get("Location", ""))
    attributes = attribute_pairs(
        bot="yes" if cells.get("Id") == COMMUNITY else None, region_source="location" if region else None
    )
    member = Member(_number(cells, "Id"), region, attributes=attributes, joined_at=_created(cells))
    return NamedMember(member, cells.get("DisplayName"))


def profile_of(cells: dict[str, str], collected_at: Moment | None) -> Record:
    """Return the about-me text of a row of Users.xml as a record; nobody knows when it was written."""
    user = _number(cells, "Id")
    text = _words(cells["AboutMe"])
    return Record(f"about-{user}", user, "profile", "public", collected_at=collected_at, text=text)


def post_of(cells: dict[str, str], editors: tuple[str, ...], collected_at: Moment | None) -> Record:
    """Return the record of a row of Posts.xml: title and body as plain text.

    ``editors`` are those PostHistory names. Questions are ``post``, answers ``answer`` and a reply to theirs, everything else (tag
    wikis and the like) ``wiki``. Raises ``RowError`` for a missing or malformed id or creation date, or a body too long.
    """
    created = _created(cells)
    words = [part for part in (cells.get("Title"), _words(cells.get("Body", ""))) if part]
    return Record(
        id=f"post-{_number(cells, 'Id')}",
        author=cells.get("OwnerUserId"),
        category=_POST_TYPES.get(cells.get("PostTypeId", ""), "wiki"),
        visibility="public",
        created_at=created,
        collected_at=collected_at,
        attributes=attribute_pairs(licence=licence_of(cells)),
        contributors=contributors_of(cells, editors),
        text="\n\n".join(words),
        reply_to=_post_named(cells, "ParentId"),
    )


def comment_of(cells: dict[str, str], collected_at: Moment | None) -> Record:
    """Return the record of a row of Comments.xml: a reply to its post, whose text is Markdown and stays as it is.

    Raises ``RowError`` for a missing or malformed id or creation date.
    """
    created = _created(cells)
    return Record(
        id=f"comment-{_number(cells, 'Id')}",
        author=cells.get("UserId"),
        category="comment",
        visibility="public",
        created_at=created,
        collected_at=collected_at,
        attributes=attribute_pairs(licence=licence_of(cells)),
        text=cells.get("Text", ""),
        reply_to=_post_named(cells, "PostId"),
    )


def contributors_of(cells: dict[str, str], editors: tuple[str, ...]) -> tuple[str, ...]:
    """Return who else has words in a post: its editors but for the author and the site's own process, sorted.

    An editor whom the dump no longer names is ``?``, which is no member: nobody can be asked, so nobody has said yes.
    """
    found = set(editors)
    if "LastEditorUserId" in cells:
        found.add(cells["LastEditorUserId"])
    elif "LastEditDate" in cells:
        found.add(UNKNOWN)
    return tuple(sorted(found - {cells.get("OwnerUserId"), COMMUNITY}))


def licence_of(cells: dict[str, str]) -> str:
    """Return the licence of a post or comment: what the row says, else the one in force when a person last revised it.

    Each revision is under the licence of its day, and the site's own process makes none: that agrees with all 2,086 texts of a
    dump that says the licence itself. Raises ``RowError`` like ``dump_moment``.
    """
    if "ContentLicense" in cells:
        return cells["ContentLicense"]
    by_person = cells.get("LastEditorUserId") != COMMUNITY
    revised = (by_person and _newest_of(cells, "LastEditDate")) or _created(cells)
    return next((name for start, name in _LICENCES if revised >= start), _OLDEST_LICENCE)


def dump_moment(text: str) -> Moment:
    """Return the moment of a dump's text, which is UTC and says so nowhere.

    Raises ``RowError`` (``bad-moment``) for anything else.

    >>> dump_moment("2018-03-12T17:00:45.567") == parse_moment("2018-03-12T17:00:45.567Z")
    True
    """
    try:
        return parse_moment(text if text.endswith("Z") else text + "Z")
    except ValueError:
        raise RowError(Refusal.BAD_MOMENT) from None


def _created(cells: dict[str, str]) -> Moment:
    if not cells.get("CreationDate"):
        raise RowError(Refusal.MISSING_CREATED_AT)
    return dump_moment(cells["CreationDate"])


def _newest_of(cells: dict[str, str], *names: str) -> Moment | None:
    return max((dump_moment(cells[name]) for name in names if cells.get(name)), default=None)


def _number(cells: dict[str, str], name: str) -> str:
    found = cells.get(name, "")
    if not found:
        raise RowError(Refusal.MISSING_ID)
    if not (found.removeprefix("-").isdigit() and found.isascii() and len(found) <= 20):
        raise RowError(Refusal.BAD_ID)
    return found


def _post_named(cells: dict[str, str], name: str) -> str | None:
    return f"post-{_number(cells, name)}" if cells.get(name) else None


def _words(html: str) -> str:
    if len(html) > LONGEST_HTML:
        raise RowError(Refusal.TEXT_TOO_LONG)
    return plain_text(html)
