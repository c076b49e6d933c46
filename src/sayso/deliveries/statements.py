"""Signed statements: an in-toto Statement v1 in a DSSE envelope, read back strictly, to the byte."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from sayso.dataset.dsse import IN_TOTO, seal, unseal
from sayso.dataset.manifest import STATEMENT, LogUsed
from sayso.errors import InputError, IntegrityError, Problem
from sayso.values.canonical import Json, canonical
from sayso.values.moments import Moment, format_moment, parse_moment

T = TypeVar("T")
Sign = Callable[[bytes], bytes]

HEX64, HEX32, DIGEST = (
    re.compile(r"[0-9a-f]{64}"),
    re.compile(r"[0-9a-f]{32}"),
    re.compile(r"sha256:[0-9a-f]{64}"),
)


class Slice(NamedTuple):
    """What is in a shard: its file's name, the rows, and their logical digest (64 hexadecimal digits)."""

    name: str
    rows: int
    logical: str


def statement(predicate_type: str, subject: Sequence[Json], predicate: Mapping[str, Json]) -> bytes:
    """Return the RFC 8785 bytes of an in-toto Statement v1."""
    return canonical(
        {"_type": STATEMENT, "predicateType": predicate_type, "subject": subject, "predicate": predicate}
    )


def sealed(payload: bytes, public_key: bytes, sign: Sign) -> bytes:
    """Return the DSSE envelope of a statement; ``sign`` returns the Ed25519 signature of a message."""
    return seal(payload, IN_TOTO, public_key, sign)


def opened(
    data: bytes, public_key: bytes, noun: str, read: Callable[[Any], T], write: Callable[[T], bytes]
) -> T:
    """Return the value in an envelope whose signature holds.

    Raises ``IntegrityError`` where the signature does not hold, ``InputError`` where the bytes are no envelope, and where they are
    not, to the byte, what ``write`` makes of what ``read`` finds in them.
    """
    payload = unseal(data, IN_TOTO, public_key)
    try:
        found = read(json.loads(payload))
        if write(found) == payload:
            return found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, IntegrityError):
        pass  # what went wrong may quote the bytes
    advice = "is it the file that was written, and of this version of Sayso?"
    raise InputError(Problem("bad-statement", f"what was signed is not {noun}", advice=advice))


def text(value: Any) -> str:
    """Return a text of one line; raises ``ValueError`` for anything else."""
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError("not a text")
    return value


def whole(value: Any) -> int:
    """Return a count; raises ``ValueError`` for anything else."""
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError("not a count")
    return value


def of_form(form: re.Pattern[str], value: Any) -> str:
    """Return a text of a form; raises ``ValueError`` for anything else."""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError("not of the form")
    return value


def moment(value: Any) -> Moment:
    """Return the moment that a text names; raises ``ValueError`` for anything else."""
    return parse_moment(text(value))


def texts(value: Any) -> tuple[str, ...]:
    """Return a list of texts; raises ``ValueError`` for anything else."""
    return tuple(text(one) for one in listed(value))


def listed(value: Any) -> list[Any]:
    """Return a list; raises ``ValueError`` for anything else."""
    if not isinstance(value, list):
        raise ValueError("not a list")
    return value


def slices_json(slices: Sequence[Slice]) -> list[Json]:
    """Return slices as JSON."""
    return [{"name": one.name, "rows": one.rows, "logical": one.logical} for one in slices]


def slices(value: Any) -> tuple[Slice, ...]:
    """Return the slices that JSON says; raises ``ValueError`` for anything else."""
    return tuple(
        Slice(text(one["name"]), whole(one["rows"]), of_form(HEX64, one["logical"])) for one in listed(value)
    )


def log_json(log: LogUsed) -> dict[str, Json]:
    """Return a checkpoint of the log as JSON."""
    return {"origin": log.origin, "size": log.size, "root": log.root.hex()}


def log_used(value: Any) -> LogUsed:
    """Return the checkpoint that JSON says; raises ``ValueError`` for anything else."""
    return LogUsed(text(value["origin"]), whole(value["size"]), bytes.fromhex(of_form(HEX64, value["root"])))


def moment_json(at: Moment) -> str:
    """Return a moment as JSON has it."""
    return format_moment(at)
