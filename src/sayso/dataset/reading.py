"""Reading a manifest back: every problem at once, each with its place in the JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NoReturn, TypeVar

from sayso.dataset.digest import FIRST, LOGICAL
from sayso.dataset.dsse import IN_TOTO, seal, unseal
from sayso.dataset.funnel import Funnel, Withheld
from sayso.dataset.manifest import (
    PREDICATE,
    STATEMENT,
    LogUsed,
    Manifest,
    PolicyUsed,
    Shard,
    SourceUsed,
    manifest_bytes,
)
from sayso.dataset.taken import Recall, RedactionUsed, Taken
from sayso.errors import InputError, IntegrityError, Place, Problem
from sayso.values.canonical import digest
from sayso.values.decisions import Outcome, Reason, Verdict
from sayso.values.moments import Moment, parse_moment
from sayso.values.uses import Use

T = TypeVar("T")

_HEX64 = re.compile(r"[0-9a-f]{64}")
_HEX16 = re.compile(r"[0-9a-f]{16}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TEXT = re.compile(r".+", re.DOTALL)
_FORMS = {
    _HEX64: "64 hexadecimal digits, in lower case,",
    _HEX16: "16 hexadecimal digits, in lower case,",
    _DIGEST: "sha256: and 64 hexadecimal digits, in lower case,",
    _TEXT: "a text on one line",
}


def parse_manifest(data: bytes, file: str = "manifest") -> Manifest:
    """Return the manifest that the bytes of a statement hold.

    Raises ``InputError`` with every problem found: bytes that are no JSON, a member missing, unknown or of the wrong kind, parts
    that contradict one another, bytes that are not the canonical ones.
    """
    try:
        raw = json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InputError(Problem("not-json", "this is not JSON", Place(file), "is the file whole?")) from None
    reader = _Reader(file)
    manifest = _manifest(reader, raw)
    if manifest is not None and manifest_bytes(manifest) != data:
        reader.wrong("$", "the bytes are not the canonical ones of this manifest (RFC 8785)")
    if manifest is None or reader.problems:
        raise InputError(*reader.problems)
    return manifest


def seal_manifest(manifest: Manifest, public_key: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the DSSE envelope of a manifest, signed: ``sign`` returns the Ed25519 signature of a message."""
    return seal(manifest_bytes(manifest), IN_TOTO, public_key, sign)


def open_manifest(data: bytes, public_key: bytes, file: str = "manifest") -> Manifest:
    """Return the manifest in a DSSE envelope whose signature holds.

    Raises ``IntegrityError`` where it does not, ``InputError`` where envelope or manifest cannot be read.
    """
    return parse_manifest(unseal(data, IN_TOTO, public_key), file)


def open_manifest_of(data: bytes, public_key: bytes, wanted: str) -> Manifest | None:
    """Return the manifest in an envelope like ``open_manifest``, ``None`` where its digest is not the one that is wanted."""
    payload = unseal(data, IN_TOTO, public_key)
    # What is parsed is canonical, so the digest of the bytes is that of the manifest (``manifest_digest``).
    return parse_manifest(payload) if digest(payload) == wanted else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


class _Reader:
    """Collects what is wrong, and hands back a harmless value so that reading can go on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def wrong(self, path: str, what: str) -> None:
        self.problems.append(Problem("bad-manifest", f"{path}: {what}", Place(self.file)))

    def members(self, value: Any, path: str, *names: str) -> dict[str, Any]:
        """Return an object's members; each missing one is a problem and ``None``, each unknown one a problem."""
        if not isinstance(value, dict):
            if value is not _ABSENT:
                self.wrong(path, "an object should stand here")
            return dict.fromkeys(names, _ABSENT)
        for name in sorted(value.keys() - set(names)):
            self.wrong(path, f"an unknown member stands here ({len(name)} characters long)")
        for name in names:
            if name not in value:
                self.wrong(f"{path}.{name}", "it is missing")
        return {name: value.get(name, _ABSENT) for name in names}

    def items(self, value: Any, path: str) -> Iterator[tuple[Any, str]]:
        if isinstance(value, list):
            yield from ((item, f"{path}[{place}]") for place, item in enumerate(value))
        elif value is not _ABSENT:
            self.wrong(path, "a list should stand here")

    def text(self, value: Any, path: str, form: re.Pattern[str] = _TEXT) -> str:
        if isinstance(value, str) and form.fullmatch(value) and value.isprintable():
            return value
        if value is not _ABSENT:
            self.wrong(path, f"{_FORMS[form]} should stand here")
        return ""

    def count(self, value: Any, path: str) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
            return value
        if value is not _ABSENT:
            self.wrong(path, "a count should stand here")
        return 0

    def optional(self, value: Any, path: str, form: re.Pattern[str] = _TEXT) -> str | None:
        return None if value is None else self.text(value, path, form)

    def read(self, value: Any, path: str, what: str, parse: Callable[[str], T]) -> T | None:
        """Return what ``parse`` makes of a text; a ``ValueError`` of it is a problem."""
        text = self.text(value, path)
        try:
            return parse(text) if text else None
        except ValueError:
            self.wrong(path, what)
            return None

    def constant(self, value: Any, path: str, wanted: str) -> None:
        if value not in (wanted, _ABSENT):
            self.wrong(path, f"{wanted} should stand here")


class _Absent:
    """Stands for a member that is not there, which has been reported already."""


_ABSENT = _Absent()

_PREDICATE = (
    "name",
    "version",
    "use",
    "policy",
    "decidedAt",
    "log",
    "sources",
    "redaction",
    "code",
    "shards",
    "funnel",
    "keyId",
    "previous",
)


def _manifest(reader: _Reader, raw: Any) -> Manifest | None:
    top = reader.members(raw, "$", "_type", "predicateType", "subject", "predicate")
    reader.constant(top["_type"], "$._type", STATEMENT)
    reader.constant(top["predicateType"], "$.predicateType", PREDICATE)
    path, logical = "$.predicate", _logical(top["subject"])
    says = reader.members(top["predicate"], path, *_PREDICATE)
    funnel = _funnel(reader, says["funnel"], f"{path}.funnel")
    parts = {
        "name": reader.text(says["name"], f"{path}.name"),
        "version": reader.count(says["version"], f"{path}.version"),
        "use": _use(reader, says["use"], f"{path}.use"),
        "policy": _policy(reader, says["policy"], f"{path}.policy"),
        "decided_at": _moment(reader, says["decidedAt"], f"{path}.decidedAt"),
        "log": _log(reader, says["log"], f"{path}.log"),
        "sources": tuple(_source(reader, *item) for item in reader.items(says["sources"], f"{path}.sources")),
        "redaction": _redaction(reader, says["redaction"], f"{path}.redaction"),
        "code": reader.text(says["code"], f"{path}.code"),
        "shards": _shards(reader, top["subject"], says["shards"], logical),
        "key_id": reader.text(says["keyId"], f"{path}.keyId", _HEX16),
        "previous": reader.optional(says["previous"], f"{path}.previous", _DIGEST),
        "logical": logical,
    }
    return None if reader.problems or funnel is None else _whole(reader, Manifest, funnel=funnel, **parts)


def _whole(reader: _Reader, kind: Callable[..., T], **parts: Any) -> T | None:
    try:
        return kind(**parts)
    except IntegrityError as error:
        reader.problems.extend(replace(problem, place=Place(reader.file)) for problem in error.problems)
        return None


def _use(reader: _Reader, raw: Any, path: str) -> Use:
    says = reader.members(raw, path, "purpose", "recipient")
    return Use(*(reader.text(says[name], f"{path}.{name}") for name in ("purpose", "recipient")))


def _policy(reader: _Reader, raw: Any, path: str) -> PolicyUsed:
    says = reader.members(raw, path, "id", "digest", "version")
    return PolicyUsed(
        reader.text(says["id"], f"{path}.id"),
        reader.text(says["digest"], f"{path}.digest", _DIGEST),
        reader.optional(says["version"], f"{path}.version"),
    )


def _redaction(reader: _Reader, raw: Any, path: str) -> RedactionUsed:
    says = reader.members(raw, path, "version", "mentions", "taken", "measured")
    return RedactionUsed(
        reader.text(says["version"], f"{path}.version"),
        reader.text(says["mentions"], f"{path}.mentions", _HEX64),
        tuple(_taken(reader, *item) for item in reader.items(says["taken"], f"{path}.taken")),
        tuple(_recall(reader, *item) for item in reader.items(says["measured"], f"{path}.measured")),
    )


def _taken(reader: _Reader, raw: Any, path: str) -> Taken:
    says = reader.members(raw, path, "label", "spans", "records")
    spans, records = (reader.count(says[name], f"{path}.{name}") for name in ("spans", "records"))
    return Taken(reader.text(says["label"], f"{path}.label"), spans, records)


def _recall(reader: _Reader, raw: Any, path: str) -> Recall:
    says = reader.members(raw, path, "label", "data", "found", "planted")
    label, data = (reader.text(says[name], f"{path}.{name}") for name in ("label", "data"))
    return Recall(label, data, *(reader.count(says[name], f"{path}.{name}") for name in ("found", "planted")))


def _moment(reader: _Reader, raw: Any, path: str) -> Moment:
    return reader.read(raw, path, "an RFC 3339 moment should stand here", parse_moment) or Moment(0)


def _log(reader: _Reader, raw: Any, path: str) -> LogUsed:
    says = reader.members(raw, path, "origin", "size", "root")
    return LogUsed(
        reader.text(says["origin"], f"{path}.origin"),
        reader.count(says["size"], f"{path}.size"),
        bytes.fromhex(reader.text(says["root"], f"{path}.root", _HEX64)),
    )


def _source(reader: _Reader, raw: Any, path: str) -> SourceUsed:
    says = reader.members(raw, path, "name", "digest")
    return SourceUsed(
        reader.text(says["name"], f"{path}.name"),
        reader.text(says["digest"], f"{path}.digest", _DIGEST),
    )


def _logical(subjects: Any) -> str:
    """Return the name of the logical digests that the first subject has; another one of a later subject is unknown there."""
    first = subjects[0] if isinstance(subjects, list) and subjects else None
    found = first.get("digest") if isinstance(first, dict) else None
    return FIRST if isinstance(found, dict) and FIRST in found and LOGICAL not in found else LOGICAL


def _shards(reader: _Reader, subjects: Any, sizes: Any, logical: str) -> tuple[Shard, ...]:
    heads = [_subject(reader, *item, logical) for item in reader.items(subjects, "$.subject")]
    tails = [_size(reader, *item) for item in reader.items(sizes, "$.predicate.shards")]
    if len(heads) != len(tails):
        reader.wrong("$.predicate.shards", f"{len(tails)} sizes stand here for {len(heads)} subjects")
    return tuple(Shard(*head, *tail) for head, tail in zip(heads, tails, strict=False))


def _subject(reader: _Reader, raw: Any, path: str, logical: str) -> tuple[str, str, str]:
    says = reader.members(raw, path, "name", "digest")
    hashes = reader.members(says["digest"], f"{path}.digest", "sha256", logical)
    return (
        reader.text(says["name"], f"{path}.name"),
        reader.text(hashes["sha256"], f"{path}.digest.sha256", _HEX64),
        reader.text(hashes[logical], f"{path}.digest.{logical}", _HEX64),
    )


def _size(reader: _Reader, raw: Any, path: str) -> tuple[int, int]:
    says = reader.members(raw, path, "rows", "members")
    return reader.count(says["rows"], f"{path}.rows"), reader.count(says["members"], f"{path}.members")


def _funnel(reader: _Reader, raw: Any, path: str) -> Funnel | None:
    says = reader.members(raw, path, "considered", "outcomes", "permitted", "withheld", "published")
    permitted = reader.count(says["permitted"], f"{path}.permitted")
    found = [_outcome(reader, *item) for item in reader.items(says["outcomes"], f"{path}.outcomes")]
    held = [_withheld(reader, *item) for item in reader.items(says["withheld"], f"{path}.withheld")]
    parts = {
        "considered": reader.count(says["considered"], f"{path}.considered"),
        "outcomes": tuple(pair for pair in found if pair),
        "withheld": tuple(pair for pair in held if pair),
        "published": reader.count(says["published"], f"{path}.published"),
    }
    funnel = None if reader.problems else _whole(reader, Funnel, **parts)
    if funnel is not None and funnel.permitted != permitted:
        reader.wrong(f"{path}.permitted", "it is not the sum of the permitted outcomes")
    return funnel


def _outcome(reader: _Reader, raw: Any, path: str) -> tuple[Outcome, int] | None:
    says = reader.members(raw, path, "verdict", "reason", "count")
    verdict = reader.read(says["verdict"], f"{path}.verdict", "a verdict should stand here", Verdict)
    reason = reader.read(says["reason"], f"{path}.reason", "a reason should stand here", Reason)
    count = reader.count(says["count"], f"{path}.count")
    return (Outcome(verdict, reason), count) if verdict and reason else None


def _withheld(reader: _Reader, raw: Any, path: str) -> tuple[Withheld, int] | None:
    says = reader.members(raw, path, "reason", "count")
    why = reader.read(says["reason"], f"{path}.reason", "a reason should stand here", Withheld)
    count = reader.count(says["count"], f"{path}.count")
    return (why, count) if why else None
