"""A version takes over from the one before what would come out the same, and is what a build from nothing gives at that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sayso.dataset.manifest import Manifest
from sayso.dataset.rows import dataset_key, member_pseudonym
from sayso.intake.community import Community
from sayso.intake.community.model import Person
from sayso.ledger.events import tag_of
from sayso.values.moments import DAY, Moment
from sayso.wiring import Project
from sayso.workflows import carry
from sayso.workflows.build import Built, Request, build
from sayso.workflows.carry import Change, but_directory, compare, touched
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.erase import erase
from sayso.workflows.grounds import MENTION_INDEX, base_of, sources_of
from sayso.workflows.logstate import stood
from sayso.workflows.pending import pending, takes_back
from sayso.workflows.plan import gate_at
from sayso.workflows.reading import manifest_of, open_published
from sayso.workflows.slices import Slicer
from sayso.workflows.suspend import Stop, suspend
from sayso.workflows.tables import before, gate_tables
from shell import SetClock
from workflows.worlds_on_disk import (
    LATE,
    NAME,
    SHARDS,
    SOURCE,
    USE,
    bring_in,
    built,
    community,
    copied,
    member_of,
    opened,
    published,
    quiet,
    rows_of,
    say,
    verified,
)

MADE = community(40, seed=11)
PEOPLE = [person.member.id for person in MADE.people]
MODES = {"everybody": "everybody", "objectors": "objectors"}


@pytest.fixture(scope="module", params=sorted(MODES))
def prepared(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A project with a community in it, that redacts without a model and takes out mentions of everybody, or of objectors."""
    return published(tmp_path_factory.mktemp("prepared") / "forum", MADE, request.param)


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def whole(project: Project) -> Built:
    """Build as though there were no version before."""
    return build(project.yard, project.datasets, Request(NAME, USE, SHARDS, whole=True), quiet)


def content(manifest: Manifest) -> Manifest:
    """Return a manifest without its place in the row of versions, which a build and the next, a moment later, do not share."""
    log = replace(manifest.log, size=0, root=b"")
    return replace(manifest, version=2, previous="", log=log, decided_at=Moment(0))


def same(project: Project, one: Built, damaged: bool = False) -> None:
    """Hold a version to what a build from nothing gives at the same moment, and the project to what verification finds."""
    other = whole(project)
    assert content(one.manifest) == content(other.manifest)
    assert [shard.file_sha256 for shard in one.manifest.shards] == [
        shard.file_sha256 for shard in other.manifest.shards
    ]
    assert bool(verified(project).problems) == damaged


def test_a_no_takes_over_all_other_rows_and_leaves_most_shards_as_they_are(folder: Path) -> None:
    with opened(folder) as project:
        first = built(project)
        whose = next(r["member"] for r in rows_of(project, first))
        person = next(p for p in PEOPLE if member_of(project, first, p) == whose)
        say(project, person, False)
        one = built(project)
        assert one.before is not None
        assert 0 < one.carried <= one.manifest.rows < first.manifest.rows
        kept = [a.name for a, b in zip(one.manifest.shards, first.manifest.shards, strict=True) if a == b]
        assert one.carried > one.manifest.rows * 0.8
        assert len(kept) >= SHARDS // 2
        same(project, one)


@pytest.mark.parametrize("held", [100_000, 0])
def test_texts_that_name_a_leaver_are_redacted_again_from_memory_or_from_the_source(
    folder: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(carry, "_HELD", held)
    with opened(folder) as project:
        built(project)
        for person in AUTHORS[::3]:
            say(project, person, False)
        one = built(project)
        assert one.change is not None
        assert bool(one.change.again.held) == bool(held)
        assert bool(one.change.again.unheld) != bool(held)
        same(project, one)


def test_where_nothing_changed_every_shard_is_the_file_of_before(folder: Path) -> None:
    with opened(folder) as project:
        first, second = built(project), built(project)
        assert second.unchanged
        assert second.carried == second.manifest.rows
        assert second.manifest.shards == first.manifest.shards


def test_a_damaged_shard_of_the_version_before_is_made_anew(folder: Path) -> None:
    with opened(folder) as project:
        first = built(project)
        place = project.datasets.folder(NAME, first.manifest.version)
        file = place / max(first.manifest.shards, key=lambda shard: shard.rows).name
        file.write_bytes(file.read_bytes()[:-9] + b"?" * 9)
        one = built(project)
        assert 0 < one.carried < one.manifest.rows
        assert one.manifest.shards == first.manifest.shards


@pytest.mark.parametrize("what", ["index", "detectors", "policy"])
def test_nothing_is_taken_over_where_the_grounds_are_others(folder: Path, what: str) -> None:
    with opened(folder) as project:
        first = built(project)
        if what == "index":
            file = project.datasets.folder(NAME, first.manifest.version) / MENTION_INDEX
            file.write_bytes(file.read_bytes() + b"?")
    if what == "detectors":
        settings_file = folder / "sayso.yaml"
        settings_file.write_text(settings_file.read_text("utf-8").replace("structured", "light"), "utf-8")
    if what == "policy":
        (policy,) = (folder / "policy").glob("*.yaml")
        policy.write_text(policy.read_text("utf-8").replace("days: 30", "days: 29"), "utf-8")
    with opened(folder) as project:
        one = built(project)
        assert one.carried == 0
        same(project, one, damaged=what == "index")


def delete_one(project: Project, person: str) -> None:
    """Let somebody delete a record of theirs, of those that no import has taken away."""
    theirs = (record.id for record in MADE.records if record.author == person)
    there = next((one for one in theirs if project.sources.record(one) is not None), None)
    if there is not None:
        delete_record(project.book, project.tags, project.sources, there)


ACTS: dict[str, Callable[[Project, str], Any]] = {
    "no": lambda project, person: say(project, person, False),
    "yes": lambda project, person: say(project, person, True),
    "close": lambda project, person: close_account(project.book, project.tags, person),
    "delete": lambda project, person: delete_one(project, person),
    "stop": lambda project, person: suspend(
        project.book, Stop(("ai-training",), "the office", regions=("GB",))
    ),
    "build": lambda project, person: built(project),
}
AUTHORS = sorted({record.author for record in MADE.records if record.author})


@given(acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(AUTHORS)), max_size=9))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_run_of_words_and_builds_ends_where_one_build_at_the_end_does(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str]]
) -> None:
    folder = copied(prepared, tmp_path_factory.mktemp("drawn") / "forum")
    with opened(folder) as project:
        for act, person in acts:
            ACTS[act](project, person)
        same(project, built(project))


# Other sources


def edited(made: Community, person: str) -> Community:
    """Somebody writes another text in the place of one, and is spoken of by another name in it."""
    mine = next(record for record in made.records if record.author == person)
    other = replace(
        mine, text=f"{mine.text} As {made.people[0].name} and {made.people[-1].name} said, edited."
    )
    return replace(made, records=tuple(other if record is mine else record for record in made.records))


def added(made: Community, person: str) -> Community:
    mine = next(record for record in made.records if record.author == person)
    name = f"{mine.id}-again"
    rest = tuple(record for record in made.records if record.id != name)
    return replace(made, records=(replace(mine, id=name, text=f"Once more: {mine.text}"), *rest))


def dropped(made: Community, person: str) -> Community:
    mine = next(record for record in made.records if record.author == person)
    rest = tuple(record for record in made.records if record is not mine)
    return made if not any(record.author == person for record in rest) else replace(made, records=rest)


def moved(made: Community, person: str) -> Community:
    """Somebody lives elsewhere from now on."""
    return _with(made, person, lambda one: one._replace(member=replace(one.member, region="GB")))


def renamed(made: Community, person: str) -> Community:
    """Somebody takes the first name of one and the family name of another."""
    name = f"{made.people[1].name.split()[0]} {made.people[2].name.split()[-1]}"
    return _with(made, person, lambda one: one._replace(name=name, handle=f"{one.handle}x"))


def gone(made: Community, person: str) -> Community:
    """Somebody is no member any more; their records are there still."""
    return replace(made, people=tuple(one for one in made.people if one.member.id != person))


def joined(made: Community, person: str) -> Community:
    """Somebody new comes, who is called like somebody who is there, and writes of them."""
    like = made.people[3]
    member = replace(like.member, id=f"{person}-new")
    people = tuple(one for one in made.people if one.member.id != member.id)
    record = replace(
        made.records[0],
        id=f"{person}-first",
        author=member.id,
        text=f"I am {like.name}, says {made.people[4].name}.",
    )
    rest = tuple(one for one in made.records if one.id != record.id)
    return replace(made, people=(*people, like._replace(member=member)), records=(record, *rest))


def _with(made: Community, person: str, change: Callable[[Person], Person]) -> Community:
    return replace(made, people=tuple(change(one) if one.member.id == person else one for one in made.people))


ARRIVALS = (edited, added, dropped, moved, renamed, gone, joined)


@pytest.mark.parametrize("arrival", ARRIVALS)
def test_what_changed_in_a_source_is_made_anew_and_the_rest_taken_over(
    folder: Path, arrival: Callable[[Community, str], Community]
) -> None:
    with opened(folder) as project:
        first = built(project)
        held = {row["member"] for row in rows_of(project, first)}
        person = next(one for one in AUTHORS if member_of(project, first, one) in held)
        bring_in(project, arrival(MADE, person))
        one = built(project)
        assert one.carried > one.manifest.rows * 0.6
        same(project, one)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from([*ARRIVALS, *sorted(ACTS)]), st.sampled_from(AUTHORS[::3])),
        min_size=1,
        max_size=7,
    )
)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_run_of_arrivals_words_and_builds_ends_where_one_build_at_the_end_does(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, str]]
) -> None:
    any_run_ends_where_one_build_does(copied(prepared, tmp_path_factory.mktemp("drawn") / "forum"), steps)


def any_run_ends_where_one_build_does(folder: Path, steps: list[tuple[Any, str]]) -> None:
    made = MADE
    with opened(folder) as project:
        for step, person in steps:
            if step in ACTS:
                ACTS[step](project, person)
            else:
                made = step(made, person)
                bring_in(project, made)
        same(project, built(project))


@pytest.mark.deep
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([*ARRIVALS, *sorted(ACTS)]), st.sampled_from(AUTHORS)),
        min_size=1,
        max_size=9,
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_so_do_a_hundred_and_fifty(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, str]]
) -> None:
    any_run_ends_where_one_build_does(copied(prepared, tmp_path_factory.mktemp("drawn") / "forum"), steps)


def test_after_an_erasure_nothing_of_what_changed_before_is_kept_and_all_is_made_anew(folder: Path) -> None:
    with opened(folder) as project:
        built(project)
        bring_in(project, renamed(MADE, AUTHORS[0]))
        kept = project.sources.folder(SOURCE)
        assert len(list(kept.glob("since-*.parquet"))) == 1
        erase(project.book, project.tags, project.sources, project.yard.snapshots, AUTHORS[0])
        assert list(kept.glob("since-*.parquet")) == []
        one = built(project)
        assert one.carried == 0
        same(project, one)


def test_a_step_that_is_damaged_is_no_step(folder: Path) -> None:
    with opened(folder) as project:
        built(project)
        bring_in(project, edited(MADE, AUTHORS[0]))
        (step,) = project.sources.folder(SOURCE).glob("since-*.parquet")
        step.write_bytes(step.read_bytes()[:-1] + b"?")
        one = built(project)
        assert one.carried == 0
        same(project, one, damaged=True)


def test_where_most_is_other_nothing_is_kept_of_it(folder: Path) -> None:
    with opened(folder) as project:
        built(project)
        bring_in(project, replace(MADE, records=tuple(replace(r, text=f"{r.text}!") for r in MADE.records)))
        assert list(project.sources.folder(SOURCE).glob("since-*.parquet")) == []
        assert built(project).carried == 0


# By members first, and by every record


@dataclass(frozen=True, eq=False)
class Compared:
    """The last version against what is decided now: found by members first, and by looking at every record."""

    records: pa.Table
    quick: Change
    slow: Change
    permitted_then: frozenset[str]


def compared(project: Project) -> Compared:
    yard, index = project.yard, stood(project.yard).index
    manifest = manifest_of(yard, project.datasets, NAME)
    base = base_of(yard, project.datasets, manifest, sources_of(yard), index)
    assert base is not None
    at, tables = project.clock.now(), gate_tables(yard, index)
    gates = (
        gate_at(project.policy, USE, base.decided[1], base.decided[0]),
        gate_at(project.policy, USE, at, index),
    )
    slicer = Slicer(project.keys.secret(), NAME, SHARDS, tables.tags)
    with yard.open_engine(tables) as engine, yard.open_engine(before(tables, base.decided[0])) as earlier:
        engine.stand(gates[1])
        earlier.stand(gates[0])
        records, counts = touched(yard, tables, engine, gates, base, at)
        assert records is not None
        assert counts == engine.counts()
        quick, slow = (compare(engine, slicer, base, None, some) for some in (records, None))
        then = {name for batch in earlier.permitted(()) for name in batch.column("record").to_pylist()}
        return Compared(records, quick, slow, frozenset(then))


def pending_slowly(project: Project) -> list[int]:
    """Return the entries that take back something of a row that is left out now, looking at every record."""
    found = open_published(project.yard, project.datasets, NAME, texts=False)
    key = dataset_key(project.keys.secret(), NAME)
    members = set()
    for number, names in found.change.dropped.items():
        rows = found.base.store.read(found.base.shards[number].name).to_pylist()
        members |= {row["member"] for row in rows if row["record"] in names}

    def waits(tag: str | None) -> bool:
        return bool(found.left_out) if tag is None else member_pseudonym(key, tag) in members

    entries = project.log.entries(found.manifest.log.size)
    return [one.number for one in entries if takes_back(project.policy, one) and waits(tag_of(one.event))]


@given(
    acts=st.lists(
        st.tuples(st.sampled_from(sorted({*ACTS} - {"build"})), st.sampled_from(AUTHORS)), max_size=6
    ),
    days=st.sampled_from([0, 1, 45, 400]),
)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_members_first_finds_what_looking_at_every_record_finds(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str]], days: int
) -> None:
    folder = copied(prepared, tmp_path_factory.mktemp("drawn") / "forum")
    clock = SetClock(LATE)
    with opened(folder, clock) as project:
        for act, person in acts:
            ACTS[act](project, person)
        clock.at = Moment(clock.at + days * DAY)
        found = compared(project)
        quick, slow = found.quick, found.slow
        assert {n: {*names} for n, names in quick.dropped.items()} == {
            n: {*names} for n, names in slow.dropped.items()
        }
        assert (quick.gone, quick.redone, quick.lost) == (slow.gone, slow.redone, slow.lost)
        # What else the slow way makes anew was permitted before, too, and came to nothing.
        assert {*quick.redo} <= {*slow.redo}
        assert {*slow.redo} - {*quick.redo} <= found.permitted_then
        assert [one.entry for one in pending(project.yard, project.datasets, NAME)] == pending_slowly(project)


def test_a_no_has_that_members_records_looked_at_and_no_others(folder: Path) -> None:
    with opened(folder) as project:
        first = built(project)
        held = {row["member"] for row in rows_of(project, first)}
        person = next(one for one in AUTHORS if member_of(project, first, one) in held)
        say(project, person, False)
        found = compared(project)
        assert {*found.records.column("author").to_pylist()} == {person}
        assert found.quick.gone > 0


def test_the_version_of_a_redaction_tells_the_directory_from_the_rest() -> None:
    one, other = (f"a/1 sayso-directory/2:{digit * 16}:always b/2" for digit in "0f")
    assert but_directory(one) == but_directory(other) != but_directory(one.replace("b/2", "b/3"))
