"""Suspensions as a file has them: dated facts of a policy, or what a case of `policy test` assumes."""

from __future__ import annotations

from sayso.policy.model import Between, Policy
from sayso.policy.parse_block import Block, Many
from sayso.policy.parse_names import Names
from sayso.policy.parse_report import Report
from sayso.policy.parse_rules import read_recipients, read_regions
from sayso.policy.specificity import EVERYWHERE, expand_regions
from sayso.values.moments import Moment
from sayso.values.standing import Suspension


def read_suspension(one: Block, name: str, names: Names, policy: Policy, report: Report) -> Suspension:
    """Return the suspension of a block under a name; what is wrong in it is reported."""
    start = read_between(one, "from", report)
    until = one.moment("until")
    if until is not None and until <= start.latest:
        report.add(
            "bad-interval", "the suspension ends before it starts", one.place_of("until"), "swap the two"
        )
    regions = read_regions(one, names, report)
    recipients = read_recipients(one, names, report)
    return Suspension(
        id=name,
        purposes=frozenset(names.check("purpose", one.words("purposes"), report)),
        starts_earliest=start.earliest or start.latest,
        starts_latest=start.latest,
        until=until,
        regions=None if regions == (EVERYWHERE,) else expand_regions(policy, regions).codes,
        recipients=frozenset(recipients) if isinstance(one.get("recipients"), Many) else None,
        authority=one.text("authority"),
        reference=one.text("reference"),
    )


def read_between(one: Block, key: str, report: Report) -> Between:
    """Return between which moments, both included, what a key of a block dates lies; a known moment is both."""
    known, between = one.moment(key), one.block(key)
    if known is not None:
        return Between(known, known)
    earliest = between.moment("not_before") if between else None
    latest = between.moment("not_after") if between else None
    if between and earliest is not None and latest is not None and latest < earliest:
        what = "`not_after` is before `not_before`"
        report.add("bad-interval", what, between.place_of("not_after"), "swap the two")
    return Between(earliest, latest or Moment(0))
