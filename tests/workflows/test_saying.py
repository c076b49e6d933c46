"""Choices of many at once: one piece of the log, each refusal its own, every receipt holds, and none is lost by a kill."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sayso.errors import SaysoError
from sayso.ledger.events import ChoiceMade, PolicyAdopted
from sayso.ledger.receipts import verify_receipt
from sayso.values.moments import SECOND, Moment
from sayso.wiring import Project
from sayso.workflows.choose import Chosen, Wish, choose
from sayso.workflows.logbook import Logbook
from sayso.workflows.notary import Notary
from sayso.workflows.saying import Said, Saying, say_all
from shell import SetClock
from workflows.worlds_on_disk import community, copied, make, opened

CONTROLS, MEMBERS = ("ai-training", "licensing", "no-such-control"), 6


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("saying") / "forum", community(MEMBERS))


@pytest.fixture(scope="module")
def project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with opened(copied(root, tmp_path_factory.mktemp("own") / "forum")) as found:
        yield found


def people(project: Project) -> list[str]:
    return sorted(project.tags.table().column("member").to_pylist())


def say(project: Project, sayings: list[Saying]) -> list[Said | SaysoError]:
    notary = Notary(project.log, project.keys, project.clock)
    return say_all(project.book, project.tags, notary, sayings)


def by_itself(project: Project, wish: Wish) -> Chosen | SaysoError:
    try:
        return choose(project.book, project.tags, wish, dry_run=True)
    except SaysoError as refusal:
        return refusal


wishes = st.builds(
    Wish,
    st.integers(0, MEMBERS).map(lambda number: f"m{number:06}"),  # one of them is nobody
    st.sampled_from(CONTROLS),
    st.booleans(),
    st.sampled_from([None, None, Moment(0), Moment(2**52)]),
    st.sampled_from([None, None, "2024-02-01", "no-such-version"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(st.tuples(wishes, st.booleans()), max_size=16))
def test_each_is_answered_as_it_would_be_alone_and_all_are_side_by_side(
    project: Project, drawn: list[tuple[Wish, bool]]
) -> None:
    before, clock = project.log.size(), project.clock
    assert isinstance(clock, SetClock)
    now = clock.at
    answers = say(project, [Saying(*each) for each in drawn])
    written = [one for one in answers if isinstance(one, Said)]
    numbers = [one.chosen.written.number for one in written]
    assert numbers == list(range(before, before + len(written))), "in the order in which they were asked"
    assert project.log.size() == before + len(written)
    for (wish, with_receipt), answer in zip(drawn, answers, strict=True):
        clock.at = now
        alone = by_itself(project, wish)
        if isinstance(alone, SaysoError):
            assert isinstance(answer, type(alone))
            assert answer.problems == alone.problems
            continue
        assert isinstance(answer, Said)
        assert (answer.chosen.event, answer.chosen.meaning) == (alone.event, alone.meaning)
        assert [entry.event for entry in answer.chosen.written.entries] == [alone.event]
        assert answer.log_size == before + len(written)
        assert (answer.receipt is not None) == with_receipt
        if answer.receipt is not None:
            assert answer.receipt.number == answer.chosen.written.number
            assert verify_receipt(answer.receipt).holds


def test_they_are_written_in_one_piece_under_one_checkpoint(project: Project) -> None:
    member = people(project)[0]
    answers = say(project, [Saying(Wish(member, "ai-training", yes)) for yes in (True, False, True, True)])
    said = [one for one in answers if isinstance(one, Said)]
    assert len({one.chosen.written.entries[0].logged_at for one in said}) == 1
    assert len({one.receipt.checkpoint for one in said if one.receipt}) == 1
    assert [one.chosen.event.yes for one in said] == [True, False, True, True]


def test_a_changed_policy_is_adopted_once_before_all_of_them(root: Path, tmp_path: Path) -> None:
    with opened(copied(root, tmp_path / "forum")) as project:
        before, changed = project.log.size(), replace(project.policy, digest="sha256:" + "0" * 64)
        book = Logbook(project.log, project.keys, project.clock, changed)
        notary = Notary(project.log, project.keys, project.clock)
        sayings = [Saying(Wish(member, "ai-training", False)) for member in people(project)[:3]]
        answers = say_all(book, project.tags, notary, sayings)
        kinds = [type(entry.event) for entry in project.log.entries(before)]
    assert kinds == [PolicyAdopted, ChoiceMade, ChoiceMade, ChoiceMade]
    numbers = [one.chosen.written.number for one in answers if isinstance(one, Said)]
    assert numbers == [before + 1, before + 2, before + 3]


def test_what_may_be_there_already_is_found_by_its_moment_and_not_written_again(project: Project) -> None:
    first, second = people(project)[:2]
    at = Moment(project.clock.now() - SECOND)
    wish = Wish(first, "ai-training", False, at)
    (once,) = say(project, [Saying(wish)])
    size = project.log.size()
    others = [
        Wish(first, "ai-training", True, at),
        Wish(first, "ai-training", False, Moment(at - 1)),
        Wish(second, "ai-training", False, at),
    ]
    answers = say(
        project,
        [Saying(wish, again=True), *(Saying(each, again=True) for each in others), Saying(wish, again=True)],
    )
    found = [one.chosen.written.number for one in answers if isinstance(one, Said)]
    assert isinstance(once, Said)
    assert found == [once.chosen.written.number, size, size + 1, size + 2, once.chosen.written.number]
    assert all(verify_receipt(one.receipt).holds for one in answers if isinstance(one, Said) and one.receipt)


WORKER = """
import os, random, sys
from pathlib import Path
from sayso.wiring import open_project
from sayso.workflows.choose import Wish
from sayso.workflows.logbook import Logbook
from sayso.workflows.notary import Notary
from sayso.workflows.saying import Said, Saying, say_all

rng = random.Random(int(sys.argv[2]))
with open_project(Path(sys.argv[1])) as project:
    notary = Notary(project.log, project.keys, project.clock)
    members = sorted(project.tags.table().column("member").to_pylist())
    while True:
        sayings = [Saying(Wish(rng.choice(members), "ai-training", rng.random() < 0.5)) for _ in range(7)]
        for one in say_all(project.book, project.tags, notary, sayings):
            entry = one.chosen.written.entries[0]
            os.write(1, f"{entry.number} {entry.event.tag} {entry.event.yes}\\n".encode())
"""


def test_what_was_acknowledged_before_a_kill_is_there_and_pieces_are_whole(
    root: Path, tmp_path: Path
) -> None:
    folder = copied(root, tmp_path / "forum")
    with opened(folder) as project:
        before = project.log.size()
    acknowledged: dict[int, str] = {}
    for seed in range(3):
        command = [sys.executable, "-c", WORKER, str(folder), str(seed)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout is not None
            lines = [worker.stdout.readline()]
            time.sleep(0.05 * seed)
            worker.kill()
            lines += worker.stdout.readlines()
        acknowledged |= {int(line.split()[0]): line.strip() for line in lines if line.endswith("\n")}
    with opened(folder) as project:
        kept = [one for one in project.log.entries(before) if isinstance(one.event, ChoiceMade)]
        there = {one.number: f"{one.number} {one.event.tag} {one.event.yes}" for one in kept}  # type: ignore[union-attr]
        assert project.log.damage() == ()
    assert acknowledged.items() <= there.items()
    assert set(Counter(one.logged_at for one in kept).values()) == {7}
