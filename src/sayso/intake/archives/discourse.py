"""A Discourse user archive: the posts, messages, likes and bookmarks of one member of a forum."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sayso.errors import Place, Problem
from sayso.intake.archives.csvrows import CsvRow, read_rows
from sayso.intake.archives.dates import export_moment
from sayso.intake.archives.jsonitems import read_object
from sayso.intake.archives.limits import refuse
from sayso.intake.archives.opening import open_archive
from sayso.intake.archives.pouring import (
    Found,
    Given,
    LeftOut,
    Remark,
    collected,
    made,
    short_digest,
    unstated_remark,
    words_of,
)
from sayso.intake.archives.quotes import quoted_lines
from sayso.intake.archives.streams import Archive, lying_beside
from sayso.intake.gazetteer import region_of
from sayso.intake.refusals import Refusal, RefusedRow, RowError
from sayso.intake.tablefiles import NamedMember, attribute_pairs
from sayso.values.members import UNKNOWN, Member
from sayso.values.moments import Moment
from sayso.values.records import Record

ATTRIBUTES = (("region-source",), ("deleted",))
"""What members and records of these archives may carry."""

_POSTS, _PREFERENCES = "user_archive.csv", "preferences.json"
_READ = (_POSTS, _PREFERENCES, "likes.csv", "bookmarks.csv")
_NAMED = re.compile(
    r"user_archive-(?P<name>.+?)-(?P<day>\d{6})-(?P<clock>\d{6})(?:-\d+)?(?:\.zip)*", re.IGNORECASE
)
_ADDRESS = re.compile(r"/t/(?:[^/]*/)??(?P<topic>\d{1,18})/(?P<number>\d{1,9})/?(?:[?#].*)?$")
_TOPIC = re.compile(r"/t/(?:[^/]*/)?(?P<topic>\d{1,18})/?(?:[?#].*)?$")
# How forums say "no" in the languages of their interface, as far as no other one says "yes" so. Whatever is not among them
# counts as a message, which nobody else may read.
_NO = frozenset(
    ("no", "nein", "non", "não", "nee", "nej", "nei", "ei", "ne", "nē", "nie", "nu", "nem", "hayır", "ні", "нет", "не", "όχι",
     "לא", "لا", "خیر", "نه", "いいえ", "否", "아니오", "아니요", "không", "tidak", "ไม่", "ไม่ใช่", "नहीं", "ոչ", "არა", "yox")
)  # fmt: skip
# What stands in the place of a post that its author deleted; forums in other languages write something else.
_GONE = re.compile(r"\s*\((?:post|topic) (?:deleted|withdrawn) by author\b", re.IGNORECASE)


@contextmanager
def opening(path: Path, label: str, given: Given) -> Iterator[DiscourseArchive]:
    """Give the Discourse archive in a file, open. Raises ``InputError`` where it is none."""
    with open_archive(path, label, lambda name: name.lower() in _READ) as archive:
        yield DiscourseArchive(archive, given)


class _Key(NamedTuple):
    """A post's place in its forum."""

    topic: str
    number: int

    @property
    def record(self) -> str:
        """Return the id of its record."""
        return f"post-{self.topic}-{self.number}"


class DiscourseArchive:
    """One member's archive."""

    def __init__(self, archive: Archive, given: Given) -> None:
        """Take an open archive. Raises ``InputError`` where it has no posts' file, or does not say whose it is."""
        self._archive, self._given = archive, given
        self._files = lying_beside(archive, _POSTS, _READ)
        if _POSTS not in self._files:
            what = f"it has no {_POSTS}, as every Discourse archive has"
            refuse("not-discourse", what, Place(archive.label), "is it the archive of another platform?")
        self._user = self._preferences()
        found = _named(archive)
        self._owner = given.member or self._username(found)
        self._made = _made_at(found) if found else None
        self._unstated = self._doubtful = 0

    def _preferences(self) -> dict[str, object]:
        entry = self._files.get(_PREFERENCES)
        if entry is None:
            return {}
        with self._archive.open(entry, _PREFERENCES) as stream:
            found = read_object(stream)
        user = found.get("user", found)
        return user if isinstance(user, dict) else {}

    def _username(self, found: re.Match[str] | None) -> str:
        name = self._said("username") or (found["name"] if found else "")
        if not name:
            place = Place(self._archive.label)
            refuse("no-owner", "nothing in it says whose it is", place, "name the member: --member ID")
        return name

    def _said(self, name: str) -> str:
        found = self._user.get(name)
        return found if isinstance(found, str) else ""

    def member(self) -> NamedMember:
        """Return whose archive it is. A forum's birthdays have no year that can be relied on: they stay unknown."""
        given = self._given
        region = given.region or region_of(self._said("location"))
        source = "stated" if given.region else "location" if region else None
        try:
            joined = export_moment(self._said("created_at"))
        except RowError:
            joined = None
        member = Member(
            self._owner,
            region,
            given.born,
            attributes=attribute_pairs(region_source=source),
            joined_at=joined,
        )
        handle = self._said("username") or (None if given.member else self._owner)
        return NamedMember(member, self._said("name") or None, handle)

    def found(self) -> Iterator[Found]:
        """Return the text about the member, their posts and messages, likes and bookmarks; the rest is left out."""
        if self._said("bio_raw"):
            raw = self._said("bio_raw").encode("utf-8", "replace")
            yield made(self._archive.place(_PREFERENCES), raw, self._profile)
            self._unstated += 1
        yield from self._posts()
        yield from self._rows("likes.csv", ("id", "topic_id", "post_number", "created_at"), self._like)
        yield from self._rows("bookmarks.csv", ("link", "created_at"), self._bookmark)
        for _ in range(len(self._archive.entries) - len(self._files)):
            yield LeftOut("files that are not read")

    def _rows(self, file: str, needed: tuple[str, ...], make: Callable[[CsvRow], Record]) -> Iterator[Found]:
        entry = self._files.get(file)
        if entry is None:
            return
        with self._archive.open(entry, file) as stream:
            for row in read_rows(stream, needed):
                yield row if isinstance(row, RefusedRow) else made(row.place, row.raw, partial(make, row))

    def _posts(self) -> Iterator[Found]:
        needed = ("topic_title", "categories", "is_pm", "url", "created_at")
        yield from self._rows(_POSTS, needed, self._post)
        yield from unstated_remark(self._archive, self._unstated, self._given)
        if self._doubtful:
            yield Remark(_deleted_too(self._doubtful, Place(self._archive.label)))

    def _post(self, row: CsvRow) -> Record:
        cells = row.cells
        key = _key(cells["url"])
        is_message = unicodedata.normalize("NFC", cells["is_pm"].strip().casefold()) not in _NO
        hidden = is_message or cells["categories"].strip() in ("", "-")
        created = export_moment(cells["created_at"])
        words = _body(cells)
        gone = _GONE.match(words) is not None
        self._doubtful += not gone
        self._unstated += not (hidden or gone)
        title = [cells["topic_title"].strip()] if key.number == 1 else []
        return Record(
            id=key.record,
            author=self._owner,
            category="message" if is_message else "post" if key.number == 1 else "comment",
            visibility="private" if hidden else self._given.visibility,
            created_at=created,
            collected_at=collected(self._given, self._made, created),
            # When it was deleted is not known; from its first moment on it may have been.
            deleted_at=created if gone else None,
            attributes=() if gone else attribute_pairs(deleted=UNKNOWN),
            text="" if gone else "\n\n".join(part for part in (*title, words) if part),
            reply_to=_Key(key.topic, 1).record if key.number > 1 else None,
        )

    def _like(self, row: CsvRow) -> Record:
        cells = row.cells
        created = export_moment(cells["created_at"])
        taken_back = cells.get("deleted_at", "").strip()
        topic, number = cells["topic_id"].strip(), cells["post_number"].strip()
        known = topic.isdecimal() and number.isdecimal()
        return Record(
            f"reaction:{self._owner}:{_plain_id(cells['id'])}",
            self._owner,
            "reaction",
            "private",
            created_at=created,
            collected_at=collected(self._given, self._made, created),
            deleted_at=export_moment(taken_back) if taken_back else None,
            reply_to=f"post-{int(topic)}-{int(number)}" if known else None,
        )

    def _bookmark(self, row: CsvRow) -> Record:
        cells = row.cells
        created = export_moment(cells["created_at"])
        try:
            saved: str | None = _key(cells["link"]).record
        except RowError:
            saved = None
        return Record(
            f"saved:{self._owner}:{short_digest(cells['link'], cells['created_at'])}",
            self._owner,
            "saved",
            "private",
            created_at=created,
            collected_at=collected(self._given, self._made, created),
            text=cells.get("name", ""),
            reply_to=saved,
        )

    def _profile(self) -> Record:
        return Record(
            f"about:{self._owner}",
            self._owner,
            "profile",
            self._given.visibility,
            collected_at=collected(self._given, self._made, None),
            text=self._said("bio_raw"),
        )


def _named(archive: Archive) -> re.Match[str] | None:
    """Return what the archive's name says, or the folder in it, which has the name that the forum gave it."""
    folders = sorted({part for entry in archive.entries for part in entry.parts[:-1]})
    for name in (*folders, archive.given_name):
        if found := _NAMED.fullmatch(name):
            return found
    return None


def _made_at(found: re.Match[str]) -> Moment | None:
    day, clock = found["day"], found["clock"]
    try:
        return export_moment(f"20{day[:2]}-{day[2:4]}-{day[4:]} {clock[:2]}:{clock[2:4]}:{clock[4:]}")
    except RowError:
        return None


def _key(address: str) -> _Key:
    """Return where a post stands: its topic and its number there, by the end of its address; a topic's own is its first post."""
    plain = address.strip()
    if found := _ADDRESS.search(plain):
        return _Key(str(int(found["topic"])), int(found["number"]))
    if found := _TOPIC.search(plain):
        return _Key(str(int(found["topic"])), 1)
    raise RowError(Refusal.MISSING_ID)


def _plain_id(text: str) -> str:
    found = text.strip()
    if not found:
        raise RowError(Refusal.MISSING_ID)
    return found


def _body(cells: dict[str, str]) -> str:
    """Return what the member wrote: the text itself where it is there, which older archives call ``post``, else its HTML."""
    for column in ("post_raw", "post"):
        if column in cells:
            return quoted_lines(cells[column])
    if "post_cooked" in cells:
        return words_of(cells["post_cooked"])
    raise RowError(Refusal.ROW_TOO_SHORT)


def _deleted_too(count: int, place: Place) -> Problem:
    records = "1 post" if count == 1 else f"{count:,} posts"
    what = f"{records} may have been deleted on the forum: the archive holds deleted ones, too, and does not say which"
    advice = "they carry the attribute deleted: ?; record those that are gone with `sayso delete`"
    return Problem("deletions-unknown", what, place, advice, severity="warning")
