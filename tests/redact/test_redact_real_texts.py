"""Redaction against texts whose personal data other people marked."""

from __future__ import annotations

import json

import pytest

from sayso.redact.apply import redact
from shared_data import need_shared

FLOORS = {"EMAIL": 1.0, "URL": 1.0, "IBAN": 1.0, "IP": 1.0, "CARD": 0.93, "PHONE": 0.8, "HANDLE": 0.99}


@pytest.mark.needs_shared
@pytest.mark.parametrize("name", ["presidio_synth_v2", "ambient_standard", "btc_dev", "datafog_mixed_pii"])
def test_what_others_marked_is_found(name: str) -> None:
    marked: dict[str, list[bool]] = {}
    for line in need_shared(f"pii/{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        receipt = redact(row["text"]).receipt
        for start, end, label in row["spans"]:
            if label in FLOORS and label in row["classes"]:
                gone = any(one.start <= start and end <= one.end for one in receipt)
                marked.setdefault(label, []).append(gone)
    assert marked
    recall = {label: sum(found) / len(found) for label, found in marked.items()}
    assert {label: share for label, share in recall.items() if share < FLOORS[label]} == {}
