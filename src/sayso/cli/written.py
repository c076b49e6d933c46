"""What commands that write have in common: which entry they left in the log, or that they left none."""

from __future__ import annotations

from sayso.cli.answer import Field, Line
from sayso.workflows.logbook import Written


def written_fields(written: Written, dry_run: bool) -> dict[str, Field]:
    """Return the fields of a write: ``entry``, the entry that ``adopted`` a changed policy, and ``dry_run``."""
    adopted = None if written.adopted is None else written.adopted.number
    return {"dry_run": dry_run, "entry": written.number, "adopted": adopted}


def written_lines(done: str, would: str, written: Written, dry_run: bool) -> tuple[Line, ...]:
    """Return the first line of a write: what was done, as which entry, or what would be done."""
    if dry_run:
        return (f"Dry run, nothing is written. {would}",)
    adopted = () if written.adopted is None else (_adopted(written.adopted.number),)
    return (*adopted, f"Entry {written.number}: {done}")


def _adopted(number: int) -> str:
    return f"Entry {number}: the policy file has changed, and is adopted as it is now."
