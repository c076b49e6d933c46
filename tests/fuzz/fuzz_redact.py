"""Fuzzing by coverage with atheris: ``python tests/fuzz/fuzz_redact.py text|picture [libFuzzer options]``, or ``make fuzz``.

Bytes that claim to be text are read as UTF-8 with surrogate escapes and redacted, and every claim of ``redaction_claims`` is checked;
bytes that claim to be a picture are stripped. The first input that breaks a claim is written to a file and ends the run.
Options are libFuzzer's: ``-max_total_time=600``, ``-max_len=4096``, a folder of inputs to start from.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

with atheris.instrument_imports(include=["sayso.redact"]):
    from redaction_claims import broken
    from sayso.redact.apply import redact
    from sayso.redact.pictures import NotStripped, Stripped, strip_metadata


def text(data: bytes) -> None:
    """Redact bytes read as text."""
    found = broken(redact, data.decode("utf-8", "surrogateescape"))
    if found:
        raise AssertionError("; ".join(found))


def picture(data: bytes) -> None:
    """Strip bytes as a picture; what comes out is a picture that is stripped again without loss."""
    outcome = strip_metadata(data)
    if isinstance(outcome, Stripped) and isinstance(again := strip_metadata(outcome.data), NotStripped):
        raise AssertionError(f"what was stripped is refused: {again.reason}")


if __name__ == "__main__":
    target = {"text": text, "picture": picture}[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
