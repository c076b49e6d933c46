"""How much the detectors of this version find, measured on sets that people or generators had annotated (``make bench``)."""

from __future__ import annotations

from sayso.redact.plan import Mode

Row = tuple[str, str, int, int]
"""Class, set, annotated words found, annotated words."""

MEASURED: tuple[tuple[Mode, tuple[Row, ...]], ...] = ()


def measured(mode: Mode) -> tuple[Row, ...]:
    """Return the figures of a mode, in the order of classes."""
    return next((rows for named, rows in MEASURED if named is mode), ())
