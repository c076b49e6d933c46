"""What is held of one member, for the answer to them: their account, their records, what they said, and where it all went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds

from sayso.dataset.rows import dataset_key
from sayso.ledger.events import Delivered, RecordDeleted
from sayso.ledger.standing import record_tag
from sayso.ports import Artefacts
from sayso.redaction_ports import Acquaintance
from sayso.reports.facts import Handed
from sayso.reports.keeping import Happened, HeldIn, MayBe, MemberIn, ObjectionIn, OwnRecord
from sayso.values.moments import Moment, format_day
from sayso.values.uses import Use
from sayso.workflows.choose import known_tag
from sayso.workflows.decide import Finder
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE, Yard
from sayso.workflows.history import history
from sayso.workflows.logstate import stood
from sayso.workflows.office.objections import objections
from sayso.workflows.privacy import BECAUSE, Effect, Privacy, privacy
from sayso.workflows.reporting.ground import ground_of
from sayso.workflows.reporting.processing import NUMBER, called, label, sources_now
from sayso.workflows.roll import acquaintance
from sayso.workflows.uses import Held, forgotten_by, uses


class Texts(StrEnum):
    """What of the member's texts is in the answer to them."""

    REDACTED = "redacted"
    AS_WRITTEN = "as-written"
    NONE = "none"


def member_in(yard: Yard, datasets: Artefacts, finder: Finder, member: str, texts: Texts) -> MemberIn:
    """Return all that is held of a member.

    Raises ``Refused`` for an erased member, ``InputError`` for one that no source has brought.
    """
    tag = known_tag(yard.tags, member)
    held = tuple(_held(one) for each in uses(yard, datasets, member) for one in each.versions)
    records, account = tuple(_records(yard, member, tag)), tuple(_account(yard, member))
    names = {one.source for one in records} | {source for source, _, _ in account}
    return MemberIn(
        ground_of(yard),
        member,
        tag,
        account,
        tuple(one for one in sources_now(yard) if one.name in names),
        tuple(_may_be(privacy(yard, finder, member))),
        tuple(Happened(one.entry, one.at, one.what, one.detail) for one in history(yard, finder, member)),
        held,
        tuple((one.name, one.version, one.entry) for one in forgotten_by(yard, member)),
        tuple(_handed(yard, held)),
        tuple(_objections(yard, tag)),
        _texts(yard, records, texts),
        sum(_edited(yard, source, member) for source in yard.sources.names()),
        texts is Texts.REDACTED,
    )


def _held(one: Held) -> HeldIn:
    models = tuple(f"{model.name} v{model.version:04d}" for model in one.models)
    return HeldIn(
        one.name, one.version, one.use, one.at, one.entry, one.latest, one.records, one.purged, models
    )


def _may_be(found: Privacy) -> Iterator[MayBe]:
    controls: dict[Effect, list[str]] = {}
    for switch in found.switches:
        for effect in switch.effects:
            controls.setdefault(effect, []).append(switch.control.label or switch.control.id)
    yield from (_effect(effect, "; ".join(labels)) for effect, labels in controls.items())
    for fixed in found.fixed:
        yield MayBe(
            f"{', '.join(fixed.purposes)}, by {', '.join(fixed.recipients)}",
            fixed.kinds,
            fixed.decision.permitted,
            BECAUSE[fixed.decision.reason],
            fixed.rule.id,
            fixed.rule.basis.replace("-", " "),
            "",
        )


def _effect(effect: Effect, control: str) -> MayBe:
    return MayBe(
        f"{effect.purpose}, by {effect.recipient}",
        effect.kinds,
        effect.decision.permitted,
        BECAUSE[effect.decision.reason],
        effect.rule.id,
        effect.rule.basis.replace("-", " "),
        control,
    )


def _handed(yard: Yard, held: Sequence[HeldIn]) -> Iterator[tuple[str, Handed]]:
    """Yield to whom versions went that hold records of the member, or of which that is not known any more."""
    theirs = {(one.name, one.version) for one in held if one.records != 0}
    for entry in yard.book.log.entries_of_kinds((Delivered,)):
        event = entry.event
        if isinstance(event, Delivered) and (event.name, event.version) in theirs:
            yield event.name, Handed(event.version, event.recipient, event.at, entry.number)


def _objections(yard: Yard, tag: str) -> Iterator[ObjectionIn]:
    now = yard.book.clock.now()
    for one in objections(yard):
        if one.tag == tag:
            stage = str(one.stage(now))
            yield ObjectionIn(one.entry, label(yard, one), one.version, one.clock, stage, one.taken_back, ())


# The sources' rows


_TIMES = ("joined_at", "closed_at")


def _account(yard: Yard, member: str) -> Iterator[tuple[str, str, str]]:
    """Yield what the sources know of the account: the source, what, and the value."""
    for source in yard.sources.names():
        for row in _rows(yard, source, MEMBERS_FILE, "member", member):
            for key, value in row.items():
                if value not in (None, [], "") and key != NUMBER:
                    yield source, called(key), _shown(key, value)


def _shown(key: str, value: Any) -> str:
    if key in _TIMES:
        return format_day(value)
    if key == "born":
        return f"{value // 10_000:04d}-{value // 100 % 100:02d}-{value % 100:02d}"
    if isinstance(value, bytes):
        return f"a picture or a file of {len(value):,} bytes"
    if isinstance(value, list):
        return ", ".join(_pair(one) for one in value)
    return str(value)


def _pair(one: Any) -> str:
    return ": ".join(map(str, one)) if isinstance(one, tuple) else str(one)


def _records(yard: Yard, member: str, tag: str) -> Iterator[OwnRecord]:
    own = yard.book.log.entries_of(tag)
    gone = {one.event.record: one.event.at for one in own if isinstance(one.event, RecordDeleted)}
    secret = yard.book.keys.secret()
    for source in yard.sources.names():
        for row in _rows(yard, source, RECORDS_FILE, "author", member):
            at = gone.get(record_tag(secret, row["record"])) or row.get("deleted_at")
            yield OwnRecord(
                source,
                row["record"],
                row["category"],
                row["visibility"],
                row.get("language"),
                _moment(row.get("created_at")),
                _moment(at),
                row.get("text"),
            )


def _moment(value: int | None) -> Moment | None:
    return None if value is None else Moment(value)


def _rows(yard: Yard, source: str, file: str, column: str, value: str) -> list[dict[str, Any]]:
    table = ds.dataset(yard.sources.folder(source) / file).to_table(filter=ds.field(column) == value)
    return [dict(row) for row in table.to_pylist()]


def _edited(yard: Yard, source: str, member: str) -> int:
    """Return how many records of a source have a member among those who edited them."""
    table = ds.dataset(yard.sources.folder(source) / RECORDS_FILE)
    columns = (batch.column("contributors") for batch in table.to_batches(columns=["contributors"]))
    return sum(int(pc.sum(pc.equal(pc.list_flatten(each), member)).as_py() or 0) for each in columns)


# Texts, without what may be others'


def _texts(yard: Yard, records: tuple[OwnRecord, ...], texts: Texts) -> tuple[OwnRecord, ...]:
    match texts:
        case Texts.AS_WRITTEN:
            return records
        case Texts.NONE:
            return tuple(replace(one, text=None) for one in records)
    known, key = _everybody(yard), dataset_key(yard.book.keys.secret(), KEYED)
    with yard.open_reviser(known, key, len(records)) as reviser:
        revised = [one for many in reviser.revise([[one.text or "" for one in records]]) for one in many]
    return tuple(replace(one, text=each.redacted.text) for one, each in zip(records, revised, strict=True))


KEYED = "answers-to-members"
"""The name that the key of pseudonyms in such texts is made with: they are no data set's."""


def _everybody(yard: Yard) -> Acquaintance:
    """Return an acquaintance by which no member's name stays in a text, whatever they have said."""
    policy, state = yard.book.policy, stood(yard)
    tags = yard.tags.table()
    use = Use(policy.purposes.names()[0], policy.recipients[0].id)
    known = acquaintance(yard, use, yard.book.clock.now(), state.index, tags)
    return replace(known, objectors=frozenset(tags.column("tag").to_pylist()))
