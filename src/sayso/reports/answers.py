"""What a person answered, read from their file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sayso.errors import InputError
from sayso.policy.parse_block import Block, read_block
from sayso.policy.parse_report import Report
from sayso.policy.yamltext import Word, read_yaml
from sayso.reports.questions import QUESTIONS, TABLE, Answers, Question
from sayso.values.moments import Moment, format_day, parse_moment


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary that was made public: when, and where it is (empty: not said)."""

    at: Moment
    address: str


@dataclass(frozen=True, slots=True)
class Given:
    """The answers by key, each as paragraphs; ``summaries`` are those that were made public, oldest first."""

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    summaries: tuple[Summary, ...] = ()

    def text(self, key: str) -> tuple[str, ...]:
        """Return the answer to a question, nothing where there is none."""
        return self.texts.get(key, ())

    def said(self, key: str) -> bool | None:
        """Return a yes or a no, ``None`` where nobody has said."""
        answer = self.texts.get(key)
        return None if answer is None else answer == ("yes",)


NOTHING = Given()
"""What is known where nobody answered anything."""


def read_answers(text: str, file: str) -> Given:
    """Return the answers in a file of the form that ``questions.form`` asks for.

    Raises ``InputError`` with every problem, each with its place.
    """
    report = Report(file)
    tree = read_yaml(text, report)
    block = None if tree is None else read_block(TABLE, tree, report)
    if block is None or report.count:
        raise InputError(*report.problems())
    summaries = _summaries(block, report)
    if report.count:
        raise InputError(*report.problems())
    found = {one.key: answer for one in QUESTIONS if (answer := _answer(block, one))}
    return Given(MappingProxyType(found), summaries)


def _answer(block: Block, question: Question) -> tuple[str, ...]:
    match question.kind:
        case Answers.LIST:
            return tuple(" ".join(word.text.split()) for word in block.words(question.key))
        case Answers.DAY:
            moment = block.moment(question.key)
            return () if moment is None else (format_day(moment),)
        case _:
            words = block.text(question.key)
            return (words,) if words else ()


def _summaries(block: Block, report: Report) -> tuple[Summary, ...]:
    found = [_summary(word, report) for word in block.words("published_summaries")]
    known = [one for one in found if one is not None]
    return tuple(sorted(known, key=lambda one: one.at))


def _summary(word: Word, report: Report) -> Summary | None:
    day, _, address = " ".join(word.text.split()).partition(" ")
    try:
        return Summary(parse_moment(day), address)
    except (ValueError, OverflowError):
        advice = "write its day, a space and its address: 2026-03-01 https://example.org/summary"
        report.add("bad-date", "a published summary does not begin with a day", word.place, advice)
        return None
