"""Agreements with a licensee, as files say them, and a key of the licensee's that is the same in every run."""

from __future__ import annotations

from pathlib import Path

from sayso.ledger.checkpoints import format_vkey
from sayso.stores.licensee import make_key

TERMS = """\
sayso: 1
agreement: acme-2025
licensee: licensee
uses: [licensing]
territory: [GB, IE]
from: 2025-01-01
until: 2026-01-01
remove_within_days: 14
acknowledgement_key: {key}
licence:
  permits: [ai-train]
  prohibits: [search]
  users: [commercial]
  payment: {{type: purchase, custom: "https://forum.example/deal", amount: "1200.00", currency: EUR}}
contact: mailto:data@forum.example
terms: https://forum.example/contracts/acme
"""


def key_at(file: Path, seed: int = 1) -> str:
    """Make the licensee's key in a file, and return its public half."""
    return format_vkey(make_key(file, "acme.example/removals", lambda size: bytes([seed]) * size))


def agreement_text(key: str, *changes: tuple[str, str]) -> str:
    """Return the text of an agreement, with some words replaced by others."""
    text = TERMS.format(key=key)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text
