"""A report as Markdown: for whoever keeps reports under version control, and pastes them into other documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.reports.document import KNOWN, SAID, Document, Field, Note, Part, Section, State, Table
from sayso.values.moments import format_day

_SIGNS = re.compile(r"([\\`*_\[\]<>|~&])")
_HEAD = re.compile(r"^(\s*)([-+=]+|#+|\d+[.)])(?=\s|$)")


def as_markdown(document: Document) -> str:
    """Return a report as Markdown; words from outside are text in it, whatever signs they hold."""
    return "\n".join(_document(document)).rstrip() + "\n"


def plain(text: str) -> str:
    r"""Return a text on one line with every sign that Markdown or HTML could read as markup disarmed.

    >>> print(plain("<b>1 * 2</b>\n# x | y"), plain("- no list"), plain("1. x"), plain("## x"))
    \<b\>1 \* 2\</b\> # x \| y \- no list 1\. x \## x
    """
    line = _SIGNS.sub(r"\\\1", " ".join(text.split()))
    return _HEAD.sub(lambda found: f"{found[1]}{_disarmed(found[2])}", line)


def _disarmed(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}" if mark[0].isdigit() else f"\\{mark}"


def _document(document: Document) -> Iterator[str]:
    grounds = document.grounds
    yield f"# {plain(document.title)}"
    yield ""
    if document.subject:
        yield f"About: {plain(', '.join(document.subject))}."
    yield f"Made on {format_day(document.made_at)} from the log {plain(grounds.origin)}, its first {grounds.size:,} entries."
    yield ""
    for caution in document.cautions:
        yield from (f"> {plain(caution)}", "")
    if any(True for _ in document.fields()):
        yield _states(document)
        yield ""
    for section in document.sections:
        yield from _section(section, 2)
    yield from _made_from(document)


def _states(document: Document) -> str:
    counted = [f"{document.count(state)} {words}" for state, words in SAID.items() if document.count(state)]
    return f"Fields: {', '.join(counted)}."


def _section(section: Section, level: int) -> Iterator[str]:
    number = f"{section.number} " if section.number else ""
    yield f"{'#' * min(level, 6)} {plain(number + section.title)}"
    yield ""
    for part in section.parts:
        yield from _part(part)
    for below in section.sections:
        yield from _section(below, level + 1)


def _part(part: Part) -> Iterator[str]:
    match part:
        case Field():
            yield from _field(part)
        case Table():
            yield from _table(part)
        case Note():
            mark = "> **Heed this.** " if part.warning else "> "
            yield from (f"{mark}{plain(part.text)}", "")


def _field(field: Field) -> Iterator[str]:
    yield f"**{plain(field.label)}** (`{field.id}`)"
    yield ""
    if field.state is State.MISSING:
        yield from (f"**MISSING.** Answer `{field.question}` in the file of answers.", "")
    elif field.state is State.WAITING:
        yield from (f"**MISSING** unless the answer above is no: `{field.question}`.", "")
    elif field.state is State.LEFT_OUT:
        yield from ("Nothing to add.", "")
    elif field.state is State.NOT_APPLICABLE and not field.answer:
        yield from ("Does not apply.", "")
    if len(field.answer) > 1:
        yield from (*(f"- {plain(one)}" for one in field.answer), "")
    elif field.answer:
        yield from (plain(field.answer[0]), "")
    for finding in field.findings:
        yield from (f"{KNOWN} {plain(finding)}", "")
    if field.answer and field.state is not State.NOT_APPLICABLE:
        source = (SAID[field.state], *field.basis)
        yield from (f"*Source: {plain('; '.join(source))}.*", "")


def _table(table: Table) -> Iterator[str]:
    yield f"**{plain(table.caption)}**"
    yield ""
    if not table.rows:
        yield from ("None.", "")
        return
    yield f"| {' | '.join(map(plain, table.columns))} |"
    places = range(len(table.columns))
    yield f"|{'|'.join('---:' if place in table.numbers else '---' for place in places)}|"
    for row in table.rows:
        yield f"| {' | '.join(map(plain, row))} |"
    yield ""


def _made_from(document: Document) -> Iterator[str]:
    grounds = document.grounds
    yield "## What this report was made from"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| log | {plain(grounds.origin)}, {grounds.size:,} entries, root `{grounds.root}` |"
    version = f", version {grounds.policy_version}" if grounds.policy_version else ", no version in force"
    yield f"| policy | {plain(grounds.policy + version)}, `{grounds.policy_digest}` |"
    yield f"| made by | {plain(grounds.code)} |"
    if document.evidence is not None:
        yield "| evidence | in the JSON form of this report |"
