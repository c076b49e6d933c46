"""The second act of ``sayso demo``: a model learns from the training set, a member says no, and the model forgets them."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.cli.answer import Field
from sayso.cli.stage import Stage, hold
from sayso.workflows.story import records_left, witness
from sayso.workflows.story_words import Leaning, leaning

RECEIPT = "receipt-2.json"


@dataclass(frozen=True, slots=True)
class Forgetting:
    """The act: the project's folder and data set, the control that a no goes through, and who has said no in the first act."""

    stage: Stage
    place: str
    dataset: str
    control: str
    first: str

    @property
    def model(self) -> str:
        """Return the model's name, as ``sayso train`` gives it."""
        return f"{self.dataset}-suggestions"

    def tell(self) -> dict[str, Field]:
        """Tell it, and return its facts; raises ``IntegrityError`` where what it says does not hold."""
        found = self._learns()
        member = found.member if found else self._anybody()
        self._no(member)
        self._gone(found)
        self._digests(member)
        return {"forgot": member, "suggested": None if found is None else f"{found.prompt} {found.shown}"}

    def _learns(self) -> Leaning | None:
        self.stage.heading("A model learns from the training set")
        self.stage.say(
            "A model keeps what it has learnt, even when the files that it learnt from are gone. This one helps people who write: it",
            "counts which words follow which, and how many members wrote them so.",
        )
        self.stage.print()
        self.stage.run(self.place, "train", "suggestions", self.dataset, shorten=lambda out: out[:2])
        with self.stage.open(self.place) as project:
            found = leaning(project.shelf, self.model)
        if found is not None:
            self._suggest(found)
            self.stage.print()
            self.stage.say(
                f"What members wrote is offered to others only where {_number(found.writers)} of them wrote it.",
                f"Just {_number(found.writers)} wrote “{found.prompt} {found.shown}”, and {found.member} is one of them.",
            )
        return found

    def _suggest(self, found: Leaning) -> str:
        return self.stage.run(self.place, "suggest", self.model, found.prompt, "-k", "1")

    def _anybody(self) -> str:
        with self.stage.open(self.place) as project:
            return witness(project.yard, project.datasets, self.dataset).member

    def _no(self, member: str) -> None:
        self.stage.heading("One of them says no")
        self.stage.say(
            f"As {self.first} did before, {member} switches it off. Nobody has to remember what is to be done now: it follows from",
            "the log, with the day by which the policy promises it. One command does all of it, and can be left running:",
        )
        self.stage.print()
        words = ("choose", member, self.control, "no", "--out", RECEIPT)
        self.stage.run(self.place, *words, shorten=lambda out: [out[0], out[2]])
        self.stage.run(self.place, "work", "--dry-run")
        self.stage.run(self.place, "work")
        with self.stage.open(self.place) as project:
            left = records_left(project.yard, project.datasets, self.dataset, member)
        hold(left == 0, "the records of somebody who said no are still in the training set")
        self.stage.print()
        self.stage.say(
            f"{member}'s words are out of the training set. The model was not trained again: what they had added to its counts",
            "was subtracted.",
        )

    def _gone(self, found: Leaning | None) -> None:
        self.stage.heading("Has it forgotten?")
        if found is None:
            return
        self.stage.say(
            "The same beginning again. Two members who wrote it are too few, so something else is offered, or nothing:"
            if found.writers == 3
            else "The same beginning again. Too few members are left who wrote it, so something else is offered, or nothing:"
        )
        self.stage.print()
        out = self._suggest(found)
        hold(f"… {found.shown}" not in out, "the model still suggests what it had to forget")
        self.stage.print()

    def _digests(self, member: str) -> None:
        self.stage.say(
            "Is more of theirs left in it, where nobody sees it? The model is trained once more from nothing, on the training set",
            "without them. The digests of the two, fingerprints of all that they have counted, are the same only if nothing is left:",
        )
        self.stage.print()
        self.stage.run(self.place, "audit", self.model, shorten=lambda out: [*out[1:4], out[-1]])
        self.stage.print()
        self.stage.say(
            "This is where their records have been. Old versions are kept for a week, in case of a mistake, "
            "as the policy says; then the same",
            "`sayso work` deletes them for good:",
        )
        self.stage.print()
        self.stage.run(self.place, "lineage", member)
        self.stage.run(self.place, "verify", shorten=lambda out: out[-1:])


def _number(number: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(number, f"{number:,}")
