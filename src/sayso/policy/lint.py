"""What is right in a policy file and yet looks odd: warnings, each with its place and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from sayso.errors import Place, Problem
from sayso.policy.model import Control, ControlKind, Default, Kind, Policy, Reach, Rule
from sayso.policy.parse import ParsedPolicy, parse_with_places
from sayso.policy.parse_block import Many
from sayso.policy.parse_report import shown
from sayso.policy.parse_versions import Draft
from sayso.policy.quotes import documents_of, quoted_in
from sayso.policy.specificity import BUILT_IN_GROUPS, expand_regions, outranked, overlap
from sayso.policy.yamltext import Word
from sayso.values.moments import format_day
from sayso.values.uses import Use

WARNINGS: dict[str, str] = {
    "evidence-missing": "a rule of an observed policy names no evidence",
    "idle-control": "a control speaks of no use that any rule of its version names",
    "late-publication": "a version takes effect before it is published: what was done meanwhile was not disclosed",
    "never-overridden": "a rule says never, and a more specific one allows the same in some region",
    "no-deadline": "a no through a control of a house policy reaches back, and no `forgetting` says how soon",
    "no-document": "an observed rule quotes words, and none of its sources names the archived `document` that holds them",
    "no-label": "a control has no label, so nobody can tell which one members saw",
    "no-notice-asked": "a house rule allows a use without a yes, and asks for no notice",
    "not-disclosed": "a rule that allows a use has no `disclosed`",
    "one-way-control": "a rule needs a yes, and its control can only say no, or is not the member's own",
    "subdivision": "a rule depends on a subdivision, and members may be known by country only",
    "unused-group": "no rule, suspension or sighting uses a group",
    "unused-source": "nothing rests on a source",
    "wider-control": "a control covers more than in the version before: a yes given then does not count for what is new",
    "version-gap": "no version is in force for a while between two",
}
"""Every code of a warning, and when it is given; the reference page is made from this."""


def lint_policy(text: str, file: str) -> tuple[Problem, ...]:
    """Return the errors of a policy text, like ``parse_policy``; where there is none, its warnings.

    ``file`` is the name that places carry. Nothing is read but the text.
    """
    parsed = parse_with_places(text, file)
    return warnings(parsed) if isinstance(parsed, ParsedPolicy) else parsed


def warnings(parsed: ParsedPolicy) -> tuple[Problem, ...]:
    """Return what looks odd in a policy, in the order of the file, each thing once."""
    found = dict.fromkeys(_warnings(parsed))
    return tuple(sorted(found, key=_position))


def _position(problem: Problem) -> tuple[int, int, str]:
    place = problem.place or Place("")
    return place.line or 0, place.column or 0, problem.code


def _warning(code: str, what: str, place: Place, advice: str) -> Problem:
    """Return a warning.

    Raises ``KeyError`` for a code that is not in ``WARNINGS``.
    """
    WARNINGS[code]
    return Problem(code, what, place, advice, "warning")


def _warnings(parsed: ParsedPolicy) -> Iterator[Problem]:
    yield from _unused(parsed)
    yield from _gaps(parsed)
    yield from _wider(parsed)
    for draft in parsed.drafts:
        yield from _publication(draft)
        yield from _deadline(draft, parsed.policy)
        yield from _never_overridden(draft, parsed.policy)
        yield from _controls(draft, parsed.policy)
        for written in draft.rules:
            if written.value:
                place = written.block.place_of
                for check in (_disclosure, _notice, _evidence, _document, _subdivision):
                    yield from check(written.value, parsed.policy, place)
                yield from _one_way(written.value, draft, place)


def _unused(parsed: ParsedPolicy) -> Iterator[Problem]:
    used = _region_names(parsed)
    for name, _ in parsed.policy.groups:
        if name not in used and name not in dict(BUILT_IN_GROUPS):
            what = f"no rule, suspension or sighting uses the group {shown(name)}"
            yield _warning("unused-group", what, parsed.place("groups", name), "take it out, or use it")
    rests = _evidence_names(parsed)
    for source in parsed.policy.sources:
        if source.id not in rests:
            what = f"nothing rests on the source {shown(source.id)}"
            yield _warning(
                "unused-source",
                what,
                parsed.place("sources", source.id),
                "name it as `evidence`, or take it out",
            )


def _region_names(parsed: ParsedPolicy) -> frozenset[str]:
    """Return the names of regions and groups that rules, suspensions and other groups use."""
    rules = [rule for version in parsed.policy.versions for rule in version.rules]
    names = {name for rule in rules for name in (*rule.regions, *rule.excepted)}
    for block in (*parsed.block.blocks("suspensions"), *parsed.block.blocks("sightings")):
        names.update(word.text for key in ("regions", "except") for word in block.words(key))
    for _, members in parsed.block.pairs("groups"):
        if isinstance(members, Many):
            names.update(word.text for word in members.values if isinstance(word, Word))
    return frozenset(names)


def _evidence_names(parsed: ParsedPolicy) -> frozenset[str]:
    policy = parsed.policy
    versions = policy.versions
    named = [version.evidence for version in versions] + [claim.evidence for claim in policy.claims]
    named += [side.evidence for conflict in policy.conflicts for side in conflict.says]
    named += [sighting.evidence for sighting in policy.sightings]
    named += [rule.evidence for version in versions for rule in version.rules]
    named += [control.evidence for version in versions for control in version.controls]
    blocks = parsed.block.blocks("suspensions")
    return frozenset(name for names in named for name in names) | frozenset(
        word.text for block in blocks for word in block.words("evidence")
    )


def _gaps(parsed: ParsedPolicy) -> Iterator[Problem]:
    places = {draft.id: draft.block.place_of("until") for draft in parsed.drafts}
    for version, following in pairwise(parsed.policy.versions):
        if version.until is not None and version.until < following.effective_at:
            what = f"no version is in force from {format_day(version.until)} until {format_day(following.effective_at)}"
            advice = "nothing is allowed meanwhile; leave `until` out if the version held on"
            yield _warning("version-gap", what, places[version.id], advice)


def _wider(parsed: ParsedPolicy) -> Iterator[Problem]:
    """A yes is narrow (DESIGN section 1.1): it does not follow a control that grows."""
    drafts = {draft.id: draft for draft in parsed.drafts}
    for version, following in pairwise(parsed.policy.versions):
        before = {control.id: control for control in version.controls}
        for rule in following.rules:
            control = before.get(rule.control or "")
            if rule.default is Default.OFF and control:
                place = next(one.block.place for one in drafts[following.id].rules if one.id == rule.id)
                yield from _growth(rule, control, version.id, place, parsed.policy)


def _growth(rule: Rule, before: Control, version: str, place: Place, policy: Policy) -> Iterator[Problem]:
    uses = [Use(purpose, recipient) for purpose in rule.purposes for recipient in rule.recipients]
    new = [str(use) for use in uses if not before.covers(use, policy.purposes)]
    if new:
        what = (
            f"in version {shown(version)} the control {shown(before.id)} did not cover {', '.join(new[:3])}"
        )
        advice = f"members who said yes then have not said yes to this: the rule {shown(rule.id)} has to ask them again"
        yield _warning("wider-control", what, place, advice)


def _publication(draft: Draft) -> Iterator[Problem]:
    version = draft.version()
    if version and version.effective_at < version.published_at:
        what = (
            f"version {shown(version.id)} takes effect at {format_day(version.effective_at)} and is published "
            f"at {format_day(version.published_at)}"
        )
        advice = "what was done in between was not disclosed; check the two dates"
        yield _warning("late-publication", what, draft.block.place_of("effective_at"), advice)


def _deadline(draft: Draft, policy: Policy) -> Iterator[Problem]:
    back = [one.id for one in draft.controls if one.value and one.value.reach is Reach.RETROACTIVE]
    if policy.kind is Kind.HOUSE and back and draft.forgetting is None:
        what = f"in version {shown(draft.id)} a no through {shown(back[0])} reaches back, and nothing says how soon"
        advice = (
            "nothing would be overdue, and no old copy purged by itself: promise it, such as "
            "`forgetting: {within_days: 30, keep_days: 7}`"
        )
        yield _warning("no-deadline", what, draft.block.place_of("version"), advice)


def _never_overridden(draft: Draft, policy: Policy) -> Iterator[Problem]:
    rules = [(one.value, one.block) for one in draft.rules if one.value]
    nevers = [rule for rule, _ in rules if rule.default is Default.NEVER]
    for rule, block in rules:
        if rule.default in (Default.NEVER, Default.OFF, Default.UNKNOWN):
            continue
        for never in nevers:
            if overlap(never, rule, policy) and (region := outranked(never, rule, policy)):
                what = f"in {region}, {shown(rule.id)} allows what {shown(never.id)} says never happens"
                advice = (
                    f"a more specific region wins; take {region} out of one of the two if that is not meant"
                )
                yield _warning("never-overridden", what, block.place_of("default"), advice)


def _controls(draft: Draft, policy: Policy) -> Iterator[Problem]:
    rules = [one.value for one in draft.rules if one.value]
    uses = [
        Use(purpose, recipient)
        for rule in rules
        for purpose in rule.purposes
        for recipient in rule.recipients
    ]
    for written in draft.controls:
        control = written.value
        if control and not control.label:
            what = f"the control {shown(control.id)} has no label"
            yield _warning("no-label", what, written.block.place, "write down the words that members see")
        if control and not any(control.touches(use, policy.purposes) for use in uses):
            what = f"the control {shown(control.id)} speaks of no use that a rule of version {shown(draft.id)} names"
            advice = "a member who uses it changes nothing; check what it covers"
            yield _warning("idle-control", what, written.block.place_of("covers"), advice)


Locate = Callable[[str], Place]


def _disclosure(rule: Rule, policy: Policy, place: Locate) -> Iterator[Problem]:
    if not rule.disclosed and rule.default is not Default.NEVER:
        what = f"the rule {shown(rule.id)} has no `disclosed`"
        yield _warning("not-disclosed", what, place("id"), "quote the words that tell members of it")


def _notice(rule: Rule, policy: Policy, place: Locate) -> Iterator[Problem]:
    if (
        policy.kind is Kind.HOUSE
        and rule.default in (Default.ON, Default.NO_CHOICE)
        and rule.notice_days is None
    ):
        what = f"the rule {shown(rule.id)} allows a use without a yes and without telling anybody"
        yield _warning(
            "no-notice-asked", what, place("default"), "ask for a notice, such as `notice: {days: 30}`"
        )


def _evidence(rule: Rule, policy: Policy, place: Locate) -> Iterator[Problem]:
    if policy.kind is Kind.OBSERVED and not rule.evidence:
        what = f"the rule {shown(rule.id)} names no evidence"
        yield _warning(
            "evidence-missing", what, place("id"), "say where this was published: `evidence: [...]`"
        )


def _document(rule: Rule, policy: Policy, place: Locate) -> Iterator[Problem]:
    if policy.kind is Kind.OBSERVED and quoted_in(rule.disclosed) and not documents_of(rule, policy):
        what = f"the rule {shown(rule.id)} quotes words, and none of its sources says where they are archived"
        advice = "give the source of the words a `document`, such as `LinkedIn/Privacy Policy`, or say `(paraphrase)`"
        yield _warning("no-document", what, place("disclosed"), advice)


def _subdivision(rule: Rule, policy: Policy, place: Locate) -> Iterator[Problem]:
    for key, names in (("regions", rule.regions), ("except", rule.excepted)):
        codes = sorted(code for code in expand_regions(policy, names).codes if "-" in code)
        if codes:
            what = f"the rule {shown(rule.id)} depends on {', '.join(codes[:5])}"
            advice = "a member known only by country counts as living elsewhere in it; check that you know subdivisions"
            yield _warning("subdivision", what, place(key), advice)


def _one_way(rule: Rule, draft: Draft, place: Locate) -> Iterator[Problem]:
    controls = {one.id: one.value for one in draft.controls}
    control = controls.get(rule.control or "")
    if rule.default is Default.OFF and control and control.kind is not ControlKind.TOGGLE:
        what = f"the rule {shown(rule.id)} needs a yes, and its control {_one_way_text(control)}"
        yield _warning("one-way-control", what, place("control"), "give it a toggle")


def _one_way_text(control: Control) -> str:
    if control.kind is ControlKind.ADMIN_SETTING:
        return f"{shown(control.id)} is set by an administrator, not by the member"
    return f"{shown(control.id)} ({control.kind.value}) can only say no"
