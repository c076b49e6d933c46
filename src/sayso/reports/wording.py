"""Words and numbers as reports write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sayso.policy.describe import VISIBLE, Words, limits, soon
from sayso.policy.model import Default, Forgetting, Policy, PolicyVersion, Rule
from sayso.policy.wording import listed
from sayso.reports.document import Table
from sayso.reports.facts import NoticeSent
from sayso.values.moments import Moment, to_datetime
from sayso.values.records import VISIBILITIES
from sayso.values.uses import Use

__all__ = ["Words", "listed"]


def day(at: Moment) -> str:
    """Return the day of a moment, in UTC.

    >>> from sayso.values.moments import parse_moment
    >>> day(parse_moment("2026-03-01T23:00:00Z")), month(parse_moment("2026-03-01T23:00:00Z"))
    ('2026-03-01', '03/2026')
    """
    return to_datetime(at).date().isoformat()


def span(first: Moment, last: Moment) -> str:
    """Return the days from one moment to another.

    >>> span(Moment(0), Moment(1)), span(Moment(0), Moment(86_400_000_000))
    ('1970-01-01', '1970-01-01 to 1970-01-02')
    """
    return day(first) if day(first) == day(last) else f"{day(first)} to {day(last)}"


def month(at: Moment) -> str:
    """Return the month of a moment as forms of the Commission write it: ``MM/YYYY``."""
    return f"{to_datetime(at):%m/%Y}"


def months(first: str | None, last: str | None) -> str:
    """Return a span of months in words.

    >>> months("2019-03", "2024-11"), months("2024-11", "2024-11"), months(None, None)
    ('03/2019 to 11/2024', '11/2024', 'not known')
    """
    if first is None or last is None:
        return "not known"
    turned = [f"{one[5:]}/{one[:4]}" for one in (first, last)]
    return turned[0] if first == last else " to ".join(turned)


def entries(numbers: Sequence[int]) -> str:
    """Return the numbers of log entries in words, a run of them shortened.

    >>> entries((3,)), entries((3, 5)), entries(tuple(range(4, 900)))
    ('log entry 3', 'log entries 3 and 5', '896 log entries from 4 to 899')
    """
    if len(numbers) == 1:
        return f"log entry {numbers[0]}"
    if len(numbers) > 6:
        return f"{len(numbers):,} log entries from {min(numbers)} to {max(numbers)}"
    return f"log entries {listed([str(one) for one in numbers], 'and')}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "record"), counted(1200, "record"), counted(2, "entry", "entries")
    ('1 record', '1,200 records', '2 entries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def purpose_of(words: Words, use: Use) -> str:
    """Return a use in the words of its policy."""
    recipients = {one.id: one.name for one in words.policy.recipients}
    return f"{words.purpose(use.purpose)}, by {recipients.get(use.recipient, use.recipient)}"


_DEFAULTS = {
    Default.ON: "used unless the member says no",
    Default.OFF: "used only after a yes",
    Default.NEVER: "never used",
    Default.NO_CHOICE: "used; the member is not asked",
    Default.UNKNOWN: "not known",
}


def rules_for(policy: Policy, version: PolicyVersion, use: Use) -> tuple[Rule, ...]:
    """Return the rules of a version that speak of a use, in the order of the policy."""
    return tuple(
        rule
        for rule in version.rules
        if use.recipient in rule.recipients
        and any(policy.purposes.covers(purpose, use.purpose) for purpose in rule.purposes)
    )


def rule_table(policy: Policy, version: PolicyVersion, uses: Iterable[Use], id: str) -> Table:
    """Return the rules for some uses: where they hold, of what, default, control, basis, notice and the words disclosed."""
    words = Words(policy)
    rules = dict.fromkeys(rule for use in uses for rule in rules_for(policy, version, use))
    return Table(
        id,
        f"Purpose, legal basis and notice: the rules of policy version {version.id} for these uses",
        ("Rule", "Where", "What", "Default", "Control", "Legal basis", "Notice", "Disclosed to members"),
        tuple(_rule_row(words, version, rule) for rule in rules),
    )


def _rule_row(words: Words, version: PolicyVersion, rule: Rule) -> tuple[str, ...]:
    control = next((one for one in version.controls if one.id == rule.control), None)
    where = "" if control is None else f" ({control.path})" if control.path else ""
    notice = "none asked for" if rule.notice_days is None else f"{counted(rule.notice_days, 'day')} before"
    what = [_what(words, rule), *limits(rule)]
    return (
        rule.id,
        words.regions(rule),
        ". ".join(part.rstrip(".") for part in what),
        _DEFAULTS[rule.default],
        "none" if control is None else f"{control.label or control.id}{where}",
        (rule.basis or "not stated").replace("-", " "),
        "not needed" if rule.default is Default.NEVER else notice,
        f"“{rule.disclosed}”" if rule.disclosed else "nothing quoted",
    )


def _what(words: Words, rule: Rule) -> str:
    kinds = listed([words.category(one) for one in rule.categories], "and")
    if set(rule.visibility) == set(VISIBILITIES):
        return kinds
    return f"{kinds} (only {listed([VISIBLE[one] for one in rule.visibility], 'or')})"


def notice_table(notices: Iterable[NoticeSent], id: str) -> Table:
    """Return the notices in the log."""
    return Table(
        id,
        "Notices given, from the log",
        ("Policy version", "When", "To", "Channel", "Evidence"),
        tuple(
            (one.version, span(one.at, one.last), _audience(one), one.channel, entries(one.entries))
            for one in notices
        ),
    )


def _audience(one: NoticeSent) -> str:
    if one.members is not None:
        return f"{counted(one.members, 'member')}, one by one"
    return "everyone" if one.regions is None else f"members in {listed(sorted(one.regions), 'and')}"


def forgetting_words(terms: Forgetting | None) -> str:
    """Return how soon what members take back is gone, in words."""
    if terms is None:
        return "The policy in force promises no deadline."
    return f"What members take back is out of every data set and model {soon(terms)}."
