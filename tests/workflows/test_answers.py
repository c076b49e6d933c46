"""A long-lived process answers as ``decide_one`` does, whatever was said, told, deleted, brought in or erased before."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory_log import MemoryLog
from memory_tags import MemoryTags
from sayso.errors import InputError
from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    Event,
    NoticeGiven,
    RecordDeleted,
    RecordsImported,
    SuspensionLifted,
    SuspensionSet,
)
from sayso.ledger.standing import record_tag
from sayso.policy.codes import CODES
from sayso.policy.model import Policy
from sayso.stores.catalogue import FileCatalogue
from sayso.stores.file_keys import FileKeys
from sayso.stores.sources import FileSources
from sayso.values.decisions import Outcome, Reason, Verdict
from sayso.values.members import Member
from sayso.values.moments import DAY, Moment
from sayso.values.records import Record
from sayso.values.uses import Use
from sayso.workflows.answers import MOST_RECORDS, Answers
from sayso.workflows.bring import Arrived, bring
from sayso.workflows.decide import Answered, decide_one
from sayso.workflows.erase import erase
from sayso.workflows.facts import Yard, state_of
from sayso.workflows.logbook import Logbook
from sayso.workflows.plan import plan
from shell import SetClock
from spec.worlds import CONTROLS, RECIPIENTS, REGIONS, START, TREE, World, moments, some, version_ids, worlds
from stores.drawn_sources import write_source
from workflows.worlds_on_disk import LATE, USE, community, copied, make, opened, say

PEOPLE = tuple(f"m{number}" for number in range(6))
IDS = tuple(f"r{number}" for number in range(8))
LAST = Moment(START + 99 * DAY)
"""After whatever is drawn, while most drawn policies are in force."""
END = Moment(START + 10**15)


class LateClock:
    """A clock that stands after everything that is drawn."""

    def now(self) -> Moment:
        return END


class Slow:
    """Members and records as ``FileSources`` finds them, looked up once for each state of the sources."""

    def __init__(self, sources: FileSources) -> None:
        self._sources = sources
        self.found: dict[str, Member | Record | None] = {}

    def member(self, member: str) -> Member | None:
        if member not in self.found:
            self.found[member] = self._sources.member(member)
        return self.found[member]  # type: ignore[return-value]

    def record(self, record: str) -> Record | None:
        if record not in self.found:
            self.found[record] = self._sources.record(record)
        return self.found[record]  # type: ignore[return-value]


class Place:
    """A project in a folder of its own, with a log and tags in memory, and one long-lived ``Answers``."""

    def __init__(self, folder: Path, policy: Policy) -> None:
        numbers = count(1)
        self.log, self.sources = MemoryLog(), FileSources(folder, lambda _: "sha256:0")
        self.keys = FileKeys.create(folder / "keys", "example.org/drawn")
        self.tags = MemoryTags(self.keys.secret(), lambda size: f"{next(numbers):0{2 * size}x}")
        self.book = Logbook(self.log, self.keys, LateClock(), policy)
        self.yard = Yard(self.book, self.tags, self.sources, None, None, None, None)  # type: ignore[arg-type]
        self.catalogue = FileCatalogue(self.sources, state_of)
        self.answers = Answers(self.yard, self.catalogue)
        self.slow = Slow(self.sources)

    def write(self, event: Event) -> None:
        self.log.append([event], END)

    def bring(self, name: str, members: list[Member], records: list[Record]) -> None:
        """Put a source in the place of the one of that name."""

        def fill(folder: Path) -> Arrived:
            write_source(folder, members, records)
            return Arrived(RecordsImported(name, "sha256:0", len(members), len(records), 0))

        bring(self.book, self.tags, self.sources, None, name, fill)
        self.slow = Slow(self.sources)

    def erase(self, member: str) -> None:
        if self.tags.tag_of(member) is not None:
            erase(self.book, self.tags, self.sources, None, member)
            self.slow = Slow(self.sources)

    def one(self, use: Use, record: str, at: Moment) -> Answered | None:
        """Return what ``decide_one`` says, ``None`` for a record that is not there."""
        try:
            return decide_one(self.yard, self.slow, use, record, at)
        except InputError:
            return None

    def hold(self, use: Use, at: Moment, anew: bool = False) -> Counter[Outcome | None]:
        """Hold the long-lived answers to ``decide_one``, those of a new process as well, and return how many there were of each."""
        told = [self.one(use, record, at) for record in IDS]
        wanted = [answer and Outcome(answer.decision.verdict, answer.decision.reason) for answer in told]
        assert self.answers.decide_many(use, IDS, at).outcomes() == wanted
        if anew:
            assert Answers(self.yard, self.catalogue).decide_many(use, IDS, at).outcomes() == wanted
        for record, answer in zip(IDS, told, strict=True):
            if answer is None:
                with pytest.raises(InputError):
                    self.answers.decide(use, record, at)
            else:
                assert self.answers.decide(use, record, at) == answer
        return Counter(wanted)


@contextmanager
def placed(policy: Policy) -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as folder:
        yield Place(Path(folder), policy)


people = st.sampled_from(PEOPLE)
whole_regions = st.none() | some(REGIONS, 1, 2)
drawn_choices = st.builds(
    ChoiceMade, people, st.sampled_from(CONTROLS), st.booleans(), moments, version_ids, st.just("settings")
)
drawn_events = st.one_of(
    drawn_choices,
    st.builds(NoticeGiven, version_ids, moments, st.just("e-mail"), st.none(), people),
    st.builds(NoticeGiven, version_ids, moments, st.just("e-mail"), whole_regions),
    st.builds(
        SuspensionSet, some(TREE.names(), 1, 2), moments, st.just("the office"), st.just(""), whole_regions,
        st.none() | some(RECIPIENTS, 1, 2), st.none() | moments,
    ),
    st.builds(SuspensionLifted, st.integers(0, 30), moments),
    st.builds(RecordDeleted, people, st.sampled_from(IDS), moments),
    st.builds(AccountClosed, people, moments),
)  # fmt: skip
steps = st.lists(
    st.one_of(
        drawn_choices,
        drawn_choices,
        drawn_events,
        drawn_events,
        drawn_events,
        st.tuples(st.just("erase"), people),
        st.tuples(st.just("bring"), st.sampled_from(("a", "b"))),
    ),
    min_size=4,
    max_size=8,
)


mostly = st.sampled_from((True, True, True, False))


@st.composite
def contents(draw: st.DrawFn, world: World) -> tuple[list[Member], list[Record]]:
    """Draw what a source holds: some of the people, and records by them, by others, and by nobody, with others' hands in some."""
    members = [person.member for person in world.people if person.member is not None and draw(mostly)]
    known = st.sampled_from([member.id for member in members] or PEOPLE)
    records = []
    for name in IDS[:-1]:
        made = draw(st.sampled_from(world.records))
        author = draw(st.none() | people | known | known | known | known)
        hands = () if draw(mostly) else tuple(draw(st.lists(people | st.just("?"), max_size=2)))
        records.append(replace(made, id=name, author=author, contributors=hands))
    return members, records


def apply(place: Place, world: World, step: Event | tuple[str, str], drawn: st.DataObject) -> None:
    """Do what was drawn; members are named by their tags, records by keyed tags."""
    if isinstance(step, tuple):
        if step[0] == "erase":
            place.erase(step[1])
        else:
            members, records = drawn.draw(contents(world))
            # No two sources have a member or a record of the same id.
            mine = [one for one in members if (int(one.id[1:]) % 3 == 0) == (step[1] == "a")]
            own = [one for one in records if (int(one.id[1:]) % 3 == 0) == (step[1] == "a")]
            place.bring(step[1], mine, own)
        return
    if isinstance(step, RecordDeleted):
        step = replace(step, record=record_tag(place.keys.secret(), step.record))
    tag = getattr(step, "tag", None)
    if tag is not None:
        given_tag = place.tags.tag_of(tag)
        if given_tag is None:
            return
        step = replace(step, tag=given_tag)  # type: ignore[call-arg]
    place.write(step)


def hold_through_steps(world: World, drawn: st.DataObject) -> Counter[Outcome | None]:
    found: Counter[Outcome | None] = Counter()
    with placed(world.policy) as place:
        for name in ("a", "b"):
            apply(place, world, ("bring", name), drawn)
        for person in world.people:
            for one in person.standing.choices if person.member else ():
                apply(
                    place,
                    world,
                    ChoiceMade(person.member.id, one.control, one.yes, one.at, one.version, "settings"),
                    drawn,
                )
        # The same two questions after every step: what was kept of the step before is what could be wrong.
        use, at = world.questions[0]
        for step in [None, *drawn.draw(steps)]:
            if step is not None:
                apply(place, world, step, drawn)
            found += place.hold(use, Moment(at)) + place.hold(use, LAST)
        for use, at in world.questions:
            found += place.hold(use, Moment(at), anew=True)
    return found


@settings(max_examples=10)
@given(worlds(), st.data())
def test_one_long_lived_object_answers_as_decide_one_does_after_each_step(
    world: World, drawn: st.DataObject
) -> None:
    hold_through_steps(world, drawn)


@pytest.mark.deep
def test_so_it_does_in_many_worlds_that_reach_every_answer() -> None:
    seen: Counter[Outcome | None] = Counter()

    @settings(max_examples=int(os.environ.get("SAYSO_DEEP_EXAMPLES", "400")))
    @given(worlds(), st.data())
    def hold(world: World, drawn: st.DataObject) -> None:
        seen.update(hold_through_steps(world, drawn))

    # What is drawn rests on chance: the rarest answers come up once in some hundred worlds.
    every = {None, *(outcome for _, outcome in CODES)}
    for _ in range(5):
        hold()
        if every <= set(seen):
            return
    assert every <= set(seen)


MADE = community(24)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which some records have the hands of others in them."""
    members = [person.member.id for person in MADE.people]
    hands = {r.id: (members[n % len(members)],) for n, r in enumerate(MADE.records) if n % 5 == 0}
    records = tuple(replace(r, contributors=hands.get(r.id, ())) for r in MADE.records)
    return make(tmp_path_factory.mktemp("answers") / "forum", replace(MADE, records=records))


def test_a_batch_of_everything_adds_up_to_the_plan(prepared: Path) -> None:
    with opened(prepared) as project:
        answers, at = project.answers(), project.clock.now()
        batch = answers.decide_many(USE, [*(record.id for record in MADE.records), "nowhere"], at)
        unknown, *rest = batch.counts()
        assert unknown == (None, 1)
        assert dict(rest) == dict(plan(project.yard, USE, at).funnel.outcomes)
        assert len(rest) >= 5


def test_who_says_no_is_left_out_by_the_next_answer_and_who_says_yes_is_back(
    prepared: Path, tmp_path: Path
) -> None:
    with opened(copied(prepared, tmp_path / "forum")) as project:
        answers, ids = project.answers(), [record.id for record in MADE.records]
        outcomes = answers.decide_many(USE, ids).outcomes()
        pairs = zip(MADE.records, outcomes, strict=True)
        mine = next(
            record for record, one in pairs if one and one.verdict == "permit" and not record.contributors
        )
        for yes in (False, True, False):
            written = say(project, mine.author or "", yes).written
            batch = answers.decide_many(USE, [mine.id], at_least=written.number)
            assert batch.log_size > (written.number or 0)
            assert (batch.outcomes()[0] == Outcome(Verdict.DENY, Reason.SAID_NO)) is not yes
            assert answers.decide(USE, mine.id).decision.permitted is yes


def test_what_was_kept_does_not_outlive_the_moment_at_which_it_changes(
    prepared: Path, tmp_path: Path
) -> None:
    clock = SetClock(LATE)
    with opened(copied(prepared, tmp_path / "forum"), clock) as project:
        answers, ids = project.answers(), [record.id for record in MADE.records]
        today = clock.at
        stop = SuspensionSet(
            ("content-generation",), Moment(today + DAY), "the office", "", until=Moment(today + 2 * DAY)
        )
        project.log.append([stop], project.clock.now())

        def suspended() -> int:
            counts = dict(answers.decide_many(USE, ids).counts())
            alone = Counter(answers.decide(USE, record).decision.reason for record in ids)
            found = counts.get(Outcome(Verdict.DENY, Reason.SUSPENDED), 0)
            assert found == alone[Reason.SUSPENDED]
            return found

        before = suspended()
        clock.at = Moment(today + DAY)
        during = suspended()
        clock.at = Moment(today + 2 * DAY)
        assert (before, during > 0, suspended()) == (0, True, 0)


def test_what_cannot_be_answered_is_refused(prepared: Path) -> None:
    with opened(prepared) as project:
        answers = project.answers()
        refusals: list[tuple[str, Callable[[], object]]] = [
            ("too-many", lambda: answers.decide_many(USE, ["x"] * (MOST_RECORDS + 1))),
            ("unknown-purpose", lambda: answers.decide_many(Use("telepathy", "platform"), [])),
            ("unknown-purpose", lambda: answers.decide(Use("telepathy", "platform"), "x")),
            ("unknown-record", lambda: answers.decide(USE, "nowhere")),
            ("not-the-author", lambda: answers.decide(USE, MADE.records[0].id, member="somebody-else")),
            ("unknown-entry", lambda: answers.decide(USE, MADE.records[0].id, at_least=10**6)),
            ("unknown-entry", lambda: answers.decide_many(USE, [], at_least=10**6)),
        ]
        for code, ask in refusals:
            with pytest.raises(InputError, match=code):
                ask()
        assert answers.decide_many(USE, []).outcomes() == []


def test_many_threads_that_write_and_ask_see_what_they_wrote(prepared: Path, tmp_path: Path) -> None:
    with opened(copied(prepared, tmp_path / "forum")) as project:
        answers, own = project.answers(), {}
        for record in MADE.records:
            own.setdefault(record.author, []).append(record.id)

        def write_and_ask(member: str) -> bool:
            for yes in (False, True, False):
                say(project, member, yes)
            words = answers.decide_many(USE, own[member]).outcomes()
            alone = [answers.decide(USE, record).decision for record in own[member]]
            assert words == [Outcome(one.verdict, one.reason) for one in alone]
            return all(one is not None and one.verdict != "permit" for one in words)

        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(write_and_ask, [member for member in own if member is not None]))
