"""A Mastodon archive: the outbox, likes and bookmarks of one account, as a zip or, from older servers, a gzipped tar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from sayso.errors import Place
from sayso.intake.archives.jsonitems import JsonItem, read_items, read_object
from sayso.intake.archives.limits import refuse
from sayso.intake.archives.opening import open_archive
from sayso.intake.archives.pouring import (
    Found,
    Given,
    LeftOut,
    Theirs,
    collected,
    made,
    short_digest,
    stranger,
    words_of,
)
from sayso.intake.archives.streams import Archive, lying_beside
from sayso.intake.refusals import Refusal, RefusedRow, RowError, refused_row
from sayso.intake.tablefiles import NamedMember, attribute_pairs
from sayso.values.members import Member
from sayso.values.moments import Moment, parse_moment
from sayso.values.records import Record

ATTRIBUTES = (("bot", "region-source"), ("audience", "sensitive"))
"""What members and records of these archives may carry."""

_OUTBOX, _ACTOR = "outbox.json", "actor.json"
_FILES = (_OUTBOX, _ACTOR, "likes.json", "bookmarks.json")
_PUBLIC = frozenset(("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"))
# What Mastodon calls them, and how far that reaches here; where two could be meant, the narrower.
_VISIBLE = {"public": "public", "unlisted": "network", "followers": "private", "direct": "private"}
_MADE = re.compile(r"archive-(\d{14})-")
_WORDS = frozenset(("Note", "Question", "Article", "Page", "Event"))
_MACHINES = frozenset(("Application", "Service"))
JsonObject = dict[str, object]


@contextmanager
def opening(path: Path, label: str, given: Given) -> Iterator[MastodonArchive]:
    """Give the Mastodon archive in a file, open. Raises ``InputError`` where it is none."""
    with open_archive(path, label, lambda name: name.lower() in _FILES) as archive:
        yield MastodonArchive(archive, given)


class MastodonArchive:
    """One account's archive."""

    def __init__(self, archive: Archive, given: Given) -> None:
        """Take an open archive. Raises ``InputError`` where it lacks the files that say whose it is and what they wrote."""
        self._archive, self._given = archive, given
        self._files = lying_beside(archive, _OUTBOX, _FILES)
        missing = [name for name in (_OUTBOX, _ACTOR) if name not in self._files]
        if missing:
            what = f"it has no {' and no '.join(missing)}, as every Mastodon archive has"
            refuse("not-mastodon", what, Place(archive.label), "is it the archive of another platform?")
        with archive.open(self._files[_ACTOR], _ACTOR) as stream:
            self._actor = read_object(stream)
        self._actor_id = _text(self._actor, "id")
        self._owner = given.member or _account(self._actor, archive.place(_ACTOR))
        found = _MADE.search(archive.given_name)
        self._made = _made_at(found[1]) if found else None

    def member(self) -> NamedMember:
        """Return whose archive it is, by the name of their account at its server."""
        given = self._given
        region_source = "stated" if given.region else None
        bot = "yes" if self._actor.get("type") in _MACHINES else None
        member = Member(
            self._owner,
            given.region,
            given.born,
            attributes=attribute_pairs(bot=bot, region_source=region_source),
            joined_at=_known(_text(self._actor, "published")),
        )
        name, handle = _text(self._actor, "name"), _text(self._actor, "preferredUsername")
        return NamedMember(member, name or None, handle or None)

    def found(self) -> Iterator[Found]:
        """Return the account's text about itself, its posts and replies, its likes and bookmarks; boosts are left out."""
        yield from self._about()
        for item in self._items(_OUTBOX):
            yield item if isinstance(item, RefusedRow) else self._activity(item)
        for file, category in (("likes.json", "reaction"), ("bookmarks.json", "saved")):
            for item in self._items(file):
                yield item if isinstance(item, RefusedRow) else self._pointer(item, category)

    def _about(self) -> Iterator[Theirs | RefusedRow]:
        if _text(self._actor, "summary"):
            place, raw = self._archive.place(_ACTOR), _text(self._actor, "summary").encode("utf-8", "replace")
            yield made(place, raw, self._profile)

    def _profile(self) -> Record:
        return Record(
            f"about:{self._owner}",
            self._owner,
            "profile",
            "public",
            collected_at=self._collected(None),
            text=words_of(_text(self._actor, "summary")),
        )

    def _items(self, file: str) -> Iterator[JsonItem | RefusedRow]:
        entry = self._files.get(file)
        if entry is not None:
            with self._archive.open(entry, file) as stream:
                yield from read_items(stream, "orderedItems")

    def _activity(self, item: JsonItem) -> Found:
        activity = item.value
        if not isinstance(activity, dict):
            return refused_row(Refusal.BAD_ROW, item.place, item.raw)
        kind, thing = activity.get("type"), activity.get("object")
        if kind == "Announce":
            return LeftOut("boosts of what others wrote")
        if kind != "Create" or not isinstance(thing, dict):
            return LeftOut("activities that hold no words")
        return made(item.place, item.raw, partial(self._post, activity, thing))

    def _post(self, activity: JsonObject, note: JsonObject) -> Record:
        """Return the record of what was created; what somebody else is named as the author of is theirs, and its words stay out."""
        author = self._author(activity, note)
        is_mine = author == self._owner
        if note.get("type") == "Tombstone":
            return self._removed(note, author)
        if note.get("type") not in _WORDS:
            raise RowError(Refusal.MISSING_CATEGORY)
        audience = _audience(activity, note)
        created = _moment(_text(note, "published") or _text(activity, "published"))
        reply_to = _text(note, "inReplyTo") or None
        return Record(
            id=_text(note, "id"),
            author=author,
            category=self._category(note, audience, reply_to),
            visibility=_VISIBLE[audience],
            created_at=created,
            collected_at=self._collected(created),
            attributes=attribute_pairs(
                audience=audience, sensitive="yes" if note.get("sensitive") is True else None
            ),
            language=_language(note),
            text=_words(note) if is_mine else "",
            reply_to=reply_to,
        )

    def _author(self, activity: JsonObject, note: JsonObject) -> str:
        named = {_reference(note.get("attributedTo")), _reference(activity.get("actor"))} - {""}
        others = sorted(named - {self._actor_id})
        return stranger(*others) if others else self._owner

    def _removed(self, note: JsonObject, author: str) -> Record:
        deleted = _moment(_text(note, "deleted"))
        created = _text(note, "published")
        return Record(
            _text(note, "id"),
            author,
            "post",
            "private",
            created_at=_moment(created) if created else deleted,
            collected_at=self._collected(deleted),
            deleted_at=deleted,
        )

    def _category(self, note: JsonObject, audience: str, reply_to: str | None) -> str:
        if audience == "direct":
            return "message"
        if note.get("type") == "Article":
            return "article"
        own_thread = reply_to is not None and reply_to.startswith(f"{self._actor_id}/")
        return "post" if reply_to is None or own_thread else "comment"

    def _pointer(self, item: JsonItem, category: str) -> Theirs | RefusedRow:
        """Return the record of a like or a bookmark: that it was made, of what, and nothing of what others wrote there."""
        if not isinstance(item.value, str):
            return refused_row(Refusal.BAD_ROW, item.place, item.raw)
        digest = short_digest(item.value)
        return made(item.place, item.raw, partial(self._pointing, category, item.value, digest))

    def _pointing(self, category: str, uri: str, digest: str) -> Record:
        return Record(
            f"{category}:{self._owner}:{digest}",
            self._owner,
            category,
            "private",
            collected_at=self._collected(None),
            reply_to=uri,
        )

    def _collected(self, newest: Moment | None) -> Moment | None:
        return collected(self._given, self._made, newest)


def _account(actor: JsonObject, place: Place) -> str:
    """Return ``name@server``, as people write it."""
    name, server = _text(actor, "preferredUsername"), _server(_text(actor, "id"))
    if not name or not server:
        refuse("no-owner", "the file does not say whose archive it is", place, "name the member: --member ID")
    return f"{name}@{server}"


def _server(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _made_at(digits: str) -> Moment | None:
    day, clock = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}", f"{digits[8:10]}:{digits[10:12]}:{digits[12:]}"
    return _known(f"{day}T{clock}Z")


def _known(text: str) -> Moment | None:
    try:
        return _moment(text)
    except RowError:
        return None


def _audience(activity: JsonObject, note: JsonObject) -> str:
    """Return who was addressed; where note and activity differ, whoever both name."""
    return max(
        (_addressed(one) for one in (note, activity) if "to" in one or "cc" in one),
        key=list(_VISIBLE).index,
        default="direct",
    )


def _addressed(one: JsonObject) -> str:
    to, cc = _references(one.get("to")), _references(one.get("cc"))
    if to & _PUBLIC:
        return "public"
    if cc & _PUBLIC:
        return "unlisted"
    return "followers" if any(each.rstrip("/").endswith("/followers") for each in to | cc) else "direct"


def _references(value: object) -> frozenset[str]:
    found = value if isinstance(value, list) else [value]
    return frozenset(filter(None, map(_reference, found)))


def _reference(value: object) -> str:
    """Return the id that a value is, or holds."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""


def _text(one: JsonObject, name: str) -> str:
    found = one.get(name)
    return found if isinstance(found, str) else ""


def _moment(text: str) -> Moment:
    if not text:
        raise RowError(Refusal.MISSING_CREATED_AT)
    try:
        return parse_moment(text)
    except (ValueError, OverflowError):
        raise RowError(Refusal.BAD_MOMENT) from None


def _language(note: JsonObject) -> str | None:
    by_language = note.get("contentMap")
    return next(iter(by_language)) if isinstance(by_language, dict) and len(by_language) == 1 else None


def _words(note: JsonObject) -> str:
    """Return what the member wrote: the warning before it, the text, the answers of a poll, the descriptions of pictures."""
    answers = [_text(one, "name") for key in ("oneOf", "anyOf") for one in _objects(note.get(key))]
    pictures = [_text(one, "name") for one in _objects(note.get("attachment"))]
    parts = [_text(note, "summary"), words_of(_text(note, "content")), *answers, *pictures]
    return "\n\n".join(part for part in parts if part.strip())


def _objects(value: object) -> list[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
