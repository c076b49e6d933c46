"""How the fields of a form are filled: with what the project knows, with what a person said, or with a mark that it is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sayso.reports.answers import Given
from sayso.reports.document import Field, State
from sayso.reports.questions import BY_KEY, Answers


class Filler:
    """Makes the fields of one report from the answers at hand."""

    def __init__(self, given: Given) -> None:
        """Take the answers."""
        self.given = given

    def known(self, id: str, label: str, *answer: str, basis: Iterable[str] = ()) -> Field:
        """Return a field that the project itself answers."""
        return Field(id, label, State.KNOWN, tuple(answer), tuple(basis))

    def moot(self, id: str, label: str, *why: str) -> Field:
        """Return a field that another answer makes moot."""
        return Field(id, label, State.NOT_APPLICABLE, tuple(why))

    def asked(self, id: str, label: str, key: str, findings: Iterable[str] = ()) -> Field:
        """Return a field that a person answers; ``findings`` are what the project knows about it.

        Raises ``KeyError`` for a question that there is not.
        """
        question = BY_KEY[key]
        answer = self.given.text(key)
        if question.kind is Answers.YES_NO and answer:
            answer = (answer[0].capitalize() + ".",)
        state = State.GIVEN if answer else State.LEFT_OUT if question.optional else State.MISSING
        basis = (key,) if answer else ()
        return Field(id, label, state, answer, basis, tuple(findings), key)

    def branch(self, id: str, label: str, key: str, gate: bool | None) -> Field:
        """Return a field that is asked only where a yes opened its branch; a no makes it moot."""
        if gate is False:
            return self.moot(id, label)
        field = self.asked(id, label, key)
        waits = gate is None and field.state is State.MISSING
        return replace(field, state=State.WAITING) if waits else field

    def said(self, key: str) -> bool | None:
        """Return the yes or no to a question, ``None`` where nobody has said."""
        return self.given.said(key)
