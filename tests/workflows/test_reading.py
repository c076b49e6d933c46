"""Opening a published data set in Python: without whoever has said no since, before anything is rewritten."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest

import sayso
from sayso.errors import InputError, IntegrityError
from sayso.wiring import Project
from sayso.workflows.delete import delete_record
from sayso.workflows.erase import erase
from sayso.workflows.suspend import Stop, suspend
from workflows.worlds_on_disk import (
    NAME,
    built,
    community,
    copied,
    make,
    member_of,
    opened,
    rows_of,
    say,
    without_a_model,
)

MADE = community(80, seed=5)
PEOPLE = [person.member.id for person in MADE.people]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a published data set, that takes out the names of objectors alone, without a model."""
    folder = make(tmp_path_factory.mktemp("prepared") / "forum", MADE)
    without_a_model(folder, "objectors")
    with opened(folder) as project:
        built(project)
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def authors(project: Project) -> dict[str, str]:
    """Return the pseudonyms of members with rows in the published set, and who they are."""
    first = built(project)
    held = {row["member"] for row in rows_of(project, first)}
    return {name: person for person in PEOPLE if (name := member_of(project, first, person)) in held}


def test_everything_is_there_while_nothing_has_changed(folder: Path) -> None:
    with opened(folder) as project:
        rows = rows_of(project, built(project))
    reader = sayso.open(NAME, folder)
    assert (list(reader), len(reader), reader.left_out) == (rows, len(rows), 0)
    assert reader.to_table().to_pylist() == rows
    assert (reader[0], reader[-1]) == (rows[0], rows[-1])
    assert sum(batch.num_rows for batch in reader.batches(7)) == len(rows)
    assert reader.to_dataset().count_rows(filter=pc.field("member") == rows[0]["member"]) >= 1
    assert set(reader.column_names) == set(rows[0])
    with pytest.raises(IndexError):
        reader[len(rows)]


def test_who_said_no_since_is_left_out_and_so_is_what_still_names_them(folder: Path) -> None:
    with opened(folder) as project:
        rows, known = rows_of(project, built(project)), authors(project)
        names = {person.member.id: person.name for person in MADE.people}
        person, name = next(
            (person, name)
            for name, person in known.items()
            if any(names[person] in row["text"] and row["member"] != name for row in rows)
        )
        say(project, person, False)
    reader = sayso.open(NAME, folder)
    texts = [row["text"] for row in reader]
    assert name not in {row["member"] for row in reader}
    assert not any(names[person] in text for text in texts)
    assert 0 < reader.left_out < len(rows)
    assert len(texts) == len(reader)


@pytest.mark.parametrize("what", ["delete", "suspend", "erase"])
def test_deletions_stops_and_erasures_are_heard_too(folder: Path, what: str) -> None:
    with opened(folder) as project:
        known = authors(project)
        name, person = next(iter(known.items()))
        rows = rows_of(project, built(project))
        if what == "delete":
            for record in [r.id for r in MADE.records if r.author == person]:
                delete_record(project.book, project.tags, project.sources, record)
        elif what == "erase":
            erase(project.book, project.tags, project.sources, project.yard.snapshots, person)
        else:
            suspend(project.book, Stop(("ai-training",), "the office"))
    left = {row["member"] for row in sayso.open(NAME, folder)}
    assert left == (set() if what == "suspend" else {row["member"] for row in rows} - {name})


def test_a_changed_shard_is_not_read(folder: Path) -> None:
    with opened(folder) as project:
        first = built(project)
        file = project.datasets.folder(NAME, first.manifest.version) / first.manifest.shards[0].name
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(IntegrityError, match="to the bit"):
        sayso.open(NAME, folder)


def test_the_nearest_project_is_opened_and_a_name_that_is_none_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert len(sayso.open(NAME)) > 0
    with pytest.raises(InputError, match="no data set"):
        sayso.open("other")
