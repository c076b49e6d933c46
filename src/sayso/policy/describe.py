"""A policy in plain sentences that a member understands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sayso.policy.describe_facts import describe_facts
from sayso.policy.model import (
    Condition,
    Control,
    ControlKind,
    Default,
    Forgetting,
    Kind,
    Policy,
    PolicyVersion,
    Reach,
    Rule,
    Window,
)
from sayso.policy.specificity import outranked, overlap
from sayso.policy.wording import Labels, Line, capital, listed, quoted, small, stopped
from sayso.values.moments import format_day
from sayso.values.records import VISIBILITIES


def describe_policy(policy: Policy) -> tuple[Line, ...]:
    """Return the policy in plain sentences: its versions in the order in which they took effect, then the facts besides them."""
    return tuple(_policy(policy))


def describe_version(policy: Policy, version: PolicyVersion) -> tuple[Line, ...]:
    """Return one version of the policy in plain sentences."""
    return tuple(Words(policy).version(version))


def render(lines: Iterable[Line]) -> str:
    """Return the lines as text: a title, headings with an empty line above, statements, and details as indented points.

    >>> print(render([Line(0, "A title"), Line(1, "A heading"), Line(2, "It is so."), Line(3, "In detail.")]), end="")
    A title
    <BLANKLINE>
    A heading
      It is so.
        - In detail.
    """
    marks = ("", "\n", "  ", "    - ")
    return "".join(f"{marks[line.level]}{line.text}\n" for line in lines)


def _policy(policy: Policy) -> Iterator[Line]:
    words = Words(policy)
    yield Line(0, policy.title)
    if policy.kind is Kind.OBSERVED:
        yield Line(2, "This is what was published. Whether it was done is another matter.")
    before: PolicyVersion | None = None
    for version, following in zip(policy.versions, (*policy.versions[1:], None), strict=True):
        yield from words.version(version, before, following)
        before = version
    yield from describe_facts(policy, words)


class Words(Labels):
    """Turns the versions and rules of one policy into words for people."""

    def version(
        self,
        version: PolicyVersion,
        before: PolicyVersion | None = None,
        following: PolicyVersion | None = None,
    ) -> Iterator[Line]:
        """Yield a version; what is as in the one before is said in a line, what is gone from it too."""
        title = f": {version.title}" if version.title else ""
        yield Line(1, f"{_span(version, following)}{title}")
        if version.published_at != version.effective_at:
            yield Line(2, f"Published on {format_day(version.published_at)}.")
        if version.summary:
            yield Line(2, stopped(version.summary))
        yield from self._rules(version, before)
        yield from (Line(2, text) for text in _forgetting(version, before))

    def _rules(self, version: PolicyVersion, before: PolicyVersion | None) -> Iterator[Line]:
        same = [rule for rule in version.rules if before and _is_in(rule, version, before)]
        for rule in version.rules:
            if rule not in same:
                yield from self.rule(rule, version)
        yield from self._list("As before", same, version)
        if before:
            kept = {rule.id for rule in version.rules}
            yield from self._list("No longer", [one for one in before.rules if one.id not in kept], before)
        otherwise = (
            "Whatever is not listed here is not allowed."
            if version.rules
            else "No use is listed: none is allowed."
        )
        yield Line(2, otherwise)

    def _list(self, heading: str, rules: Sequence[Rule], version: PolicyVersion) -> Iterator[Line]:
        if rules:
            yield Line(2, f"{heading}:")
        for rule in rules:
            yield Line(3, self.headline(rule))

    def rule(self, rule: Rule, version: PolicyVersion) -> Iterator[Line]:
        """Yield a rule of a version: what it says, and the details below."""
        yield Line(2, f"{self.statement(rule, ' this')}:")
        yield Line(3, f"What: {self._what(rule)}.")
        yield Line(3, f"Where: {self._where(rule, version)}.")
        control = next((one for one in version.controls if one.id == rule.control), None)
        if control and rule.default in (Default.ON, Default.OFF):
            yield from self._control(rule, control)
        if rule.notice_days is not None and rule.default is not Default.NEVER:
            yield Line(3, f"Notice: {_notice(rule.notice_days)}.")
        yield from (Line(3, text) for text in limits(rule))
        if rule.keeps_deleted:
            yield Line(3, "Also what you have deleted.")
        if rule.disclosed:
            words = "What is missing" if rule.default is Default.UNKNOWN else "In its words"
            yield Line(3, f"{words}: {quoted(rule.disclosed)}")

    def headline(self, rule: Rule) -> str:
        """Return in a sentence where a rule holds and what it says of what.

        As members read it: "you" are they.
        """
        return f"{capital(self.regions(rule))}: {self.statement(rule, '')}."

    def statement(self, rule: Rule, this: str) -> str:
        """Return what a rule says, without a full stop; ``this`` stands for the kinds of record (empty: they are listed)."""
        whoever = listed([self.recipient(one) for one in rule.recipients], "and")
        who = capital(whoever)
        what = listed([self.purpose(one) for one in rule.purposes], "or")
        if not this:
            this = (
                f" {self._what(rule)}"
                if len(rule.categories) < 4
                else f" {len(rule.categories)} kinds of record"
            )
        match rule.default:
            case Default.ON:
                return f"{who} may use{this} for {what}, unless you say no"
            case Default.OFF:
                return f"{who} may use{this} for {what} only if you say yes"
            case Default.NEVER:
                return f"{who} may never use{this} for {what}, whatever you say"
            case Default.NO_CHOICE:
                return f"{who} may use{this} for {what}, and you are not asked"
            case Default.UNKNOWN:
                return f"Whether {whoever} may use{this} for {what} is not known"

    def _what(self, rule: Rule) -> str:
        kinds = listed([self.category(one) for one in rule.categories], "and")
        if set(rule.visibility) == set(VISIBILITIES):
            return kinds
        return f"{kinds} (only {listed([VISIBLE[one] for one in rule.visibility], 'or')})"

    def _where(self, rule: Rule, version: PolicyVersion) -> str:
        yields = any(
            overlap(rule, one, self.policy) and outranked(rule, one, self.policy) for one in version.rules
        )
        return self.regions(rule) + (
            "; a rule that names a region more closely comes first" if yields else ""
        )

    def regions(self, rule: Rule) -> str:
        """Return where a rule holds."""
        return self.places(rule.regions, rule.excepted)

    def _control(self, rule: Rule, control: Control) -> Iterator[Line]:
        say = "no" if rule.default is Default.ON else "yes"
        label = f" {quoted(control.label)}" if control.label else ""
        path = f", under {control.path}" if control.path else ""
        yield Line(3, f"To say {say}: {_CONTROL[control.kind]}{label}{path}.")
        yield Line(3, f"A {'' if rule.default is Default.ON else 'later '}no {_REACH[control.reach]}.")
        if control.not_covered:
            yield Line(3, f"Not covered by it: {stopped(small(control.not_covered))}")


VISIBLE = {
    "public": "what everybody can see",
    "network": "what only some can see",
    "private": "what is private",
}
_CONTROL = {
    ControlKind.TOGGLE: "the switch",
    ControlKind.OBJECTION_FORM: "the objection form",
    ControlKind.BROWSER_SIGNAL: "the signal of your browser",
    ControlKind.ADMIN_SETTING: "your administrator's setting",
}
_REACH = {
    Reach.PROSPECTIVE: "stops later uses; what was used before stays used",
    Reach.RETROACTIVE: "stops later uses, and takes you out of the data sets and models that there are",
}


def _is_in(rule: Rule, version: PolicyVersion, before: PolicyVersion) -> bool:
    """Tell whether a rule, and what members saw of its control, was the same in the version before."""
    controls = [next((c for c in one.controls if c.id == rule.control), None) for one in (version, before)]
    seen = [control and replace(control, evidence=()) for control in controls]
    return seen[0] == seen[1] and any(one.content() == rule.content() for one in before.rules)


def _span(version: PolicyVersion, following: PolicyVersion | None) -> str:
    ends = [
        moment
        for moment in (version.until, following.effective_at if following else None)
        if moment is not None
    ]
    until = f" until {format_day(min(ends))}" if ends else ""
    return f"From {format_day(version.effective_at)}{until}"


def _notice(days: int) -> str:
    if days == 0:
        return "you have to have been told before"
    return f"you have to have been told at least {_days(days)} before"


def _forgetting(version: PolicyVersion, before: PolicyVersion | None) -> Iterator[str]:
    """Yield what is promised of forgetting, and where a promise of the version before is gone, that it is."""
    back = any(one.reach is Reach.RETROACTIVE for one in version.controls)
    what = "What you take back or delete" if back else "What you delete"
    if version.forgetting:
        yield f"{what} is out of data sets and models {soon(version.forgetting)}."
    elif before and before.forgetting:
        yield f"No longer promised: a day by which {small(what)} is out of data sets and models."


def soon(terms: Forgetting) -> str:
    """Return how soon something is out, under some terms of forgetting."""
    if terms.within_days == 0:
        return "at once, and so are the old copies"
    within = f"within {_days(terms.within_days)}"
    if terms.keep_days == 0:
        return f"{within}; the old copies are deleted with it"
    if terms.keep_days == terms.within_days:
        return f"{within}, and the old copies are deleted by then"
    kept = f"the old copies are deleted within {_days(terms.keep_days)} of that"
    return f"{within}; {kept}, and in any case within the {terms.within_days}"


def _days(days: int) -> str:
    return f"{days} {'day' if days == 1 else 'days'}"


def limits(rule: Rule) -> Iterator[str]:
    """Yield whom and what a rule leaves out, as sentences."""
    if rule.member.min_age is not None:
        yield f"Left out: anybody under {rule.member.min_age}, or whose age is not known."
    for only in (False, True):
        members = [_condition(one) for one in rule.member.conditions if one.only is only]
        records = [_condition(one) for one in rule.record.conditions if one.only is only]
        joint, start = ("and", "Only") if only else ("or", "Left out:")
        if members:
            yield f"{start} members marked {listed(members, joint)}."
        if records:
            yield f"{start} what is marked {listed(records, joint)}."
    for word, window in (("created", rule.record.created), ("collected", rule.record.collected)):
        if window:
            yield f"Only what was {word} {_window(window)}."
    if rule.record.spared:
        yield f"Left out: what was collected {_window(rule.record.spared)}, or nobody knows when."


def _condition(condition: Condition) -> str:
    name = condition.attribute.replace("-", " ")
    if condition.values == {"yes"}:
        return f"“{name}”"
    return f"“{name}: {listed(sorted(condition.values), 'or')}”"


def _window(window: Window) -> str:
    start = f"from {format_day(window.start)} on" if window.start is not None else ""
    end = f"before {format_day(window.end)}" if window.end is not None else ""
    return " and ".join(part for part in (start, end) if part)
