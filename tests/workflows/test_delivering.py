"""Deliveries over drawn histories: what a licensee is left with is what a build from nothing gives; kills leave nothing half."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements import agreement_text, key_at
from sayso.addressed import place_at
from sayso.dataset.rows import Row, dataset_key, from_table, member_pseudonym, record_pseudonym
from sayso.deliveries.agreement import Agreement, parse_agreement
from sayso.deliveries.feed import Why
from sayso.errors import EdgeError, Problem, Refused
from sayso.ledger.checkpoints import VerifierKey, format_vkey
from sayso.ledger.events import Delivered
from sayso.stores.datasets import ShardFiles
from sayso.stores.deliveries import FileDeliveries
from sayso.stores.handed import FolderPlace
from sayso.stores.licensee import LicenseeCopy, LicenseeKey
from sayso.values.uses import Use
from sayso.wiring import Project, SystemClock
from sayso.workflows.build import Request, build
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.delivering.feeding import Fed, feeds
from sayso.workflows.delivering.hand_over import Handed, Order, finish, hand_over
from sayso.workflows.delivering.kept import acknowledged
from sayso.workflows.delivering.removing import check_copy, remove_revoked
from sayso.workflows.delivering.standing import State, delivery_problems, standings
from sayso.workflows.delivering.taking import take_acknowledgement
from sayso.workflows.erase import erase
from sayso.workflows.suspend import Stop, suspend
from sayso.workflows.withdraw import withdraw
from workflows.worlds_on_disk import built, community, copied, make, opened, quiet, say, without_a_model

MADE = community(24, seed=5)
PEOPLE = [person.member.id for person in MADE.people]
NAME, USE = "licensed", Use("licensing", "licensee")
FORWARDS = "forwards"
"""A project whose control for licensing works forwards alone."""


def prepare(folder: Path, mentions: str, reach: str) -> Path:
    """Make a project in which everybody says yes to licensing, and deliver the data set of it."""
    without_a_model(make(folder, MADE), mentions)
    policy = folder / "policy/house.yaml"
    text = policy.read_text("utf-8")
    where = text.index("- id: licensing\n        kind: toggle")
    policy.write_text(
        text[:where] + text[where:].replace("reach: retroactive", f"reach: {reach}", 1), "utf-8"
    )
    with opened(folder) as project:
        for member in PEOPLE:
            say(project, member, yes=True, control="licensing")
        built(project, name=NAME, use=USE)
        key_at(folder / "acme.pem")
        handed(project, folder / "copy")
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("delivered") / "forum", "objectors", "retroactive")


@pytest.fixture(scope="module")
def forwards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("delivered") / FORWARDS, "everybody", "prospective")


def agreed(project: Project) -> tuple[Agreement, str]:
    key = VerifierKey("acme.example/removals", LicenseeKey(project.paths.root / "acme.pem").public_key())
    term = (("from: 2025-01-01", "from: 2026-01-01"), ("until: 2026-01-01", "until: 2028-01-01"))
    text = agreement_text(format_vkey(key), *term)
    found = parse_agreement(text, "a.yaml", project.policy)
    assert isinstance(found, Agreement)
    return found, text


def handed(project: Project, place: Path | str) -> Handed:
    agreement, text = agreed(project)
    order = Order(NAME, agreement, text, str(place))
    return hand_over(project.yard, project.datasets, project.deliveries, place_at, order, quiet)


def fed(project: Project) -> Fed:
    return feeds(project.yard, project.datasets, project.deliveries, "licensee")[0]


def removed(project: Project) -> int:
    """Let the licensee do what the feed asks for, and take in what it signs; return how many rows went."""
    told = fed(project)
    if not told.feed.items:
        return 0
    root = project.paths.root
    done = remove_revoked(
        LicenseeCopy(root / "copy"), told.signed, LicenseeKey(root / "acme.pem"), project.clock
    )
    assert done.signed is not None
    if len(told.feed.items) > standing(project)[1]:
        take_acknowledgement(project.yard, project.deliveries, done.signed)
    return done.rows


def standing(project: Project) -> tuple[State, int]:
    """Return the state of the first delivery, and how many items of its feed are acknowledged."""
    one = standings(project.yard, project.datasets, project.deliveries)[0]
    taken = acknowledged(project.log, one.kept.delivery.digest)
    return one.state, max((each.items for each in taken), default=0)


def rows_in(folder: Path) -> set[Row]:
    files = ShardFiles(folder)
    return {
        row for name in files.names() if name.startswith("shards/") for row in from_table(files.read(name))
    }


def fresh(project: Project) -> set[Row]:
    """Return the rows of a build from nothing."""
    request = Request("elsewhere", USE, 8, whole=True)
    key, other = (dataset_key(project.keys.secret(), name) for name in (NAME, request.name))
    made = build(project.yard, project.datasets, request, quiet)
    assert key != other
    return rows_in(project.datasets.folder(request.name, made.manifest.version))


def by_record(project: Project, rows: set[Row], name: str) -> dict[str, Row]:
    """Return rows by the ids of their records, without what is a data set's own: the pseudonyms."""
    key = dataset_key(project.keys.secret(), name)
    ids = {record_pseudonym(key, record.id): record.id for record in MADE.records}
    return {ids[row.record]: row._replace(record="", member="", reply_to=None) for row in rows}


Step = tuple[str, int]
KINDS = ("no", "no", "yes", "object", "delete", "delete", "close", "erase", "stop", "feed", "build")
steps = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 10**6)), min_size=1, max_size=8)


def take(project: Project, step: Step, gone: set[str], yes: set[str]) -> None:
    """Carry out a step of a history, as far as it can be."""
    kind, number = step
    member = PEOPLE[number % len(PEOPLE)]
    if member in gone and kind not in ("feed", "build", "stop", "delete"):
        return
    if kind in ("no", "yes", "object"):
        say(project, member, kind == "yes", "objection" if kind == "object" else "licensing")
        yes.update({member} if kind == "yes" else ())
    elif kind == "delete":
        _delete(project, number)
    elif kind == "close":
        close_account(project.book, project.tags, member)
    elif kind == "erase":
        erase(project.book, project.tags, project.sources, project.yard.snapshots, member)
        gone.add(member)
    elif kind == "stop":
        suspend(
            project.book,
            Stop(("licensing",), "the office", regions=("FR", "US-CA")[number % 2 : number % 2 + 1]),
        )
    elif kind == "feed":
        removed(project)
    else:
        withdraw(project.yard, project.datasets, NAME, quiet)


def _delete(project: Project, number: int) -> None:
    record = MADE.records[number % len(MADE.records)]
    known = record.author is not None and project.tags.tag_of(record.author) is not None
    if known and project.sources.record(record.id) is not None:
        delete_record(project.book, project.tags, project.sources, record.id)


def hold(prepared: Path, history: list[Step]) -> None:
    """Hold what a licensee is left with after a history against a build from nothing."""
    with tempfile.TemporaryDirectory() as place, opened(copied(prepared, Path(place) / "forum")) as project:
        root = project.paths.root
        delivered = rows_in(root / "copy")
        names = {row.record for row in delivered}
        gone: set[str] = set()
        yes: set[str] = set()
        for step in history:
            take(project, step, gone, yes)
        removed(project)
        withdraw(project.yard, project.datasets, NAME, quiet)
        removed(project)
        left = rows_in(root / "copy")
        assert left <= delivered
        made = project.datasets.folder(NAME, project.datasets.current(NAME) or 0)
        now = {row for row in rows_in(made) if row.record in names}
        assert (
            by_record(project, now, NAME).items() <= by_record(project, fresh(project), "elsewhere").items()
        )
        key = dataset_key(project.keys.secret(), NAME)
        back = {member_pseudonym(key, project.tags.tag_of(one) or "") for one in yes}
        if prepared.name == FORWARDS:
            assert now & delivered <= left | {row for row in now if row.member in back}
        else:
            assert left <= now
            assert {row.member for row in (now & delivered) - left} <= back
        assert [
            one.code for one in delivery_problems(project.yard, project.datasets, project.deliveries)
        ] == []
        assert standing(project)[0] in (State.DELIVERED, State.ACKNOWLEDGED)


QUIET = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@settings(max_examples=2, **QUIET)
@given(steps)
def test_what_remains_at_a_licensee_is_what_a_build_from_nothing_gives(
    plain: Path, history: list[Step]
) -> None:
    hold(plain, history)


@pytest.mark.deep
@settings(max_examples=60, **QUIET)
@given(steps)
def test_so_it_is_for_many_histories(plain: Path, history: list[Step]) -> None:
    hold(plain, history)


@pytest.mark.deep
@settings(max_examples=60, **QUIET)
@given(steps)
def test_so_it_is_for_many_histories_where_a_no_works_forwards(forwards: Path, history: list[Step]) -> None:
    hold(forwards, history)


def test_a_no_that_works_forwards_takes_nothing_back_and_stops_the_next_delivery(
    forwards: Path, tmp_path: Path
) -> None:
    with opened(copied(forwards, tmp_path / "forum")) as project:
        root = project.paths.root
        key = dataset_key(project.keys.secret(), NAME)
        held = {row.member for row in rows_in(root / "copy")}
        member = next(one for one in PEOPLE if member_pseudonym(key, project.tags.tag_of(one) or "") in held)
        say(project, member, yes=False, control="licensing")
        with pytest.raises(Refused, match="behind"):
            handed(project, root / "other")
        withdraw(project.yard, project.datasets, NAME, quiet)
        assert fed(project).feed.items == ()
        say(project, member, yes=False, control="objection")
        (item,) = fed(project).feed.items
        name = member_pseudonym(key, project.tags.tag_of(member) or "")
        theirs = [row for row in rows_in(root / "copy") if row.member == name]
        assert (item.why, item.count) == (Why.TAKEN_BACK, len(theirs))


def test_a_row_that_names_somebody_who_says_no_goes_once_the_house_has_another(
    plain: Path, tmp_path: Path
) -> None:
    """The rows of others, too: where only objectors' mentions are taken out, a no changes what others wrote of them."""
    with opened(copied(plain, tmp_path / "forum")) as project:
        root = project.paths.root
        before = rows_in(root / "copy")
        key = dataset_key(project.keys.secret(), NAME)
        for member in PEOPLE[: len(PEOPLE) // 2]:
            say(project, member, yes=False, control="licensing")
        removed(project)
        noes = {member_pseudonym(key, project.tags.tag_of(one) or "") for one in PEOPLE[: len(PEOPLE) // 2]}
        assert rows_in(root / "copy") == {row for row in before if row.member not in noes}
        done = withdraw(project.yard, project.datasets, NAME, quiet)
        told = fed(project).feed
        removed(project)
        changed = sum(item.count for item in told.items if item.why is Why.CHANGED)
        assert changed == len([row for row in before if row.member not in noes]) - len(rows_in(root / "copy"))
        assert (changed > 0) == bool(done.redone)
        assert rows_in(root / "copy") <= rows_in(project.datasets.folder(NAME, 2))


def test_a_version_whose_bytes_are_gone_can_still_be_asked_for_back(plain: Path, tmp_path: Path) -> None:
    with opened(copied(plain, tmp_path / "forum")) as project:
        say(project, PEOPLE[0], yes=False, control="licensing")
        withdraw(project.yard, project.datasets, NAME, quiet, now=True)
        assert not (project.datasets.folder(NAME, 1) / "shards").exists()
        for member in PEOPLE:
            if member != PEOPLE[0]:
                erase(project.book, project.tags, project.sources, project.yard.snapshots, member)
                break
        removed(project)
        assert standing(project)[0] is State.ACKNOWLEDGED


# Killed


WORKER = """
import os, random, sys
from pathlib import Path
from sayso.wiring import open_project
from workflows.test_delivering import handed

root, turn = Path(sys.argv[1]), 0
with open_project(root) as project:
    os.write(1, b"ready\\n")
    while True:
        turn += 1
        done = handed(project, root / "out" / f"{sys.argv[2]}-{turn}")
        os.write(1, f"{done.delivery.id} {turn}\\n".encode())
"""


@contextmanager
def killed(folder: Path, turn: int, seconds: float) -> Iterator[list[str]]:
    """Give what a process that delivers on and on had told when it was killed, so many seconds after it was ready."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), str(turn)], stdout=subprocess.PIPE, env=environment
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"ready\n"
    time.sleep(seconds)
    worker.send_signal(signal.SIGKILL)
    told = worker.stdout.read().decode().splitlines(keepends=True)
    worker.stdout.close()
    assert worker.wait() == -signal.SIGKILL
    yield [line.split()[0] for line in told if line.endswith("\n")]


def kill_again_and_again(plain: Path, place: Path, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    folder = copied(plain, place / "forum")
    (folder / "out").mkdir()
    told: list[str] = []
    for turn in range(kills):
        with killed(folder, turn, rng.uniform(0.0, 1.2)) as done:
            told += done
        with opened(folder, SystemClock()) as project:
            whole = check_after_a_kill(project, told)
            assert whole >= len(set(told))


def check_after_a_kill(project: Project, told: list[str]) -> int:
    """Hold the log and the places against one another, once the next call has put things right; return how many are delivered."""
    feeds(project.yard, project.datasets, project.deliveries, "licensee")
    out = project.paths.root / "out"
    finish(project.yard, project.deliveries, place_at)
    logged = [
        one.event.delivery
        for one in project.log.entries_of_kinds((Delivered,))
        if isinstance(one.event, Delivered)
    ]
    there = [check_copy(LicenseeCopy(each)) for each in sorted(out.iterdir())]
    assert not [one for one in there if one.problems]
    assert sorted(f"{one.delivery.digest}" for one in there) == sorted(str(one) for one in logged[1:])
    assert set(told) <= {one.delivery.id for one in there}
    assert len(project.deliveries.ids()) == len(logged)
    assert delivery_problems(project.yard, project.datasets, project.deliveries) == ()
    return len(there)


@pytest.mark.deep
def test_kills_leave_no_delivery_in_the_log_without_its_bytes_and_no_bytes_without_the_log(
    plain: Path, tmp_path: Path
) -> None:
    kill_again_and_again(plain, tmp_path, kills=30, seed=1)


LONGER = [pytest.param(one, marks=pytest.mark.deep) for one in ("put", "note", "keep", "finish")]
STAGES = ("append_if", *LONGER)


@pytest.mark.parametrize("stage", STAGES)
def test_wherever_a_delivery_stops_the_next_one_puts_it_right(
    plain: Path, tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step of handing over fails once, before it and after it, as a power cut would have it: nothing runs after that."""
    for after in (False, True):
        folder = copied(plain, tmp_path / f"forum-{after}")
        (folder / "out").mkdir()
        with opened(folder) as project, monkeypatch.context() as patch:
            cut(patch, project, stage, after)
            with pytest.raises(PowerCut):
                handed(project, folder / "out/one")
        with opened(folder) as project:
            check_after_a_kill(project, [])
            handed(project, folder / "out/two")
            check_after_a_kill(project, [])
        shutil.rmtree(folder)


class PowerCut(BaseException):
    """The machine stops."""


def cut(patch: pytest.MonkeyPatch, project: Project, stage: str, after: bool) -> None:
    """Stop the machine at a step, and let nothing be written from then on."""
    owner: Any = {"put": FolderPlace, "finish": FolderPlace, "append_if": type(project.log)}.get(
        stage, FileDeliveries
    )
    real = getattr(owner, stage)

    def stop(*words: Any, **named: Any) -> None:
        if after:
            real(*words, **named)
        for one, names in (
            (FolderPlace, ("put", "finish", "discard")),
            (FileDeliveries, ("put", "note", "keep", "drop")),
        ):
            for name in names:
                patch.setattr(one, name, dead)
        raise PowerCut

    def dead(*_: Any, **__: Any) -> None:
        raise PowerCut

    patch.setattr(owner, stage, stop)


@pytest.mark.deep
def test_a_place_that_cannot_be_reached_at_the_end_is_finished_later(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(plain, tmp_path / "forum")
    with opened(folder) as project:
        with monkeypatch.context() as patch:
            patch.setattr(FolderPlace, "finish", _unreached)
            with pytest.raises(EdgeError, match="unfinished"):
                handed(project, folder / "late")
        asked = (project.yard, project.datasets, project.deliveries)
        assert [one.state for one in standings(*asked)] == [State.DELIVERED, State.UNFINISHED]
        assert [one.code for one in delivery_problems(*asked)] == ["unfinished"]
        handed(project, folder / "next")
        assert check_copy(LicenseeCopy(folder / "late")).problems == ()


def _unreached(*_: object) -> None:
    raise EdgeError(Problem("unreachable", "the place cannot be reached"))
