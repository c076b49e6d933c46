"""What one call of a long-lived process rests on: the sources at one state, the log at another, and the tags of people."""

from __future__ import annotations

from dataclasses import replace

from sayso.holdings import Holdings
from sayso.ledger.standing import record_tag
from sayso.values.members import Member
from sayso.values.records import Record
from sayso.values.standing import Standing
from sayso.workflows.facts import Yard
from sayso.workflows.standings import View


class Scene:
    """A ``Finder`` and the standings that go with it; it never changes but for ``lost``."""

    def __init__(self, yard: Yard, held: Holdings, view: View, tags: dict[str, str] | None = None) -> None:
        """Put them together; ``tags`` are those known of people of these holdings, to which some are added."""
        self._yard, self.held, self.view = yard, held, view
        self._tags = {} if tags is None else tags
        self.lost = False
        """Whether somebody had no tag who has one as long as they are in a source: they are erased, and the sources others by now."""

    def member(self, member: str) -> Member | None:
        """Return the member of an id, ``None`` where no source has them."""
        return self.held.member(member)

    def record(self, record: str) -> Record | None:
        """Return the record of an id, without its text, ``None`` where no source has it."""
        return self.held.record(record)

    def standing(self, person: str | None, record: Record) -> Standing:
        """Return the standing of a person, with the deletion of a record by them or by its author."""
        tag = self._tag(person)
        own = self.view.of(tag)
        author = tag if person == record.author else self._tag(record.author)
        tagged = own.deletions if author == tag else (*own.deletions, *self.view.of(author).deletions)
        if not tagged:
            return own
        wanted = record_tag(self._yard.book.keys.secret(), record.id)
        return replace(own, deletions=tuple((record.id, at) for each, at in tagged if each == wanted))

    def _tag(self, person: str | None) -> str | None:
        if person is None:
            return None
        tag = self._tags.get(person) or self._yard.tags.tag_of(person)
        if tag is not None:
            self._tags[person] = tag
        elif self.held.member(person) is not None:
            self.lost = True
        return tag
