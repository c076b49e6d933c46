"""Outcomes as small integers, in the order of the checks: what the compiled gate computes with.

The tens are the checks of DESIGN section 3 (10 is the first, 120 the twelfth), one more means ``unknown`` instead of
``deny``, and from 200 on are the grounds of a permit. So the earliest failing check of a record is the smallest code.
"""

from __future__ import annotations

from sayso.values.decisions import CHECKS, GROUNDS, Outcome, Reason, Verdict

PERMIT_FROM = 200
"""Codes from here on are permits."""

_MAYBE = (
    Reason.REGION_UNKNOWN,
    Reason.NOT_DISCLOSED,
    Reason.SUSPENDED,
    Reason.MEMBER_EXCLUDED,
    Reason.RECORD_EXCLUDED,
)


def code_of(reason: Reason, verdict: Verdict | None = None) -> int:
    """Return the code of a reason; ``verdict`` is needed only to tell an unknown from a denial.

    >>> code_of(Reason.SUSPENDED), code_of(Reason.SUSPENDED, Verdict.UNKNOWN), code_of(Reason.DEFAULT_ON)
    (70, 71, 201)
    """
    if reason in GROUNDS:
        return PERMIT_FROM + GROUNDS.index(reason)
    unknown = verdict is Verdict.UNKNOWN or reason is Reason.REGION_UNKNOWN
    return (CHECKS.index(reason) + 1) * 10 + int(unknown)


def _table() -> tuple[tuple[int, Outcome], ...]:
    rows = [(code_of(ground), Outcome(Verdict.PERMIT, ground)) for ground in GROUNDS]
    for reason in CHECKS:
        if reason is not Reason.REGION_UNKNOWN:
            rows.append((code_of(reason), Outcome(Verdict.DENY, reason)))
        if reason in _MAYBE:
            rows.append((code_of(reason, Verdict.UNKNOWN), Outcome(Verdict.UNKNOWN, reason)))
    return tuple(sorted(rows))


CODES = _table()
"""Every (code, outcome), in rising order."""

_OUTCOMES = dict(CODES)


def outcome_of(code: int) -> Outcome:
    """Return the outcome of a code.

    Raises ``KeyError`` for a number that is no code.

    >>> str(outcome_of(71).reason), str(outcome_of(71).verdict)
    ('suspended', 'unknown')
    """
    return _OUTCOMES[code]
