"""The community that policies are tried on: the project's, or a made-up one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sayso.cli.desk import Desk
from sayso.cli.progress import progress_bar
from sayso.errors import InputError
from sayso.ports import Crowd
from sayso.values.members import Member
from sayso.values.records import Record
from sayso.workflows.simulation.posts import Finder


@contextmanager
def community(desk: Desk, sample: bool, members: int, seed: int) -> Iterator[tuple[str, Crowd, Finder]]:
    """Give the community's name, its tables, and who finds single members and records in it."""
    from sayso.workflows.simulation.crowds import crowd_in, crowd_of

    if not sample and _has_project(desk):
        with desk.open() as project:
            if project.sources.names():
                yield (
                    f"the community {' and '.join(project.sources.names())}",
                    crowd_of(project.yard),
                    project.sources,
                )
                return
    from sayso.intake.community.generate import generate
    from sayso.intake.community.store import write_community

    with TemporaryDirectory(prefix="sayso-") as folder:
        with progress_bar("Making up a community", desk.quiet):
            made = generate(seed, members)
            write_community(made, Path(folder) / "sample")
        known = {person.member.id: person.member for person in made.people}
        records = {record.id: record for record in made.records}
        yield "a made-up community", crowd_in(Path(folder) / "sample"), _Made(known, records)


class _Made:
    """Finds members and records of a community that was just made up."""

    def __init__(self, members: dict[str, Member], records: dict[str, Record]) -> None:
        self._members, self._records = members, records

    def member(self, member: str) -> Member | None:
        return self._members.get(member)

    def record(self, record: str) -> Record | None:
        return self._records.get(record)


def _has_project(desk: Desk) -> bool:
    if desk.project is not None:
        return True
    try:
        desk.root()
    except InputError:
        return False
    return True
