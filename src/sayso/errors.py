"""Every exception of Sayso, in four families, each with its exit status.

An error says what is wrong, where, why, and what to do. It never holds a member's words or identifiers:
whoever raises one names the place (file, line, column, entry number) or a short digest instead.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: a file or a table, and the line and column in it (both counted from 1)."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return ``file:line:column``, leaving out what is not known.

        >>> str(Place("policy/house.yaml", 3, 7))
        'policy/house.yaml:3:7'
        >>> str(Place("records.jsonl", 12))
        'records.jsonl:12'
        """
        parts = [self.file]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where it is, and what to do about it.

    ``code`` is a short stable name (``unknown-purpose``); ``severity`` is ``error`` or ``warning``.
    """

    code: str
    what: str
    place: Place | None = None
    advice: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        """Return one line: place, what is wrong, and the advice.

        >>> print(Problem("unknown-region", "'XX' is not a country", Place("p.yaml", 4, 3), "use ISO 3166-1"))
        p.yaml:4:3: 'XX' is not a country; use ISO 3166-1 [unknown-region]
        """
        where = f"{self.place}: " if self.place else ""
        advice = f"; {self.advice}" if self.advice else ""
        return f"{where}{self.what}{advice} [{self.code}]"


class SaysoError(Exception):
    """What all of Sayso's exceptions are; carries the problems and the exit status of its family."""

    exit_status = 1
    family = "error"

    def __init__(self, *problems: Problem) -> None:
        """Hold one problem or more; the message is their lines.

        Raises ``ValueError`` when no problem is given: an error without a reason helps nobody.
        """
        if not problems:
            raise ValueError("an error needs at least one problem")
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class InputError(SaysoError):
    """What was given cannot be read or does not make sense: a file, an argument, a policy (exit status 2)."""

    exit_status = 2
    family = "input"


class Refused(SaysoError):
    """What was asked is understood and not allowed: a choice in the future, say (exit status 3)."""

    exit_status = 3
    family = "refused"


class IntegrityError(SaysoError):
    """Something kept does not hold: a digest, a signature, a proof (exit status 4)."""

    exit_status = 4
    family = "integrity"


class EdgeError(SaysoError):
    """The world outside failed: a disk, a lock, a missing optional part (exit status 5)."""

    exit_status = 5
    family = "edge"
