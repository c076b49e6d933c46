"""A report as one HTML page that asks nobody else for anything: readable on a screen, in the dark, on paper and aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from sayso.reports.document import KNOWN, SAID, Document, Field, Note, Part, Section, State, Table
from sayso.reports.sheet import SHEET
from sayso.values.moments import format_day, format_moment

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(document: Document) -> str:
    """Return a report as an HTML page; words from outside are text in it, whatever they hold."""
    return "\n".join(_page(document)) + "\n"


def text(words: str) -> str:
    """Return words as HTML text, web addresses in them as links.

    >>> text("<b>")
    '&lt;b&gt;'
    >>> text("see https://a.example/?x=1&y")
    'see <a href="https://a.example/?x=1&amp;y" rel="noreferrer">https://a.example/?x=1&amp;y</a>'
    """
    parts, last = [], 0
    for found in _ADDRESS.finditer(words):
        address = found[0].rstrip(".,;:!?)")
        link = escape(address)
        parts += [_words(words[last : found.start()]), f'<a href="{link}" rel="noreferrer">{link}</a>']
        last = found.start() + len(address)
    return "".join((*parts, _words(words[last:])))


def _words(words: str) -> str:
    """Return words as HTML text, days in it kept on one line."""
    return _DAY.sub(r'<span class="day">\g<0></span>', escape(words))


def _page(document: Document) -> Iterator[str]:
    title = escape(document.title)
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f'<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex"><title>{title}</title>'
    yield f"<style>{SHEET}</style></head>"
    yield '<body><a class="skip" href="#start">To the report</a>'
    yield from _header(document)
    yield from _contents(document)
    yield '<main id="start">'
    yield from _cautions(document)
    for section in document.sections:
        yield from _section(section, 2)
    yield from _made_from(document)
    yield "</main></body></html>"


def _header(document: Document) -> Iterator[str]:
    yield f"<header><h1>{escape(document.title)}</h1>"
    if document.subject:
        yield f'<p class="subject">About: {text(", ".join(document.subject))}</p>'
    made = f'<time datetime="{format_moment(document.made_at)}">{format_day(document.made_at)}</time>'
    personal = " It is about one person: show it to nobody who need not see it." if document.personal else ""
    log = f"{text(document.grounds.origin)}, its first {document.grounds.size:,} entries"
    yield f'<p class="made">Made on {made} from the log {log}.{personal}</p>'
    counts = [(state, document.count(state)) for state in State]
    shown = [
        f'<li class="{state}"><strong>{count}</strong> {escape(SAID[state])}</li>'
        for state, count in counts
        if count
    ]
    if shown:
        yield f'<ul class="counts" aria-label="Fields of this report">{"".join(shown)}</ul>'
    yield "</header>"


def _contents(document: Document) -> Iterator[str]:
    if len(document.sections) < 2:
        return
    yield f'<nav aria-label="Contents"><h2>Contents</h2>{_list(document.sections)}</nav>'


def _list(sections: Iterable[Section]) -> str:
    items = (
        f'<li><a href="#{escape(one.id)}">{escape(_titled(one))}</a>{_list(one.sections) if one.sections else ""}</li>'
        for one in sections
    )
    return f"<ol>{''.join(items)}</ol>"


def _titled(section: Section) -> str:
    return f"{section.number} {section.title}".strip()


def _cautions(document: Document) -> Iterator[str]:
    for caution in document.cautions:
        yield f'<p class="caution" role="note">{text(caution)}</p>'


def _section(section: Section, level: int) -> Iterator[str]:
    heading = min(level, 6)
    yield f'<section id="{escape(section.id)}" class="level-{level}"><h{heading}>{escape(_titled(section))}</h{heading}>'
    fields: list[Field] = []
    for part in section.parts:
        if isinstance(part, Field):
            fields.append(part)
            continue
        yield from _fields(fields)
        fields = []
        yield from _part(part)
    yield from _fields(fields)
    for below in section.sections:
        yield from _section(below, level + 1)
    yield "</section>"


def _fields(fields: list[Field]) -> Iterator[str]:
    if fields:
        yield "<dl>"
        for field in fields:
            yield f'<div class="field {field.state}" id="{escape(field.id)}"><dt>{escape(field.label)}</dt><dd>'
            yield from _answer(field)
            yield "</dd></div>"
        yield "</dl>"


def _answer(field: Field) -> Iterator[str]:
    match field.state:
        case State.MISSING:
            yield f'<p><strong class="mark">Missing</strong> Answer <code>{escape(field.question)}</code> in the file of answers.</p>'
        case State.WAITING:
            key = escape(field.question)
            yield f'<p><strong class="mark">Missing</strong> unless the answer above is no: <code>{key}</code>.</p>'
        case State.LEFT_OUT:
            yield '<p class="quiet">Nothing to add.</p>'
        case State.NOT_APPLICABLE if not field.answer:
            yield '<p class="quiet">Does not apply.</p>'
    if len(field.answer) > 1:
        yield f"<ul>{''.join(f'<li>{text(one)}</li>' for one in field.answer)}</ul>"
    elif field.answer:
        yield f"<p>{text(field.answer[0])}</p>"
    yield from _findings(field)
    if field.answer and field.state is not State.NOT_APPLICABLE:
        yield f'<p class="basis">Source: {text("; ".join((SAID[field.state], *field.basis)))}.</p>'


def _findings(field: Field) -> Iterator[str]:
    found = field.findings
    if len(found) > 1:
        yield f'<div class="finding">{KNOWN}<ul>{"".join(f"<li>{text(one)}</li>" for one in found)}</ul></div>'
    elif found:
        yield f'<p class="finding">{KNOWN} {text(found[0])}</p>'


def _part(part: Part) -> Iterator[str]:
    if isinstance(part, Note):
        yield f'<p class="{"caution" if part.warning else "note"}" role="note">{text(part.text)}</p>'
    elif isinstance(part, Table):
        yield from _table(part)


def _table(table: Table) -> Iterator[str]:
    caption = escape(table.caption)
    if not table.rows:
        yield f'<p class="note" id="{escape(table.id)}">{caption}: none.</p>'
        return
    wide = " wide" if len(table.columns) > 4 else ""
    yield f'<div class="scroll{wide}" role="region" tabindex="0" aria-label="{caption}">'
    yield f'<table id="{escape(table.id)}"><caption>{caption}</caption>'
    heads = (f'<th scope="col"{_number(table, n)}>{escape(one)}</th>' for n, one in enumerate(table.columns))
    yield f"<thead><tr>{''.join(heads)}</tr></thead><tbody>"
    for row in table.rows:
        first, *rest = (text(cell) for cell in row)
        cells = (f"<td{_number(table, n)}>{cell}</td>" for n, cell in enumerate(rest, 1))
        yield f'<tr><th scope="row">{first}</th>{"".join(cells)}</tr>'
    yield "</tbody></table></div>"


def _number(table: Table, place: int) -> str:
    return ' class="n"' if place in table.numbers else ""


def _made_from(document: Document) -> Iterator[str]:
    grounds = document.grounds
    version = f"version {grounds.policy_version}" if grounds.policy_version else "no version in force"
    rows = [
        (
            "Log",
            f"{escape(grounds.origin)}, {grounds.size:,} entries, root <code>{escape(grounds.root)}</code>",
        ),
        (
            "Policy",
            f"{escape(grounds.policy)}, {escape(version)}, <code>{escape(grounds.policy_digest)}</code>",
        ),
        ("Made by", escape(grounds.code)),
    ]
    if document.evidence is not None:
        rows.append(("Evidence", "in the JSON form of this report"))
    yield '<section id="made-from" class="level-2"><h2>What this report was made from</h2><dl>'
    for name, words in rows:
        yield f'<div class="field"><dt>{name}</dt><dd><p>{words}</p></dd></div>'
    yield "</dl></section>"
