"""Hypothesis draws whole worlds: a policy, members, records, a log and moments, small enough that everything collides.

The draw seeks what goes wrong: clashing regions, equal times, re-worded rules, controls whose coverage grows, missing facts,
authors whom nobody knows, moments exactly on a boundary.

Hundreds of worlds are drawn in each run, so what is drawn is drawn in few steps: strategies are made once, and from lists that are
written out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations

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


def grid(first: int, last: int) -> tuple[int, ...]:
    """A coarse grid with its neighbours, so that equal moments and boundaries are common."""
    return tuple(
        START + day * 10 * DAY + shift for day in range(first, last + 1) for shift in (0, 0, 0, -1, 1)
    )


moments: SearchStrategy[int] = st.sampled_from(grid(0, 9))
maybe_moments = st.none() | moments
# What is asked lies late and what happened lies early, else every answer is "not yet".
early: SearchStrategy[int] = st.sampled_from(grid(-3, 4))
late: SearchStrategy[int] = st.sampled_from(grid(4, 12))
rarely_late: SearchStrategy[int] = st.sampled_from(grid(-3, 4) * 9 + grid(0, 9))


@cache
def some(values: tuple[str, ...], least: int = 1, most: int = 3) -> SearchStrategy[tuple[str, ...]]:
    """Some of the values in any order, each number of them as likely as any other."""
    most = min(most, len(values))
    return st.one_of([st.sampled_from(tuple(permutations(values, size))) for size in range(least, most + 1)])


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
record_predicates = st.just(RecordPredicate()) | st.builds(
    RecordPredicate, windows, windows, conditions, windows
)


forgettings: SearchStrategy[Forgetting] = st.builds(
    lambda one, other: Forgetting(max(one, other), min(one, other)), st.integers(0, 40), st.integers(0, 40)
)


answers = st.sampled_from(
    (Default.ON, Default.ON, Default.OFF, Default.OFF, Default.NO_CHOICE, Default.NEVER, Default.UNKNOWN)
)
scopes = st.sampled_from((("all",), ("all",), ("write",), ("rank", "sell")))
exceptions = st.sampled_from(((), (), (), ("FR",), ("g2",), ("GB-SCT",)))
kinds = st.just(CATEGORIES) | some(CATEGORIES, 1, 2)
seen_by = st.sampled_from((VISIBILITIES, VISIBILITIES, ("public",), ("network", "private")))
notice_days = st.sampled_from((None, None, 0, 10, 20))
wordings = st.sampled_from(("", "we use it"))
often, rarely = st.sampled_from((True, True, False)), st.sampled_from((False, False, True))


@st.composite
def rules(draw: DrawFn, number: int, controls: tuple[Control, ...]) -> Rule:
    control = controls[draw(st.integers(0, len(controls) - 1))] if controls else None
    default = draw(answers)
    if control is None and default in (Default.ON, Default.OFF):
        default = Default.NEVER
    bound = control is not None and default in (Default.ON, Default.OFF)
    everywhere = draw(often)
    regions = draw(some(NAMES, 0 if everywhere else 1)) + (("everywhere",) if everywhere else ())
    return Rule(
        id=f"r{number}",
        purposes=control.purposes if bound and control else draw(scopes),
        recipients=control.recipients if bound and control else draw(some(RECIPIENTS, 1, 2)),
        regions=regions,
        excepted=draw(exceptions),
        categories=draw(kinds),
        visibility=draw(seen_by),
        default=default,
        control=control.id if bound and control else None,
        notice_days=draw(notice_days),
        disclosed=draw(wordings),
        member=draw(member_predicates),
        record=draw(record_predicates),
        keeps_deleted=draw(rarely),
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


coverings = st.sampled_from((("all",), ("all",), ("write",), ("draft", "rank"), ("sell",)))
receivers = st.just(RECIPIENTS) | some(RECIPIENTS, 1, 2)
tosses = st.booleans()


@st.composite
def controls_of(draw: DrawFn, before: tuple[Control, ...]) -> tuple[Control, ...]:
    if before and draw(tosses):
        return before
    return tuple(
        Control(
            name,
            ControlKind.TOGGLE,
            name,
            draw(coverings),
            draw(receivers),
        )
        for name in draw(some(CONTROLS, 1, 3))
    )


numbers_of_rules = st.integers(2, 5)
ends = st.sampled_from((None,) * 9 + (START + 100 * DAY,))
terms = st.none() | forgettings


@st.composite
def versions(draw: DrawFn, number: int, at: int, before: PolicyVersion | None, bare: Policy) -> PolicyVersion:
    controls = draw(controls_of(before.controls if before else ()))
    kept: list[Rule] = []
    inherited = [rule for rule in before.rules if draw(tosses)] if before else []
    if before and controls != before.controls:
        inherited = [rule for rule in inherited if rule.control is None]
    fresh = [draw(rules(10 * number + place, controls)) for place in range(draw(numbers_of_rules))]
    for rule in inherited + fresh:
        if rule in inherited and draw(tosses):
            told = "re-worded" if draw(tosses) else rule.disclosed
            rule = replace(rule, id=f"{rule.id}-{number}", disclosed=told)
        if not any(clash(bare, rule, other) for other in kept):
            kept.append(rule)
    return PolicyVersion(f"v{number}", at, at, tuple(kept), controls, draw(ends), forgetting=draw(terms))


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


by_the_policy = st.none() | suspensions
beginnings = st.sets(early, min_size=1, max_size=3)


@st.composite
def policies(draw: DrawFn) -> Policy:
    stop = draw(by_the_policy)
    stopped = () if stop is None else (replace(stop, entry=-1),)
    recipients = tuple(Recipient(name, "platform", name) for name in RECIPIENTS)
    categories = tuple(Category(name) for name in CATEGORIES)
    bare = Policy("drawn", "", Kind.OBSERVED, TREE, recipients, categories, GROUPS, (), stopped)
    starts = sorted(draw(beginnings))
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


said = st.lists(st.tuples(st.sampled_from(CONTROLS), st.booleans(), rarely_late, version_ids), max_size=4)
orders = tuple(st.sampled_from(tuple(permutations(range(size)))) for size in range(5))


@st.composite
def choices(draw: DrawFn) -> tuple[Choice, ...]:
    drawn = draw(said)
    entries = draw(orders[len(drawn)])
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


drawn_policies = policies()
drawn_choices = choices()
told_to_all = st.lists(wide_notices, max_size=3)
told_to_one = st.lists(personal_notices, max_size=2)
by_the_log = st.lists(suspensions, max_size=2)
numbers_of_people = st.integers(3, 6)
rarely_closed = st.sampled_from((None,) * 9 + (START + 60 * DAY,))
some_records = st.lists(records, min_size=3, max_size=6)
rarely_deleted = st.sampled_from((False, False, False, True))
asked = st.lists(
    st.tuples(st.builds(Use, st.sampled_from(TREE.names()), st.sampled_from(RECIPIENTS)), late),
    min_size=3,
    max_size=3,
)


@st.composite
def worlds(draw: DrawFn) -> World:
    policy = draw(drawn_policies)
    notices = tuple(draw(told_to_all))
    stopped = tuple(draw(by_the_log))
    people = [Person(None, Standing(suspensions=stopped, notices=notices))]
    for number in range(draw(numbers_of_people)):
        told = notices + tuple(draw(told_to_one))
        closed = draw(rarely_closed)
        standing = Standing(draw(drawn_choices), told, stopped, (), closed)
        people.append(Person(replace(draw(members), id=f"m{number}"), standing))
    drawn = draw(some_records)
    made = tuple(replace(record, id=f"r{number}") for number, record in enumerate(drawn))
    if draw(rarely_deleted):
        gone = tuple((record.id, draw(moments)) for record in made if draw(tosses))
        people = [replace(person, standing=replace(person.standing, deletions=gone)) for person in people]
    return World(policy, tuple(people), made, tuple(draw(asked)), notices, stopped)
