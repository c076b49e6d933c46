"""Events to leaf bytes and back: one explicit table, RFC 8785 JSON, and nothing lost on the way.

A leaf is ``{"v": 1, "type": ..., "logged_at": ..., ...fields}`` with moments as RFC 3339 text; a field that
is ``None`` is left out. Reading is strict: bytes that this module would not write itself are refused, so
that one event has one leaf.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sayso.errors import IntegrityError, Problem
from sayso.ledger import events as ev
from sayso.ledger.events import Entry, Event
from sayso.values.moments import Moment, format_moment, parse_moment, to_moment

FORMAT = 1
"""The version of the leaf format, kept in every leaf as ``v``."""

MAX_INTEGER = 2**53 - 1
"""The greatest integer that RFC 8785 (section 3.2.2.3) can hold exactly, and the least with a minus sign."""

# Written by C code, ten times as fast as rfc8785.dumps. The bytes are the same for what leaves hold (text
# without lone surrogates, whole numbers within MAX_INTEGER, ASCII keys); a property test holds the two
# together.
_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class Kind(NamedTuple):
    """How the values of a field are written and read."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


class Field(NamedTuple):
    """A field of an event: its name, here and in the leaf, its kind, and whether it may be left out."""

    name: str
    kind: Kind
    optional: bool = False


class Form(NamedTuple):
    """The written form of one kind of event: its type name, its class, its fields in the class's order."""

    type: str
    event: Callable[..., Event]
    fields: tuple[Field, ...]


def _text(value: Any) -> str:
    if type(value) is not str:
        raise ValueError("not a text")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("not true or false")
    return value


def _integer(value: Any) -> int:
    if type(value) is not int or not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise ValueError("not a whole number that JSON can hold")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if type(value) not in (list, tuple):
        raise ValueError("not a list of texts")
    return tuple(_text(each) for each in value)


def _moment(value: Any) -> Moment:
    if type(value) is not str:
        raise ValueError("not a moment")
    # The usual length is read by C code; parse_moment has the last word on all others.
    return to_moment(datetime.fromisoformat(value)) if len(value) == 20 else parse_moment(value)


TEXT, FLAG, INTEGER = Kind(_text, _text), Kind(_flag, _flag), Kind(_integer, _integer)
MOMENT, TEXTS = Kind(format_moment, _moment), Kind(_texts, _texts)


def _form(name: str, event: Callable[..., Event], /, **fields: Kind | tuple[Kind, None]) -> Form:
    return Form(name, event, tuple(
        Field(field, kind) if isinstance(kind, Kind) else Field(field, kind[0], optional=True)
        for field, kind in fields.items()
    ))  # fmt: skip


# A pair with None marks a field that may be left out.
FORMS: tuple[Form, ...] = (
    _form("policy-adopted", ev.PolicyAdopted, policy=TEXT, digest=TEXT),
    _form("records-imported", ev.RecordsImported, source=TEXT, digest=TEXT, members=INTEGER, records=INTEGER,
          refused=INTEGER),
    _form("choice-made", ev.ChoiceMade, tag=TEXT, control=TEXT, yes=FLAG, at=MOMENT, version=TEXT,
          channel=TEXT),
    _form("notice-given", ev.NoticeGiven, version=TEXT, at=MOMENT, channel=TEXT, regions=(TEXTS, None),
          tag=(TEXT, None)),
    _form("suspension-set", ev.SuspensionSet, purposes=TEXTS, starts_at=MOMENT, authority=TEXT,
          reference=TEXT, regions=(TEXTS, None), recipients=(TEXTS, None), until=(MOMENT, None)),
    _form("suspension-lifted", ev.SuspensionLifted, entry=INTEGER, at=MOMENT),
    _form("record-deleted", ev.RecordDeleted, tag=TEXT, record=TEXT, at=MOMENT),
    _form("account-closed", ev.AccountClosed, tag=TEXT, at=MOMENT),
    _form("member-erased", ev.MemberErased, tag=TEXT, at=MOMENT),
    _form("dataset-published", ev.DatasetPublished, name=TEXT, version=INTEGER, manifest=TEXT, purpose=TEXT,
          recipient=TEXT, decided_at=MOMENT, log_size=INTEGER, records=INTEGER),
    _form("delivered", ev.Delivered, name=TEXT, version=INTEGER, recipient=TEXT, at=MOMENT),
    _form("model-trained", ev.ModelTrained, name=TEXT, version=INTEGER, dataset=TEXT, dataset_version=INTEGER,
          manifest=TEXT),
    _form("model-forgot", ev.ModelForgot, name=TEXT, version=INTEGER, tags=TEXTS, certificate=TEXT),
)  # fmt: skip

_BY_TYPE = {form.type: form for form in FORMS}
_BY_CLASS: dict[object, tuple[Form, Callable[[Any], tuple[Any, ...]]]] = {
    form.event: (form, attrgetter(*(field.name for field in form.fields))) for form in FORMS
}


def type_name(event: Event) -> str:
    """Return the name of an event's type in the log.

    >>> type_name(ev.SuspensionLifted(3, Moment(0)))
    'suspension-lifted'
    """
    return _BY_CLASS[type(event)][0].type


def encode(event: Event, logged_at: Moment) -> bytes:
    """Return the leaf bytes of an event logged at a moment.

    Raises ``ValueError`` for what a leaf cannot hold: a lone surrogate, an integer beyond ±(2^53 - 1), a
    moment outside the years 1000 to 9999, a value of another type than the event declares.

    >>> encode(ev.SuspensionLifted(3, Moment(0)), Moment(0)).decode()[:50]
    '{"at":"1970-01-01T00:00:00Z","entry":3,"logged_at"'
    """
    form, values_of = _BY_CLASS[type(event)]
    leaf: dict[str, Any] = {"v": FORMAT, "type": form.type}
    try:
        leaf["logged_at"] = format_moment(logged_at)
        for (name, kind, optional), value in zip(form.fields, values_of(event), strict=True):
            if value is not None or not optional:
                leaf[name] = kind.write(value)
        return _dump(leaf).encode()
    except (ValueError, OverflowError, TypeError) as error:
        raise ValueError(f"this {form.type} event holds what a leaf cannot: {type(error).__name__}") from None


def decode(leaf: bytes, number: int) -> Entry:
    """Return the entry that leaf bytes hold; ``number`` is its place in the log, from 0.

    Raises ``IntegrityError``, naming the number alone, for bytes that are not exactly those of an event.

    >>> leaf = encode(ev.AccountClosed("5f", Moment(0)), Moment(1_000_000))
    >>> decode(leaf, 7)
    Entry(number=7, logged_at=1000000, event=AccountClosed(tag='5f', at=0))
    """
    try:
        entry = _decode(leaf, number)
        if encode(entry.event, entry.logged_at) == leaf:
            return entry
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        pass  # what went wrong may quote the bytes: the error below must not
    raise IntegrityError(Problem(
        "bad-entry", f"entry {number} of the log is not the canonical form of an event",
        advice="restore the log from a copy; `sayso verify` names every entry that does not hold",
    ))  # fmt: skip


def _decode(leaf: bytes, number: int) -> Entry:
    found = json.loads(leaf.decode())
    form = _BY_TYPE[found["type"]]
    values = [
        None if optional and name not in found else kind.read(found[name])
        for name, kind, optional in form.fields
    ]
    return Entry(number, _moment(found["logged_at"]), form.event(*values))
