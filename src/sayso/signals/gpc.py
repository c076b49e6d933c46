"""Global Privacy Control (W3C): a person's opt-out of the sale and the sharing of what is known of them."""

from __future__ import annotations

from sayso.signals.statement import Kind, Statement, Whole, nothing
from sayso.values.preferences import Preference, Usage


def is_signal(value: str | None) -> bool:
    """Tell whether the value of ``Sec-GPC`` is the signal: exactly ``1``, anything else is none (section 3.1).

    >>> is_signal("1"), is_signal("0"), is_signal("true"), is_signal(None)
    (True, False, False, False)
    """
    return value == "1"


def read_value(value: str) -> Statement:
    """Return what a value of ``Sec-GPC`` says: no to passing on, and nothing of what the platform does itself."""
    if not is_signal(value):
        return nothing("Sec-GPC is not 1, so it says nothing.")
    why = "Sec-GPC is 1: no to sale and sharing. It says nothing of training by the platform itself."
    return Statement(Preference(disallowed=frozenset((Usage.SALE,))), why)


def read_gpc(text: str) -> Whole:
    """Return what the value of a ``Sec-GPC`` header says."""
    return Whole(Kind.GPC, (read_value(text.strip()),))
