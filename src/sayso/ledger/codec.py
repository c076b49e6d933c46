"""Events to leaf bytes and back: one explicit table, RFC 8785 JSON, and nothing lost on the way.

A leaf is ``{"v": 1, "type": ..., "logged_at": ..., ...fields}`` with moments as RFC 3339 text; a field that
is ``None`` is left out. Reading is strict: bytes that this module would not write itself are refused, so that
one event has one leaf.

Both directions are derived from the table once. Writing fills a template whose keys are sorted already;
reading matches the same template as a pattern, and goes the long way (parse, write again, compare) only for
what the pattern leaves out. Tests hold both to ``rfc8785`` and to each other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring
from operator import attrgetter
from sys import intern
from typing import Any, NamedTuple

from sayso.errors import IntegrityError, Problem
from sayso.ledger import events as ev
from sayso.ledger.events import Entry, Event
from sayso.values.moments import DAY, SECOND, Moment, format_moment, parse_moment, to_moment

FORMAT = 1
"""The version of the leaf format, kept in every leaf as ``v``."""

MAX_INTEGER = 2**53 - 1
"""The greatest integer that RFC 8785 (section 3.2.2.3) can hold exactly; the least is its negative."""

FIRST_MOMENT, LAST_MOMENT = parse_moment("1000-01-01"), parse_moment("9999-12-31T23:59:59.999999Z")
"""The moments that a leaf holds: RFC 3339 has four digits for the year."""


class Kind(NamedTuple):
    """How a value is written as JSON text, how it is read from parsed JSON, and its plain pattern if it has
    one.

    The pattern matches the canonical text of most values and of nothing that is not canonical; its one group,
    through ``plain``, gives the value.
    """

    write: Callable[[Any], str]
    read: Callable[[Any], Any]
    pattern: str | None = None
    plain: Callable[[str], Any] = str


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


def _write_text(value: Any) -> str:
    # RFC 8785 section 3.2.2.2 escapes what json's ensure_ascii=False escapes; surrogates fail at encode().
    return encode_basestring(_text(value))


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("not true or false")
    return value


def _write_flag(value: Any) -> str:
    return "true" if _flag(value) else "false"


def _integer(value: Any) -> int:
    if type(value) is not int or not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise ValueError("not a whole number that JSON can hold")
    return value


def _write_integer(value: Any) -> str:
    return str(_integer(value))


def _texts(value: Any) -> tuple[str, ...]:
    if type(value) not in (list, tuple):
        raise ValueError("not a list of texts")
    return tuple(_text(each) for each in value)


def _write_texts(value: Any) -> str:
    return "[" + ",".join(map(encode_basestring, _texts(value))) + "]"


@lru_cache(maxsize=4096)
def _day_text(day: int) -> str:
    return format_moment(Moment(day * DAY)).removesuffix("00:00:00Z")


def _write_moment(value: Any) -> str:
    # The same text as format_moment's, with the calendar part remembered: it is most of the cost of a leaf.
    if type(value) is not int or not FIRST_MOMENT <= value <= LAST_MOMENT:
        raise ValueError("not a moment in the years 1000 to 9999")
    day, micros = divmod(value, DAY)
    seconds, micros = divmod(micros, SECOND)
    minutes, seconds = divmod(seconds, 60)
    fraction = f".{micros:06d}" if micros else ""
    return f'"{_day_text(day)}{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{fraction}Z"'


def _read_moment(value: Any) -> Moment:
    return parse_moment(_text(value))


def _plain_moment(text: str) -> Moment:
    return to_moment(datetime.fromisoformat(text))


_PLAIN_TEXT = r'"([^"\\\x00-\x1f]*)"'
_PLAIN_MOMENT = (
    r'"([1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.(?!0{6})[0-9]{6})?Z)"'
)

TEXT = Kind(_write_text, _text, _PLAIN_TEXT)
# Words that come again and again (a control, a version) are kept once in memory.
NAME = Kind(_write_text, _text, _PLAIN_TEXT, intern)
FLAG = Kind(_write_flag, _flag, "(true|false)", "true".__eq__)
INTEGER = Kind(_write_integer, _integer, "(0|-?[1-9][0-9]{0,14})", int)
MOMENT = Kind(_write_moment, _read_moment, _PLAIN_MOMENT, _plain_moment)
TEXTS = Kind(_write_texts, _texts)


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
    _form("choice-made", ev.ChoiceMade, tag=TEXT, control=NAME, yes=FLAG, at=MOMENT, version=NAME,
          channel=NAME),
    _form("notice-given", ev.NoticeGiven, version=NAME, at=MOMENT, channel=NAME, regions=(TEXTS, None),
          tag=(TEXT, None)),
    _form("suspension-set", ev.SuspensionSet, purposes=TEXTS, starts_at=MOMENT, authority=TEXT,
          reference=TEXT, regions=(TEXTS, None), recipients=(TEXTS, None), until=(MOMENT, None)),
    _form("suspension-lifted", ev.SuspensionLifted, entry=INTEGER, at=MOMENT),
    _form("record-deleted", ev.RecordDeleted, tag=TEXT, record=TEXT, at=MOMENT),
    _form("account-closed", ev.AccountClosed, tag=TEXT, at=MOMENT),
    _form("member-erased", ev.MemberErased, tag=TEXT, at=MOMENT),
    _form("dataset-published", ev.DatasetPublished, name=TEXT, version=INTEGER, manifest=TEXT, purpose=TEXT,
          recipient=TEXT, decided_at=MOMENT, log_size=INTEGER, records=INTEGER),
    _form("delivered", ev.Delivered, name=TEXT, version=INTEGER, recipient=TEXT, at=MOMENT, delivery=(TEXT, None),
          agreement=(TEXT, None)),
    _form("removal-acknowledged", ev.RemovalAcknowledged, name=TEXT, version=INTEGER, recipient=TEXT, delivery=TEXT,
          items=INTEGER, acknowledgement=TEXT, at=MOMENT),
    _form("version-purged", ev.VersionPurged, kind=NAME, name=TEXT, version=INTEGER, at=MOMENT),
    _form("model-trained", ev.ModelTrained, name=TEXT, version=INTEGER, dataset=TEXT, dataset_version=INTEGER,
          manifest=TEXT),
    _form("model-forgot", ev.ModelForgot, name=TEXT, version=INTEGER, tags=TEXTS, certificate=TEXT),
    _form("objection-step", ev.ObjectionStep, entry=INTEGER, tag=TEXT, step=NAME, at=MOMENT, reason=(NAME, None)),
)  # fmt: skip


class _Plan:
    """What one form's table row comes to: keys in RFC 8785 order, and the plain pattern where all fields
    have one.
    """

    __slots__ = ("form", "ordered", "pattern", "plain", "values_of")

    def __init__(self, form: Form) -> None:
        self.form = form
        self.values_of: Callable[[Any], tuple[Any, ...]] = attrgetter(*(field.name for field in form.fields))
        head, kind = Field("logged_at", MOMENT), _constant(form.type)
        fields = (head, Field("type", kind), Field("v", _constant(FORMAT)), *form.fields)
        order = sorted(range(len(fields)), key=lambda place: fields[place].name)
        self.ordered = tuple(
            (f'"{fields[place].name}":', fields[place].kind.write, fields[place].optional, place)
            for place in order
        )
        self.plain = tuple((fields[place].kind.plain, place) for place in order)
        self.pattern = _pattern([fields[place] for place in order])


def _constant(value: str | int) -> Kind:
    text = json.dumps(value)
    return Kind(lambda _: text, lambda _: value, f"({re.escape(text)})")


def _pattern(fields: list[Field]) -> re.Pattern[str] | None:
    """Return the pattern of a whole leaf, ``None`` where a field may be left out or has no plain form."""
    if any(field.optional or field.kind.pattern is None for field in fields):
        return None
    return re.compile(r"\{" + ",".join(f'"{field.name}":{field.kind.pattern}' for field in fields) + r"\}")


_BY_TYPE = {form.type: _Plan(form) for form in FORMS}
_BY_CLASS: dict[object, _Plan] = {plan.form.event: plan for plan in _BY_TYPE.values()}
_TYPE = re.compile(rb'"type":"([a-z-]+)","v":')
_HEAD = 3  # logged_at, type and v stand before the event's own fields


def type_name(event: Event) -> str:
    """Return the name of an event's type in the log.

    >>> type_name(ev.SuspensionLifted(3, Moment(0)))
    'suspension-lifted'
    """
    return _BY_CLASS[type(event)].form.type


def encode(event: Event, logged_at: Moment) -> bytes:
    """Return the leaf bytes of an event logged at a moment.

    Raises ``ValueError``, which holds none of the event's words, for what a leaf cannot hold: a lone
    surrogate, an integer beyond ±(2^53 - 1), a moment outside the years 1000 to 9999, a value that is not
    of the declared type.

    >>> encode(ev.SuspensionLifted(3, Moment(0)), Moment(0)).decode()[:50]
    '{"at":"1970-01-01T00:00:00Z","entry":3,"logged_at"'
    """
    plan = _BY_CLASS[type(event)]
    values = (logged_at, None, None, *plan.values_of(event))
    try:
        parts = [
            name + write(values[place])
            for name, write, optional, place in plan.ordered
            if not optional or values[place] is not None
        ]
        return ("{" + ",".join(parts) + "}").encode()
    except ValueError as error:
        why = "a lone surrogate" if isinstance(error, UnicodeError) else str(error)
        raise ValueError(f"a leaf cannot hold this {plan.form.type} event: {why}") from None


def decode(leaf: bytes, number: int) -> Entry:
    """Return the entry that leaf bytes hold; ``number`` is its place in the log, from 0.

    Raises ``IntegrityError``, naming the number alone, for bytes that are not exactly those of an event.

    >>> leaf = encode(ev.AccountClosed("5f", Moment(0)), Moment(1_000_000))
    >>> decode(leaf, 7)
    Entry(number=7, logged_at=1000000, event=AccountClosed(tag='5f', at=0))
    """
    try:
        return _decode_plain(leaf, number) or _decode_any(leaf, number)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        pass  # what went wrong may quote the bytes: the error below must not
    raise IntegrityError(Problem(
        "bad-entry", f"entry {number} of the log is not the canonical form of an event",
        advice="restore the log from a copy; `sayso verify` names every entry that does not hold",
    ))  # fmt: skip


def _decode_plain(leaf: bytes, number: int) -> Entry | None:
    """Return the entry of a leaf that its form's pattern matches, ``None`` for any other leaf."""
    named = _TYPE.search(leaf)
    plan = _BY_TYPE.get(named.group(1).decode()) if named else None
    found = plan.pattern.fullmatch(leaf.decode()) if plan and plan.pattern else None
    if plan is None or found is None:
        return None
    values: list[Any] = [None] * len(plan.plain)
    for (plain, place), text in zip(plan.plain, found.groups(), strict=True):
        values[place] = plain(text)
    return Entry(number, values[0], plan.form.event(*values[_HEAD:]))


def _decode_any(leaf: bytes, number: int) -> Entry:
    found = json.loads(leaf.decode())
    form = _BY_TYPE[found["type"]].form
    values = [
        None if optional and name not in found else kind.read(found[name])
        for name, kind, optional in form.fields
    ]
    entry = Entry(number, _read_moment(found["logged_at"]), form.event(*values))
    if encode(entry.event, entry.logged_at) != leaf:
        raise ValueError("not the canonical form")
    return entry
