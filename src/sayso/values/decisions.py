"""Decisions: a verdict, its reason, the rule, and the evidence it rests on (DESIGN section 3)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    """The three answers; only ``permit`` passes the gate."""

    PERMIT = "permit"
    DENY = "deny"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why: the twelve checks in their order, then the three grounds of a permit."""

    NOT_YET = "not-yet"
    NOT_IN_FORCE = "not-in-force"
    REGION_UNKNOWN = "region-unknown"
    NOT_DISCLOSED = "not-disclosed"
    NEVER = "never"
    DELETED = "deleted"
    SUSPENDED = "suspended"
    MEMBER_EXCLUDED = "member-excluded"
    RECORD_EXCLUDED = "record-excluded"
    NO_NOTICE = "no-notice"
    SAID_NO = "said-no"
    NOT_OPTED_IN = "not-opted-in"
    OPTED_IN = "opted-in"
    DEFAULT_ON = "default-on"
    NO_CHOICE_OFFERED = "no-choice-offered"


CHECKS = tuple(Reason)[:12]
GROUNDS = tuple(Reason)[12:]


class Decision(NamedTuple):
    """The answer for one record, one use and one moment.

    ``rule`` and ``version`` name what applied (``None`` where nothing did); ``entries`` are the log entries it rests on,
    ``facts`` the ids of the policy's own dated facts (a suspension), both in rising order.
    """

    verdict: Verdict
    reason: Reason
    rule: str | None = None
    version: str | None = None
    entries: tuple[int, ...] = ()
    facts: tuple[str, ...] = ()

    @property
    def permitted(self) -> bool:
        """Tell whether the gate lets the record through."""
        return self.verdict is Verdict.PERMIT


class Outcome(NamedTuple):
    """A verdict and its reason: what funnels count by."""

    verdict: Verdict
    reason: Reason
