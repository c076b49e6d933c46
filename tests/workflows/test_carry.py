"""A version takes over from the one before what would come out the same, and is what a build from nothing gives at that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sayso.dataset.manifest import Manifest
from sayso.engines.spot import DirectorySpotter
from sayso.ports import Known
from sayso.redact.directory import Directory, Entry, Mentions
from sayso.values.moments import Moment
from sayso.wiring import Project
from sayso.workflows.build import MENTION_INDEX, Built, Request, build
from sayso.workflows.carry import but_directory
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.suspend import Stop, suspend
from workflows.worlds_on_disk import (
    NAME,
    SHARDS,
    USE,
    built,
    community,
    copied,
    make,
    member_of,
    opened,
    quiet,
    rows_of,
    say,
    verified,
    without_a_model,
)

MADE = community(40, seed=11)
PEOPLE = [person.member.id for person in MADE.people]
MODES = {"everybody": "everybody", "objectors": "objectors"}


@pytest.fixture(scope="module", params=sorted(MODES))
def prepared(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A project with a community in it, that redacts without a model and takes out mentions of everybody, or of objectors."""
    folder = make(tmp_path_factory.mktemp("prepared") / "forum", MADE)
    without_a_model(folder, request.param)
    with opened(folder) as project:
        built(project)
    return folder


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


ACTS: dict[str, Callable[[Project, str], Any]] = {
    "no": lambda project, person: say(project, person, False),
    "yes": lambda project, person: say(project, person, True),
    "close": lambda project, person: close_account(project.book, project.tags, person),
    "delete": lambda project, person: delete_record(
        project.book, project.tags, project.sources, next(r.id for r in MADE.records if r.author == person)
    ),
    "stop": lambda project, person: suspend(
        project.book, Stop(("ai-training",), "the office", regions=("GB",))
    ),
    "build": lambda project, person: built(project),
}
AUTHORS = sorted({record.author for record in MADE.records if record.author})


@given(acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(AUTHORS)), max_size=9))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_run_of_words_and_builds_ends_where_one_build_at_the_end_does(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str]]
) -> None:
    folder = copied(prepared, tmp_path_factory.mktemp("drawn") / "forum")
    with opened(folder) as project:
        for act, person in acts:
            ACTS[act](project, person)
        same(project, built(project))


# Whom a spotter finds

NAMES = st.sampled_from(
    ["Ada Lovelace", "Will Rose", "Mai Li", "Ada Byron", "Jo Will", "Grace Hopper", "Rose"]
)
WORDS = st.sampled_from(
    "Ada Lovelace lovelace Will will Rose rose Mai Li Byron dear thanks said Mr. @ada_l ada_l A. L. met and in".split()
)


@given(
    names=st.lists(NAMES, min_size=1, max_size=5),
    before=st.sets(st.integers(0, 4)),
    after=st.sets(st.integers(0, 4)),
    words=st.lists(WORDS, max_size=12),
    everybody=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_a_text_that_comes_out_otherwise_is_spotted(
    names: list[str], before: set[int], after: set[int], words: list[str], everybody: bool
) -> None:
    known = [Known(f"t{n}", (name,), (f"{name.split()[0].lower()}_l",)) for n, name in enumerate(names)]
    text = " ".join(words)

    def found(objectors: set[int]) -> tuple[object, object]:
        always = frozenset(f"t{n}" for n in objectors if n < len(names))
        directory = Directory.of([Entry(*one) for one in known], always, b"k")
        return Mentions(directory, everybody).find([text]), directory.mentions([text])

    changed = [one for n, one in enumerate(known) if (n in before) != (n in after)]
    if changed and found(before) != found(after):
        assert DirectorySpotter(changed).spotted([text]) == [True]


def test_the_version_of_a_redaction_tells_the_directory_from_the_rest() -> None:
    one, other = (f"a/1 sayso-directory/2:{digit * 16}:always b/2" for digit in "0f")
    assert but_directory(one) == but_directory(other) != but_directory(one.replace("b/2", "b/3"))
