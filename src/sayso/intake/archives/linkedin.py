"""A LinkedIn archive ("Get a copy of your data"): what the member wrote and did, and what others did, which stays theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sayso.errors import Place, Problem
from sayso.intake.archives.articles import Article, read_article
from sayso.intake.archives.csvrows import CsvRow, read_rows
from sayso.intake.archives.dates import export_moment
from sayso.intake.archives.limits import refuse
from sayso.intake.archives.linkedin_files import (
    CHATS,
    COMMENTS,
    CONNECTIONS,
    ENDORSEMENTS,
    INVITATIONS,
    MESSAGES,
    PLAIN,
    RECEIVED,
    REPOSTS,
    SHARES,
    SOCIAL,
    Kind,
    files_of,
    is_wanted,
)
from sayso.intake.archives.linkedin_owner import is_outgoing, is_sent, owner_of
from sayso.intake.archives.linkedin_urns import Urn, comment_of, profile_name, urn_of
from sayso.intake.archives.opening import open_archive
from sayso.intake.archives.pouring import (
    Found,
    Given,
    LeftOut,
    Remark,
    Theirs,
    collected,
    made,
    short_digest,
    stranger,
    unstated_remark,
    words_of,
)
from sayso.intake.archives.streams import Archive
from sayso.intake.refusals import Refusal, RefusedRow, RowError, refused_row
from sayso.intake.tablefiles import NamedMember
from sayso.values.moments import Moment
from sayso.values.records import Record

ATTRIBUTES = (("region-source",), ())
"""What members and records of these archives may carry."""

_MADE = re.compile(r"linkedindataexport_(\d{2})-(\d{2})-(\d{4})", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|b|i|em|strong|ul|ol|li|img|blockquote|spinmail-[\w-]+)\b[^<>]*>", re.IGNORECASE
)
# What the column Visibility says; most rows leave it empty.
_VISIBLE = {
    "public": "public",
    "anyone": "public",
    "member_network": "network",
    "connections": "network",
    "connections_only": "network",
    "logged_in": "network",
}
_ARTICLE_BYTES = 4 << 20
Make = Callable[[CsvRow], Record]


@contextmanager
def opening(path: Path, label: str, given: Given) -> Iterator[LinkedInArchive]:
    """Give the LinkedIn archive in a file, open. Raises ``InputError`` where it is none."""
    with open_archive(path, label, is_wanted) as archive:
        yield LinkedInArchive(archive, given)


class LinkedInArchive:
    """One member's archive."""

    def __init__(self, archive: Archive, given: Given) -> None:
        """Take an open archive. Raises ``InputError`` where none of LinkedIn's files is in it, or nothing says whose it is."""
        self._archive, self._given = archive, given
        self._files = files_of(archive)
        if not self._files.tables and not self._files.articles:
            what = "it has none of the files of a LinkedIn archive, such as Profile.csv or Shares.csv"
            refuse("not-linkedin", what, Place(archive.label), "is it the archive of another platform?")
        self._owner = owner_of(archive, self._files, given)
        found = _MADE.search(archive.given_name)
        self._made = _moment(f"{found[3]}-{found[1]}-{found[2]}") if found else None
        self._unstated = 0

    def member(self) -> NamedMember:
        """Return whose archive it is, with name, region and birth day as far as the profile is sure of them."""
        return self._owner.named_member(self._given)

    def found(self) -> Iterator[Found]:
        """Return what the member wrote and did, then what others did, whose words stay out; the rest is left out and counted."""
        yield from self._rows(SHARES, self._share)
        yield from self._articles()
        yield from self._rows(COMMENTS, self._comment)
        for kind in PLAIN:
            yield from self._rows(kind, partial(self._plain, kind))
        yield from self._rows(MESSAGES, partial(self._message, MESSAGES))
        for kind in CHATS:
            yield from self._chat(kind)
        yield from self._rows(INVITATIONS, self._invitation)
        yield from self._rows(CONNECTIONS, self._connection)
        yield from self._rows(RECEIVED, partial(self._from_other, RECEIVED))
        yield from self._rows(ENDORSEMENTS, partial(self._from_other, ENDORSEMENTS))
        yield from self._reposts()
        yield from (LeftOut("files that are not read") for _ in range(self._files.unread))
        yield from self._remarks()

    def _remarks(self) -> Iterator[Remark]:
        yield from unstated_remark(self._archive, self._unstated, self._given)
        if not any(name in self._files.tables for name in SOCIAL):
            what = "it holds no posts, comments or reactions: this is the Basic archive"
            advice = "ask LinkedIn for the larger one to have them, too"
            place = Place(self._archive.label)
            yield Remark(Problem("basic-archive", what, place, advice, severity="warning"))

    def _rows(self, kind: Kind, make: Make) -> Iterator[Theirs | RefusedRow]:
        for entry in self._files.tables.get(kind.name, ()):
            with self._archive.open(entry, kind.file) as stream:
                for row in read_rows(stream, kind.needed):
                    yield row if isinstance(row, RefusedRow) else made(row.place, row.raw, partial(make, row))

    def _share(self, row: CsvRow) -> Record:
        cells = row.cells
        urn = urn_of(cells["sharelink"])
        in_group = urn is not None and urn.kind == "groupPost"
        stated = "private" if in_group else _VISIBLE.get(cells.get("visibility", "").strip().lower())
        return self._record(
            urn.record if urn else self._made_id(SHARES, row),
            "group-activity" if in_group else SHARES.category,
            stated,
            self._created(SHARES, row, urn),
            _words(SHARES, cells),
        )

    def _comment(self, row: CsvRow) -> Record:
        urn, about = comment_of(row.cells["link"])
        return self._record(
            urn.record if urn else self._made_id(COMMENTS, row),
            COMMENTS.category,
            None,
            self._created(COMMENTS, row, urn),
            _words(COMMENTS, row.cells),
            about.record if about else None,
        )

    def _plain(self, kind: Kind, row: CsvRow) -> Record:
        link = row.cells.get(kind.link, "") if kind.link else ""
        about = urn_of(link)
        return self._record(
            self._made_id(kind, row),
            kind.category,
            None if kind.category == "profile" else "private",
            self._created(kind, row, None) if kind.when else None,
            _words(kind, row.cells),
            about.record if about else None,
        )

    def _message(self, kind: Kind, row: CsvRow) -> Record:
        cells = row.cells
        sender, address = cells["from"], cells.get("sender profile url", "")
        mine = self._owner.is_sender(sender, address, is_sent(cells))
        return self._record(
            self._made_id(kind, row),
            kind.category,
            "private",
            self._created(kind, row, None),
            _words(kind, cells) if mine else "",
            author=None if mine else _somebody(sender, address),
        )

    def _reposts(self) -> Iterator[Found]:
        for entry in self._files.tables.get(REPOSTS.name, ()):
            with self._archive.open(entry, REPOSTS.file) as stream:
                for row in read_rows(stream, REPOSTS.needed):
                    yield row if isinstance(row, RefusedRow) else LeftOut("reposts of what others wrote")

    def _chat(self, kind: Kind) -> Iterator[Found]:
        """Return what the member said to an assistant; what it said is nobody's."""
        for one in self._rows(kind, partial(self._message, kind)):
            is_answer = isinstance(one, Theirs) and one.record.author != self._owner.member
            yield LeftOut("answers of AI assistants") if is_answer else one

    def _invitation(self, row: CsvRow) -> Record:
        cells = row.cells
        address = cells.get("inviterprofileurl", "")
        mine = is_outgoing(cells) and self._owner.is_sender(cells["from"], address, True)
        return self._record(
            self._made_id(INVITATIONS, row),
            INVITATIONS.category,
            "private",
            self._created(INVITATIONS, row, None),
            _words(INVITATIONS, cells) if mine else "",
            author=None if mine else _somebody(cells["from"], address),
        )

    def _connection(self, row: CsvRow) -> Record:
        """Return the record of a connection: it is the other's at least as much as the member's, so it takes both to permit it."""
        record = self._from_other(CONNECTIONS, row)
        return Record(
            record.id,
            record.author,
            record.category,
            record.visibility,
            record.created_at,
            record.collected_at,
            contributors=(self._owner.member,),
        )

    def _from_other(self, kind: Kind, row: CsvRow) -> Record:
        """Return the record of what somebody else did; their words stay out."""
        cells = row.cells
        lead = "endorser " if kind is ENDORSEMENTS else ""
        name = f"{cells.get(f'{lead}first name', '')} {cells.get(f'{lead}last name', '')}"
        address = cells.get("endorser public url" if lead else "url", "")
        created = self._created(kind, row, None) if cells.get(kind.when, "").strip() else None
        author = _somebody(name, address)
        return self._record(self._made_id(kind, row), kind.category, "private", created, "", author=author)

    def _record(
        self,
        record: str,
        category: str,
        visibility: str | None,
        created: Moment | None,
        text: str,
        reply_to: str | None = None,
        author: str | None = None,
    ) -> Record:
        self._unstated += visibility is None
        return Record(
            record,
            self._owner.member if author is None else author,
            category,
            visibility or self._given.visibility,
            created,
            collected(self._given, self._made, created),
            text=text,
            reply_to=reply_to,
        )

    def _articles(self) -> Iterator[Found]:
        for number, entry in enumerate(self._files.articles, 1):
            place = self._archive.place("Articles", number)
            if entry.size > _ARTICLE_BYTES:
                yield refused_row(Refusal.TEXT_TOO_LONG, place, b"")
                continue
            with self._archive.open(entry, "Articles") as stream:
                raw = stream.whole(_ARTICLE_BYTES)
            yield made(place, raw, partial(self._article, raw, entry.name))

    def _article(self, raw: bytes, file: str) -> Record:
        found: Article = read_article(raw, file)
        return self._record(
            f"article:{self._owner.member}:{short_digest(found.address or file)}",
            "article",
            None if found.is_published else "private",
            found.created_at,
            found.text,
        )

    def _made_id(self, kind: Kind, row: CsvRow) -> str:
        """Return an id for what has none: it is the same in each archive in which the row is the same."""
        digest = short_digest(*(f"{name}={cell}" for name, cell in sorted(row.cells.items())))
        return f"{kind.name.lower().replace(' ', '-')}:{self._owner.member}:{digest}"

    def _created(self, kind: Kind, row: CsvRow, urn: Urn | None) -> Moment:
        """Return when something was made: what the row says, else what its number holds."""
        try:
            return export_moment(row.cells[kind.when])
        except RowError:
            found = urn.moment() if urn else None
            if found is None:
                raise
            return found


def _words(kind: Kind, cells: dict[str, str]) -> str:
    """Return what the member wrote in a row; two names of one column stand for each other."""
    found = [cells.get(name, "").strip() for name in kind.words]
    text = "\n".join(part for part in found if part)
    return words_of(text) if _MARKUP.search(text) else text


def _somebody(name: str, address: str) -> str:
    """Return an id for somebody who is not the archive's member, by their profile's address, else by their name."""
    return stranger(profile_name(address) or " ".join(name.casefold().split()) or "?")


def _moment(text: str) -> Moment | None:
    try:
        return export_moment(text)
    except RowError:
        return None
