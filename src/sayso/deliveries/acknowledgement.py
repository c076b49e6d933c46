"""Acknowledgements of removal: what a licensee signs once the rows that its feed names are gone, and what is held against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sayso.dataset.digest import LOGICAL
from sayso.deliveries import statements as st
from sayso.deliveries.delivery import STATEMENT_FILE, Delivery
from sayso.deliveries.feed import Item, head
from sayso.errors import Problem
from sayso.ledger.merkle import EMPTY_ROOT
from sayso.values.canonical import Json, digest
from sayso.values.moments import SECOND, Moment, format_day

PREDICATE = "urn:sayso:removal-acknowledgement:v1"
DECLARES = "These rows are gone from every copy that we hold or have given on, backups included."
"""What signing says, in words."""
SLACK = 5 * 60 * SECOND
"""How far a licensee's clock may be ahead of the house's."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a licensee signs: of which delivery it carried out how many items of the feed, the feed's head then, when, what remains."""

    delivery: str
    licensee: str
    items: int
    head: str
    at: Moment
    remaining: tuple[st.Slice, ...]


def acknowledgement_bytes(said: Acknowledgement) -> bytes:
    """Return the RFC 8785 bytes of the statement: what is signed."""
    subject: list[Json] = [
        {"name": STATEMENT_FILE, "digest": {"sha256": said.delivery.removeprefix("sha256:")}}
    ]
    subject += [{"name": one.name, "digest": {LOGICAL: one.logical}} for one in said.remaining]
    predicate: dict[str, Json] = {
        "licensee": said.licensee,
        "feed": {"items": said.items, "head": said.head},
        "removedAt": st.moment_json(said.at),
        "declares": DECLARES,
        "remaining": st.slices_json(said.remaining),
    }
    return st.statement(PREDICATE, subject, predicate)


def acknowledgement_digest(said: Acknowledgement) -> str:
    """Return the digest of what was signed."""
    return digest(acknowledgement_bytes(said))


def seal_acknowledgement(said: Acknowledgement, public_key: bytes, sign: st.Sign) -> bytes:
    """Return the signed envelope of an acknowledgement."""
    return st.sealed(acknowledgement_bytes(said), public_key, sign)


def open_acknowledgement(data: bytes, public_key: bytes) -> Acknowledgement:
    """Return the acknowledgement in an envelope that a licensee signed; raises like ``statements.opened``."""
    return st.opened(data, public_key, "an acknowledgement of removal", _read, acknowledgement_bytes)


def _read(raw: Any) -> Acknowledgement:
    says = raw["predicate"]
    return Acknowledgement(
        "sha256:" + st.of_form(st.HEX64, raw["subject"][0]["digest"]["sha256"]),
        st.text(says["licensee"]),
        st.whole(says["feed"]["items"]),
        st.of_form(st.HEX64, says["feed"]["head"]),
        st.moment(says["removedAt"]),
        st.slices(says["remaining"]),
    )


def is_empty(said: Acknowledgement, wanted: tuple[st.Slice, ...]) -> bool:
    """Tell whether an acknowledgement says that nothing at all remains, in every shard that there was."""
    nothing = tuple(st.Slice(one.name, 0, EMPTY_ROOT.hex()) for one in wanted)
    return said.remaining == nothing


def contradictions(
    said: Acknowledgement,
    delivery: Delivery,
    issued: tuple[Item, ...],
    taken: int,
    wanted: tuple[st.Slice, ...],
    now: Moment,
) -> tuple[Problem, ...]:
    """Return why an acknowledgement cannot be taken in: none where it can.

    ``issued`` are the items that the house has signed, ``taken`` how many of them are acknowledged already, ``wanted`` what is to
    remain after those that this one speaks of, ``now`` the house's present.
    """
    return tuple(_contradictions(said, delivery, issued, taken, wanted, now))


def _contradictions(
    said: Acknowledgement,
    delivery: Delivery,
    issued: tuple[Item, ...],
    taken: int,
    wanted: tuple[st.Slice, ...],
    now: Moment,
) -> Iterator[Problem]:
    again = "ask the licensee to run `sayso deliver acknowledge` with the feed of today"
    if (said.delivery, said.licensee) != (delivery.digest, delivery.licensee):
        yield Problem(
            "other-delivery", "it speaks of another delivery, or for another licensee", advice=again
        )
        return
    if not 0 < said.items <= len(issued) or said.head != head(said.delivery, issued[: said.items]):
        yield Problem("other-feed", "it speaks of a feed that was never signed here", advice=again)
        return
    if said.items <= taken:
        what = (
            f"it speaks of the first {said.items} of the feed's items, and {taken} are acknowledged already"
        )
        yield Problem("stale-acknowledgement", what, advice="nothing to do, unless more is due: " + again)
    since = issued[said.items - 1].since
    if not since <= said.at <= now + SLACK:
        what = (
            f"it is dated {format_day(said.at)}: before the rows were asked to be removed, or in the future"
        )
        yield Problem("bad-moment", what, advice=again)
    # Who removed everything did more than was asked.
    if said.remaining != wanted and not is_empty(said, wanted):
        differ = len(set(said.remaining) ^ set(wanted)) or len(wanted)
        what = f"what remains at the licensee is not what should remain: {differ} digests of shards differ"
        yield Problem(
            "other-rows",
            what,
            advice="ask the licensee to remove the rows from the files as they were delivered",
        )
