"""The calls of the API, each described once: method, path, parameters, body, and what its answer is read as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from sayso.client import answers
from sayso.client.answers import Page
from sayso.client.reading import read
from sayso.values.moments import format_moment, to_moment
from sayso.values.uses import Use

T = TypeVar("T")
MOST_AT_ONCE = 10_000
"""How many records one batch of decisions may hold."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call: what is sent, and the kind of its answer; ``waits`` is for how many seconds the service may keep it back."""

    kind: type[T]
    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None
    waits: float = 0.0

    def read(self, value: Any) -> T:
        """Return the answer; raises ``BadAnswer``."""
        return read(self.kind, value)


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A call that answers in pages of items of a kind."""

    kind: type[T]
    path: str
    params: tuple[tuple[str, str], ...] = ()

    def page(self, cursor: str | None) -> Paged[T]:
        """Return the call for the page at a cursor, ``None`` for the first."""
        more = () if cursor is None else (("cursor", cursor),)
        return Paged(self.kind, "GET", self.path, (*self.params, *more))


@dataclass(frozen=True)
class Paged(Generic[T]):
    """The call for one page."""

    kind: type[T]
    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: None = None
    waits: float = 0.0

    def read(self, value: Any) -> Page[T]:
        """Return the page; raises ``BadAnswer``."""
        plain = read(_PlainPage, value)
        return Page(tuple(read(self.kind, one) for one in plain.items), plain.next)


@dataclass(frozen=True, slots=True)
class _PlainPage:
    items: tuple[Mapping[str, Any], ...]
    next: str | None = None


def _get(kind: type[T], path: str, **params: object) -> Call[T]:
    return Call(kind, "GET", path, _given(params))


def _post(kind: type[T], path: str, **body: object) -> Call[T]:
    return Call(
        kind, "POST", path, body={name: _json(each) for name, each in body.items() if each is not None}
    )


def _list(kind: type[T], path: str) -> Listing[T]:
    return Listing(kind, path, (("limit", "1000"),))


def _given(params: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(_json(each))) for name, each in params.items() if each is not None)


def _json(value: object) -> Any:
    if isinstance(value, datetime):
        return format_moment(to_moment(value.astimezone(UTC) if value.tzinfo else value))
    if isinstance(value, Use):
        return {"purpose": value.purpose, "recipient": value.recipient}
    return list(value) if isinstance(value, tuple) else value


def _of(member: str, what: str) -> str:
    return f"/v1/members/{quote(member, safe='')}/{what}"


# Members


def choose(
    member: str | None,
    control: str,
    value: str,
    *,
    at: datetime | None = None,
    version: str | None = None,
    channel: str | None = None,
) -> Call[answers.Choice]:
    """Record a member's yes or no through a control; ``member`` is ``None`` where the token is the member's own."""
    body = {
        "member": member,
        "control": control,
        "value": value,
        "at": at,
        "version": version,
        "channel": channel,
    }
    return _post(answers.Choice, "/v1/choices", **body)


def choices(member: str) -> Listing[answers.Choice]:
    """List what a member chose."""
    return _list(answers.Choice, _of(member, "choices"))


def controls(member: str) -> Call[answers.Controls]:
    """Return the controls that a member sees, and the state of each."""
    return _get(answers.Controls, _of(member, "controls"))


def object_to(member: str | None, control: str | None = None) -> Call[answers.Choice]:
    """File an objection: a no from the moment it is filed."""
    return _post(answers.Choice, "/v1/objections", member=member, control=control)


def objections(member: str) -> Listing[answers.Objection]:
    """List a member's objections."""
    return _list(answers.Objection, _of(member, "objections"))


def uses_of(member: str) -> Call[answers.UsesOfMember]:
    """Return the data sets and models that a member's records went into."""
    return _get(answers.UsesOfMember, _of(member, "uses"))


def records_in(member: str, name: str) -> Listing[answers.SeenRecord]:
    """List a member's records in a data set, as the model saw them."""
    return _list(answers.SeenRecord, _of(member, f"uses/{quote(name, safe='')}/records"))


def notices_to(member: str) -> Listing[answers.Notice]:
    """List the notices that a member was given."""
    return _list(answers.Notice, _of(member, "notices"))


# The office


def notices() -> Listing[answers.Notice]:
    """List the notices to everyone and to regions."""
    return _list(answers.Notice, "/v1/notices")


def notify(
    version: str,
    *,
    regions: Sequence[str] | None = None,
    member: str | None = None,
    at: datetime | None = None,
    channel: str | None = None,
) -> Call[answers.Notice]:
    """Record that a policy version was brought to an audience: everyone, regions or one member."""
    told = None if regions is None else list(regions)
    return _post(
        answers.Notice, "/v1/notices", version=version, regions=told, member=member, at=at, channel=channel
    )


def all_objections() -> Listing[answers.FiledObjection]:
    """List all objections with their clocks."""
    return _list(answers.FiledObjection, "/v1/objections")


def take_step(
    objection: int, step: str, *, reason: str | None = None, at: datetime | None = None
) -> Call[answers.Step]:
    """Record that an objection was answered, its time extended, or its clock stopped or started again."""
    return _post(answers.Step, f"/v1/objections/{objection:d}/steps", step=step, reason=reason, at=at)


def suspensions() -> Listing[answers.Suspension]:
    """List the suspensions."""
    return _list(answers.Suspension, "/v1/suspensions")


def suspend(
    purposes: Sequence[str],
    authority: str,
    *,
    reference: str | None = None,
    regions: Sequence[str] | None = None,
    recipients: Sequence[str] | None = None,
    starts_at: datetime | None = None,
    until: datetime | None = None,
) -> Call[answers.Suspension]:
    """Stop uses: a regulator's order, or the office's own."""
    return _post(
        answers.Suspension,
        "/v1/suspensions",
        purposes=list(purposes),
        authority=authority,
        reference=reference,
        regions=None if regions is None else list(regions),
        recipients=None if recipients is None else list(recipients),
        starts_at=starts_at,
        until=until,
    )


def lift(suspension: str, at: datetime | None = None) -> Call[answers.Written]:
    """End a suspension."""
    return _post(answers.Written, f"/v1/suspensions/{quote(suspension, safe='')}/lift", at=at)


def delete_record(record: str) -> Call[answers.Written]:
    """Record that a record's author removed it."""
    return _post(answers.Written, "/v1/deletions", record=record)


def close_account(member: str) -> Call[answers.Written]:
    """Record that a member closed the account."""
    return _post(answers.Written, "/v1/deletions", account=member)


# What may be used, and was


def decide(
    use: Use, record: str, *, member: str | None = None, at: datetime | None = None
) -> Call[answers.Decision]:
    """Decide on one record, now or at another moment."""
    params = {
        "purpose": use.purpose,
        "recipient": use.recipient,
        "record": record,
        "member": member,
        "at": at,
    }
    return _get(answers.Decision, "/v1/decisions", **params)


def decide_all(use: Use, records: Sequence[str], at: datetime | None = None) -> Call[answers.Decisions]:
    """Decide on up to 10,000 records at once; the answers are in their order."""
    return _post(answers.Decisions, "/v1/decisions", use=use, records=list(records), at=at)


def datasets() -> Listing[answers.Dataset]:
    """List the published data sets."""
    return _list(answers.Dataset, "/v1/datasets")


def dataset(name: str, version: int | None = None) -> Call[answers.Dataset]:
    """Return a data set: its published version, or another."""
    return _get(answers.Dataset, f"/v1/datasets/{quote(name, safe='')}", version=version)


def models() -> Listing[answers.Model]:
    """List the models."""
    return _list(answers.Model, "/v1/models")


def model(name: str) -> Call[answers.Model]:
    """Return a model."""
    return _get(answers.Model, f"/v1/models/{quote(name, safe='')}")


def policy() -> Call[answers.Policy]:
    """Return the policy that is enforced."""
    return _get(answers.Policy, "/v1/policy")


# The log


def checkpoint() -> Call[answers.Checkpoint]:
    """Return the signed checkpoint of the log as it is."""
    return _get(answers.Checkpoint, "/v1/checkpoint")


def consistency(old: int) -> Call[answers.Consistency]:
    """Return the proof that the log goes on from an older size."""
    return _get(answers.Consistency, "/v1/checkpoints", old=old)


def entry(number: int) -> Call[answers.Entry]:
    """Return one entry of the log."""
    return _get(answers.Entry, f"/v1/entries/{number:d}")


def inclusion(number: int, size: int | None = None) -> Call[answers.Inclusion]:
    """Return the proof that an entry is in the log."""
    return _get(answers.Inclusion, f"/v1/entries/{number:d}/proof", size=size)


def receipt(number: int) -> Call[dict[str, Any]]:
    """Return the receipt of an entry, which `sayso receipt verify` checks."""
    return _get(dict[str, Any], f"/v1/entries/{number:d}/receipt")


def withdrawals(
    after: int = -1, *, limit: int = 1000, wait: int = 0, dataset: str | None = None
) -> Call[answers.Feed]:
    """Return what the entries after one say of use; with ``wait`` (0 to 60 whole seconds) not before there is something.

    With ``dataset`` members and records are named by their pseudonyms in it.
    """
    found = _get(
        answers.Feed, "/v1/feed/withdrawals", after=after, limit=limit, wait=wait or None, dataset=dataset
    )
    return replace(found, waits=wait)
