"""The options that commands share, and how their words become values."""

from __future__ import annotations

from typing import Annotated

import typer

from sayso.errors import InputError, Problem
from sayso.values.moments import Moment, parse_moment
from sayso.values.uses import Use

JsonFlag = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="MOMENT", help="When: a day or an RFC 3339 moment; left out, now."),
]
Channel = Annotated[str, typer.Option("--channel", metavar="WORD", help="The way by which it came.")]
Purpose = Annotated[str, typer.Option("--purpose", metavar="P", help="What for: a purpose of the policy.")]
Recipient = Annotated[
    str, typer.Option("--recipient", metavar="R", help="For whom: a recipient of the policy.")
]


def moment(text: str | None, option: str = "--at") -> Moment | None:
    """Return the moment that an option's text names, ``None`` where it was left out.

    Raises ``InputError`` for what is no day and no RFC 3339 moment.
    """
    if text is None:
        return None
    try:
        return parse_moment(text)
    except (ValueError, OverflowError):
        raise InputError(
            Problem(
                "bad-moment",
                f"{option} is not a day or an RFC 3339 moment",
                advice="write 2025-01-05 or 2025-01-05T09:00:00Z",
            )
        ) from None


def use(purpose: str, recipient: str) -> Use:
    """Return the use of a purpose and a recipient, as given."""
    return Use(purpose, recipient)
