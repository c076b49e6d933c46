"""Makings for the tests of data sets: rows and a manifest whose every part is fixed."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sayso.dataset.funnel import Funnel, Withheld, tally
from sayso.dataset.manifest import LogUsed, Manifest, PolicyUsed, Shard, SourceUsed
from sayso.dataset.rows import Row
from sayso.dataset.taken import Recall, RedactionUsed, Taken
from sayso.values.decisions import Outcome, Reason, Verdict
from sayso.values.moments import parse_moment
from sayso.values.uses import Use

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SIGNER.public_key().public_bytes_raw()


def row(number: int = 0, **parts: str | None) -> Row:
    """Return a row; those of different numbers differ."""
    base = Row(
        f"{number:032x}", f"{number % 3:032x}", "post", "public", "en", "2019-03", f"words {number}", ""
    )
    return base._replace(**parts)  # type: ignore[arg-type]


def funnel() -> Funnel:
    """Return a funnel with every kind of count."""
    return tally(
        [
            (Outcome(Verdict.UNKNOWN, Reason.REGION_UNKNOWN), 40),
            (Outcome(Verdict.DENY, Reason.SAID_NO), 7),
            (Outcome(Verdict.UNKNOWN, Reason.SUSPENDED), 1),
            (Outcome(Verdict.DENY, Reason.SUSPENDED), 2),
            (Outcome(Verdict.PERMIT, Reason.DEFAULT_ON), 1200),
            (Outcome(Verdict.PERMIT, Reason.OPTED_IN), 50),
        ],
        [(Withheld.NOTHING_LEFT, 3), (Withheld.NO_LONGER, 2)],
    )


def manifest(**parts: object) -> Manifest:
    """Return a manifest that holds together, with some of its parts replaced."""
    whole = {
        "name": "posts-for-writing",
        "version": 2,
        "use": Use("content-generation", "linkedin"),
        "policy": PolicyUsed("house", "sha256:" + "ab" * 32, "2025-11-03"),
        "decided_at": parse_moment("2025-12-01T12:30:00Z"),
        "log": LogUsed("example.org/sayso", 4711, bytes(range(32))),
        "sources": (SourceUsed("forum", "sha256:" + "cd" * 32),),
        "redaction": RedactionUsed(
            "sayso-redact/2 structured/2",
            "0" * 64,
            (Taken("EMAIL", 3, 2), Taken("URL", 1, 1)),
            (Recall("EMAIL", "planted_dev", 86, 92),),
        ),
        "code": "sayso 0.1.0",
        "shards": (
            Shard("shards/00.parquet", "01" * 32, "02" * 32, 1000, 90),
            Shard("shards/01.parquet", "03" * 32, "04" * 32, 245, 31),
        ),
        "funnel": funnel(),
        "key_id": "0123456789abcdef",
        "previous": "sha256:" + "ef" * 32,
    }
    return Manifest(**(whole | parts))  # type: ignore[arg-type]
