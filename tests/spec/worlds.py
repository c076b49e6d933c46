"""Hypothesis draws whole worlds: a policy, members, records, a log and moments, small enough that everything collides.

The draw seeks what goes wrong: clashing regions, equal times, re-worded rules, controls whose coverage grows, missing facts,
authors whom nobody knows, moments exactly on a boundary.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from sayso.policy.model import (
    Category,
    Condition,
    Control,
    ControlKind,
    Default,
    Forgetting,
    Kind,
    MemberPredicate,
    Policy,
    PolicyVersion,
    Recipient,
    RecordPredicate,
    Rule,
    Window,
)
from sayso.values.members import Member
from sayso.values.moments import DAY, parse_moment
from sayso.values.records import VISIBILITIES, Record
from sayso.values.standing import Choice, Notice, Standing, Suspension
from sayso.values.uses import PurposeTree, Use
from spec.decide_spec import specificity

START = parse_moment("2024-01-01")
TREE = PurposeTree((("all", None), ("write", "all"), ("draft", "write"), ("rank", "all"), ("sell", None)))
RECIPIENTS = ("us", "them")
CATEGORIES = ("post", "note")
CONTROLS = ("c0", "c1", "c2")
REGIONS = ("GB", "GB-SCT", "FR", "US", "US-CA", "NO")
GROUPS = (("g1", frozenset({"FR", "GB"})), ("g2", frozenset({"NO", "US-CA"})))
NAMES = (*REGIONS, "g1", "g2", "EEA")

# A coarse grid with its neighbours, so that equal moments and boundaries are common.
moments: SearchStrategy[int] = st.builds(
    lambda day, shift: START + day * 10 * DAY + shift, st.integers(0, 9), st.sampled_from((0, 0, 0, -1, 1))
)
maybe_moments = st.none() | moments
# What is asked lies late and what happened lies early, else every answer is "not yet".
early: SearchStrategy[int] = st.builds(
    lambda day, shift: START + day * 10 * DAY + shift, st.integers(-3, 4), st.sampled_from((0, 0, 0, -1, 1))
)
late: SearchStrategy[int] = st.builds(
    lambda day, shift: START + day * 10 * DAY + shift, st.integers(4, 12), st.sampled_from((0, 0, 0, -1, 1))
)
rarely_late = st.sampled_from((False,) * 7 + (True,)).flatmap(lambda is_late: moments if is_late else early)


def some(values: tuple[str, ...], least: int = 1, most: int = 3) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=most, unique=True).map(tuple)


conditions: SearchStrategy[tuple[Condition, ...]] = st.lists(
    st.builds(
        Condition,
        st.sampled_from(("plan", "odd-name")),
        st.sets(st.sampled_from(("a", "b", "it's")), min_size=1).map(frozenset),
        st.booleans(),
    ),
    max_size=2,
    unique_by=lambda one: (one.attribute, one.only),
).map(tuple)
windows = st.none() | st.builds(Window, maybe_moments, maybe_moments)
member_predicates = st.just(MemberPredicate()) | st.builds(
    MemberPredicate, st.sampled_from((None, 16, 18)), conditions
)
record_predicates = st.just(RecordPredicate()) | st.builds(RecordPredicate, windows, windows, conditions)


forgettings: SearchStrategy[Forgetting] = st.builds(
    lambda one, other: Forgetting(max(one, other), min(one, other)), st.integers(0, 40), st.integers(0, 40)
)


@st.composite
def rules(draw: DrawFn, number: int, controls: tuple[Control, ...]) -> Rule:
    control = draw(st.sampled_from(controls)) if controls else None
    default = draw(
        st.sampled_from((Default.ON, Default.ON, Default.OFF, Default.OFF, Default.NO_CHOICE, Default.NEVER))
    )
    if control is None and default in (Default.ON, Default.OFF):
        default = Default.NEVER
    bound = control is not None and default in (Default.ON, Default.OFF)
    everywhere = draw(st.sampled_from((True, True, False)))
    regions = draw(some(NAMES, 0 if everywhere else 1)) + (("everywhere",) if everywhere else ())
    return Rule(
        id=f"r{number}",
        purposes=control.purposes
        if bound and control
        else draw(st.sampled_from((("all",), ("all",), ("write",), ("rank", "sell")))),
        recipients=control.recipients if bound and control else draw(some(RECIPIENTS, 1, 2)),
        regions=regions,
        excepted=draw(st.sampled_from(((), (), (), ("FR",), ("g2",), ("GB-SCT",)))),
        categories=draw(st.just(CATEGORIES) | some(CATEGORIES, 1, 2)),
        visibility=draw(st.sampled_from((VISIBILITIES, VISIBILITIES, ("public",), ("network", "private")))),
        default=default,
        control=control.id if bound and control else None,
        notice_days=draw(st.sampled_from((None, None, 0, 10, 20))),
        disclosed=draw(st.sampled_from(("", "we use it"))),
        member=draw(member_predicates),
        record=draw(record_predicates),
        keeps_deleted=draw(st.sampled_from((False, False, True))),
    )


def clash(policy: Policy, one: Rule, other: Rule) -> bool:
    """Tell, slowly, whether two rules are equally specific somewhere for the same use, category and visibility."""
    shared = set(one.categories) & set(other.categories) and set(one.visibility) & set(other.visibility)
    uses = [
        Use(purpose, recipient)
        for purpose in TREE.names()
        for recipient in RECIPIENTS
        if all(
            recipient in rule.recipients and set(TREE.lineage(purpose)) & set(rule.purposes)
            for rule in (one, other)
        )
    ]
    somewhere = any(
        specificity(policy, one, region) == specificity(policy, other, region) >= 0
        for region in (*REGIONS, "DE", "BR", "GB-ENG")
    )
    return bool(shared) and bool(uses) and somewhere


@st.composite
def controls_of(draw: DrawFn, before: tuple[Control, ...]) -> tuple[Control, ...]:
    if before and draw(st.booleans()):
        return before
    return tuple(
        Control(
            name,
            ControlKind.TOGGLE,
            name,
            draw(st.sampled_from((("all",), ("all",), ("write",), ("draft", "rank"), ("sell",)))),
            draw(st.just(RECIPIENTS) | some(RECIPIENTS, 1, 2)),
        )
        for name in draw(some(CONTROLS, 1, 3))
    )


@st.composite
def versions(draw: DrawFn, number: int, at: int, before: PolicyVersion | None, bare: Policy) -> PolicyVersion:
    controls = draw(controls_of(before.controls if before else ()))
    kept: list[Rule] = []
    inherited = [rule for rule in before.rules if draw(st.booleans())] if before else []
    if before and controls != before.controls:
        inherited = [rule for rule in inherited if rule.control is None]
    fresh = [draw(rules(10 * number + place, controls)) for place in range(draw(st.integers(2, 5)))]
    for rule in inherited + fresh:
        if rule in inherited and draw(st.booleans()):
            rule = replace(
                rule, id=f"{rule.id}-{number}", disclosed=draw(st.sampled_from((rule.disclosed, "re-worded")))
            )
        if not any(clash(bare, rule, other) for other in kept):
            kept.append(rule)
    until = draw(st.sampled_from((None,) * 9 + (START + 100 * DAY,)))
    terms = draw(st.none() | forgettings)
    return PolicyVersion(f"v{number}", at, at, tuple(kept), controls, until, forgetting=terms)


suspensions: SearchStrategy[Suspension] = st.builds(
    lambda number, purposes, start, length, until, regions, recipients, entry: Suspension(
        f"s{number}", purposes, start, start + length, until, regions, recipients, entry=entry
    ),
    st.integers(0, 99),
    some(TREE.names(), 1, 2).map(frozenset),
    moments,
    st.sampled_from((0, 0, 20 * DAY)),
    maybe_moments,
    st.none() | some(REGIONS, 1, 2).map(frozenset),
    st.none() | some(RECIPIENTS, 1, 2).map(frozenset),
    st.integers(100, 200),
)


@st.composite
def policies(draw: DrawFn) -> Policy:
    stopped = tuple(replace(s, entry=-1) for s in draw(st.lists(suspensions, max_size=1)))
    recipients = tuple(Recipient(name, "platform", name) for name in RECIPIENTS)
    categories = tuple(Category(name) for name in CATEGORIES)
    bare = Policy("drawn", "", Kind.OBSERVED, TREE, recipients, categories, GROUPS, (), stopped)
    starts = sorted(draw(st.sets(early, min_size=1, max_size=3)))
    made: list[PolicyVersion] = []
    for number, at in enumerate(starts):
        made.append(draw(versions(number, at, made[-1] if made else None, bare)))
    return replace(bare, versions=tuple(made))


members: SearchStrategy[Member] = st.builds(
    Member,
    st.just("m"),
    st.sampled_from((None, *REGIONS, *REGIONS, "DE", "GB-ENG", "BR")),
    st.none() | st.sampled_from((19800501, 20060102, 20060110, 20080229, 20061231)),
    st.none() | st.sampled_from((13, 16, 18)),
    st.none() | st.sampled_from((15, 17, 24)),
    st.sampled_from(((), (("plan", "a"),), (("plan", "?"),), (("odd-name", "it's"), ("plan", "b")))),
    maybe_moments,
    st.sampled_from((None,) * 7 + (START + 50 * DAY, START + 60 * DAY)),
)
records: SearchStrategy[Record] = st.builds(
    Record,
    st.just("r"),
    st.just("m"),
    st.sampled_from((*CATEGORIES * 4, "else")),
    st.sampled_from(VISIBILITIES),
    st.none() | rarely_late,
    st.none() | rarely_late,
    st.sampled_from((None,) * 5 + (START + 50 * DAY, START + 60 * DAY)),
    st.sampled_from(((), (("plan", "a"),), (("plan", "?"),), (("odd-name", "b"), ("plan", "it's")))),
)
version_ids = st.sampled_from(("v0", "v1", "v2", "never-published"))


@st.composite
def choices(draw: DrawFn) -> tuple[Choice, ...]:
    drawn = draw(
        st.lists(st.tuples(st.sampled_from(CONTROLS), st.booleans(), rarely_late, version_ids), max_size=4)
    )
    entries = draw(st.permutations(range(len(drawn))))
    return tuple(Choice(*word, entry=entry) for word, entry in zip(drawn, entries, strict=True))


wide_notices: SearchStrategy[Notice] = st.builds(
    Notice,
    version_ids,
    rarely_late,
    st.none() | some(REGIONS, 1, 2).map(frozenset),
    entry=st.integers(200, 300),
)
personal_notices: SearchStrategy[Notice] = st.builds(
    Notice, version_ids, rarely_late, personal=st.just(True), entry=st.integers(300, 400)
)


@dataclass(frozen=True)
class Person:
    """A member with what the log says of them, or an author whom nobody knows."""

    member: Member | None
    standing: Standing


@dataclass(frozen=True)
class World:
    """Everything that a gate is asked about."""

    policy: Policy
    people: tuple[Person, ...]
    records: tuple[Record, ...]
    questions: tuple[tuple[Use, int], ...]
    notices: tuple[Notice, ...]
    suspensions: tuple[Suspension, ...]


@st.composite
def worlds(draw: DrawFn) -> World:
    policy = draw(policies())
    notices = tuple(draw(st.lists(wide_notices, max_size=3)))
    stopped = tuple(draw(st.lists(suspensions, max_size=2)))
    people = [Person(None, Standing(suspensions=stopped, notices=notices))]
    for number in range(draw(st.integers(3, 6))):
        told = notices + tuple(draw(st.lists(personal_notices, max_size=2)))
        closed = draw(st.sampled_from((None,) * 9 + (START + 60 * DAY,)))
        standing = Standing(draw(choices()), told, stopped, (), closed)
        people.append(Person(replace(draw(members), id=f"m{number}"), standing))
    drawn = draw(st.lists(records, min_size=3, max_size=6))
    made = tuple(replace(record, id=f"r{number}") for number, record in enumerate(drawn))
    if draw(st.sampled_from((False, False, False, True))):
        gone = tuple((record.id, draw(moments)) for record in made if draw(st.booleans()))
        people = [replace(person, standing=replace(person.standing, deletions=gone)) for person in people]
    uses = st.builds(Use, st.sampled_from(TREE.names()), st.sampled_from(RECIPIENTS))
    questions = tuple(draw(st.lists(st.tuples(uses, late), min_size=3, max_size=3)))
    return World(policy, tuple(people), made, questions, notices, stopped)
