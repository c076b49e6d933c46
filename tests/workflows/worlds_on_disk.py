"""Projects on disk with a small made-up community in them: made once, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sayso.cli.community import events_of, timeline_for
from sayso.config import Settings, settings_text
from sayso.dataset.rows import dataset_key, member_pseudonym
from sayso.intake.community import Community, generate, write_community
from sayso.intake.policies import read_policy_text
from sayso.intake.refusals import ImportReport
from sayso.ledger.events import ChoiceMade, DatasetPublished, RecordsImported
from sayso.ports import Clock
from sayso.slicing import Progress
from sayso.values.uses import Use
from sayso.wiring import Project, create_project, open_project, policy_of
from sayso.workflows.bring import Arrived, bring
from sayso.workflows.build import Built, Request, build
from sayso.workflows.choose import Chosen, Wish, choose
from sayso.workflows.init import lay_out
from sayso.workflows.logbook import write
from sayso.workflows.logstate import LogState
from sayso.workflows.verify import Verified, verify
from shell import SetClock

LATE = "2026-11-01T00:00:00Z"
"""After the last moment of the community's history."""
USE = Use("content-generation", "platform")
SOURCE, NAME, SHARDS = "community", "training", 8


def community(members: int, policy: str = "opt-out-with-notice", seed: int = 7) -> Community:
    """Return a community whose history fits a pack."""
    return generate(seed, members, timeline_for(policy_of(*read_policy_text(policy))))


def make(
    root: Path, made: Community, policy: str = "opt-out-with-notice", clock: Clock | None = None
) -> Path:
    """Make a project under a pack in a new folder, with a community and its history in it, and return the folder."""
    clock = clock or SetClock(LATE)
    text = read_policy_text(policy)
    settings = Settings("forum", "example.org/forum", shards=SHARDS)
    create_project(root, settings, policy_of(*text), lay_out(root, settings_text(settings), text[0]), clock)
    with open_project(root, clock) as project:
        bring_in(project, made)
        now = project.clock.now()
        write(project.book, list(events_of(made.history, project.tags, project.keys.secret(), now)))
    return root


def bring_in(project: Project, made: Community) -> None:
    """Bring the community's tables in, in the place of what was there."""
    bring(
        project.book,
        project.tags,
        project.sources,
        project.yard.snapshots,
        SOURCE,
        lambda folder: _filled(folder, made),
    )


def _filled(folder: Path, made: Community) -> Arrived:
    report: ImportReport = write_community(made, folder)
    return Arrived(
        RecordsImported(SOURCE, report.digest, report.members, report.records, report.refused_rows)
    )


@contextmanager
def opened(root: Path, clock: Clock | None = None) -> Iterator[Project]:
    """Open a project, late enough that nothing of its history lies ahead."""
    with open_project(root, clock or SetClock(LATE)) as project:
        yield project


def copied(root: Path, place: Path) -> Path:
    """Return a copy of a project's folder."""
    shutil.copytree(root, place)
    return place


def without_a_model(folder: Path, mentions: str = "everybody") -> Path:
    """Let a project redact without a model, which takes long to load, and take out the mentions of some; return its folder."""
    file = folder / "sayso.yaml"
    text = file.read_text("utf-8").replace("mode: light", "mode: structured")
    file.write_text(text.replace("mentions: everybody", f"mentions: {mentions}"), "utf-8")
    return folder


def member_of(project: Project, one: Built, person: str) -> str:
    """Return the pseudonym of a member in a data set."""
    tag = project.tags.tag_of(person) or ""
    return member_pseudonym(dataset_key(project.keys.secret(), one.manifest.name), tag)


def quiet(rows: int) -> None:
    """Report no progress."""


def built(project: Project, progress: Progress = quiet, name: str = NAME, use: Use = USE) -> Built:
    """Build the data set."""
    return build(project.yard, project.datasets, Request(name, use, SHARDS), progress)


def published(folder: Path, made: Community, mentions: str = "everybody") -> Path:
    """Make a project with a published data set, that redacts without a model; return its folder."""
    without_a_model(make(folder, made), mentions)
    with opened(folder) as project:
        built(project)
    return folder


def folded(project: Project) -> LogState:
    """Return the state of the log, folded from its first entry."""
    state = LogState(project.log)
    state.extend(project.log.size())
    return state


def verified(project: Project, name: str | None = None) -> Verified:
    """Verify the project."""
    return verify(project.yard, project.datasets, project.log, name, quiet)


def say(project: Project, member: str, yes: bool, control: str = "ai-training") -> Chosen:
    """Record a member's yes or no."""
    return choose(project.book, project.tags, Wish(member, control, yes))


def rows_of(project: Project, one: Built) -> list[dict[str, str]]:
    """Return the published rows of a version."""
    store = project.datasets.shards(one.manifest.name, one.manifest.version)
    return [row for shard in one.manifest.shards for row in store.read(shard.name).to_pylist()]


def logicals(one: Built) -> list[str]:
    """Return the logical digests of a version's shards."""
    return [shard.logical for shard in one.manifest.shards]


def once(act: Callable[[], object]) -> Progress:
    """Return a progress callback that acts the first time that it is called."""
    waiting = [act]

    def progress(rows: int) -> None:
        if waiting:
            waiting.pop()()

    return progress


def publications(project: Project) -> list[tuple[int, DatasetPublished]]:
    """Return the publishing entries of the log with their numbers."""
    found = [(entry.number, entry.event) for entry in project.log.entries()]
    return [(number, event) for number, event in found if isinstance(event, DatasetPublished)]


def last_words(project: Project, control: str, before: int) -> dict[str, bool]:
    """Return each tag's last word through a control among the first ``before`` entries, slowly."""
    words: dict[str, tuple[int, int, bool]] = {}
    for entry in project.log.entries(0, before):
        event = entry.event
        if isinstance(event, ChoiceMade) and event.control == control:
            words[event.tag] = max(words.get(event.tag, (0, -1, False)), (event.at, entry.number, event.yes))
    return {tag: yes for tag, (_, _, yes) in words.items()}
