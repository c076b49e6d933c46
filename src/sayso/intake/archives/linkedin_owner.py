"""Whose LinkedIn archive it is: no file says so, and the profile, the names of files and what was sent are put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sayso.errors import Place
from sayso.intake.archives.csvrows import CsvRow, read_rows
from sayso.intake.archives.dates import birth_day_in, export_moment
from sayso.intake.archives.limits import refuse
from sayso.intake.archives.linkedin_files import INVITATIONS, MESSAGES, PROFILE, REGISTRATION, Files, Kind
from sayso.intake.archives.linkedin_urns import profile_name
from sayso.intake.archives.pouring import Given, short_digest
from sayso.intake.archives.streams import Archive
from sayso.intake.gazetteer import region_of
from sayso.intake.refusals import RowError
from sayso.intake.tablefiles import NamedMember, attribute_pairs
from sayso.values.members import Member
from sayso.values.moments import Moment


@dataclass(frozen=True, slots=True)
class Owner:
    """The member of an archive: their id, what the profile says, and the name in their profile's address, ``None`` where not sure."""

    member: str
    profile: dict[str, str]
    address: str | None
    joined_at: Moment | None

    @property
    def name(self) -> str:
        """Return the member's name as LinkedIn writes it in other files, empty where it is not known."""
        return _full_name(self.profile)

    def is_sender(self, name: str, address: str, sent: bool) -> bool:
        """Tell whether a message is the member's own.

        By the address of the sender's profile, where both are known. By the name alone only in what was sent: others may have
        the same name, and a message in doubt is somebody else's.
        """
        sender = profile_name(address)
        if sender is not None:
            return sender == self.address
        return sent and bool(self.name) and _folded(name) == _folded(self.name)

    def named_member(self, given: Given) -> NamedMember:
        """Return the member, with what whoever imports says of them, else what the profile says."""
        said = self.profile
        region = given.region or region_of(said.get("geo location", ""))
        source = "stated" if given.region else "location" if region else None
        born = given.born if given.born is not None else birth_day_in(said.get("birth date", ""))
        member = Member(
            self.member,
            region,
            born,
            attributes=attribute_pairs(region_source=source),
            joined_at=self.joined_at,
        )
        first, maiden = said.get("first name", "").strip(), said.get("maiden name", "").strip()
        former = (f"{first} {maiden}".strip(),) if maiden else ()
        return NamedMember(member, self.name or None, self.address, former)


def owner_of(archive: Archive, files: Files, given: Given) -> Owner:
    """Return whose archive it is.

    The id is the one given, else the number in the files' names, else one made of name and day of registration, which are the same
    in each of the member's archives. Raises ``InputError`` where there is none of these.
    """
    profile = next((row.cells for row in table_rows(archive, files, PROFILE)), {})
    registered = next(
        (row.cells["registered at"].strip() for row in table_rows(archive, files, REGISTRATION)), ""
    )
    address = _own_address(archive, files, _full_name(profile))
    made = (
        f"profile-{short_digest(_folded(_full_name(profile)), registered)}" if _full_name(profile) else None
    )
    member = given.member or files.suffix or made
    if member is None:
        refuse(
            "no-owner", "nothing in it says whose it is", Place(archive.label), "name the member: --member ID"
        )
    return Owner(member, profile, address, _moment(registered))


def table_rows(archive: Archive, files: Files, kind: Kind) -> Iterator[CsvRow]:
    """Return the rows of a kind's files that can be read."""
    for entry in files.tables.get(kind.name, ()):
        with archive.open(entry, kind.file) as stream:
            yield from (row for row in read_rows(stream, kind.needed) if isinstance(row, CsvRow))


def _own_address(archive: Archive, files: Files, name: str) -> str | None:
    """Return the name in the address of the member's own profile, where all that they sent agrees on it."""
    found = {
        profile_name(row.cells.get("sender profile url", ""))
        for row in table_rows(archive, files, MESSAGES)
        if is_sent(row.cells) and _folded(row.cells["from"]) == _folded(name)
    }
    for row in table_rows(archive, files, INVITATIONS):
        outgoing = is_outgoing(row.cells)
        mine = row.cells["from" if outgoing else "to"]
        if name and _folded(mine) == _folded(name):
            found.add(
                profile_name(row.cells.get("inviterprofileurl" if outgoing else "inviteeprofileurl", ""))
            )
    sure = found - {None}
    return sure.pop() if len(sure) == 1 else None


def is_sent(cells: dict[str, str]) -> bool:
    """Tell whether a message lies among those that the member sent."""
    return cells.get("folder", "").strip().upper() == "SENT"


def is_outgoing(cells: dict[str, str]) -> bool:
    """Tell whether an invitation is the member's."""
    return cells.get("direction", "").strip().upper() == "OUTGOING"


def _full_name(profile: dict[str, str]) -> str:
    return " ".join(f"{profile.get('first name', '')} {profile.get('last name', '')}".split())


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _moment(text: str) -> Moment | None:
    try:
        return export_moment(text)
    except RowError:
        return None
