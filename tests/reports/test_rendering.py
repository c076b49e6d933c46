"""A report in its three forms: the same words in each, and nothing in them that was only meant to be read."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from goldens import check_golden
from reports.makings import GROUNDS, NOW, everything, given, of_datasets, of_model
from sayso.reports.ab2013 import ab2013
from sayso.reports.art53 import art53
from sayso.reports.as_html import as_html, text
from sayso.reports.as_json import as_json, json_fields
from sayso.reports.as_markdown import as_markdown
from sayso.reports.document import Document, Field, Note, Section, State, Table
from sayso.reports.schema import report_schema

SCHEMA_FILE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "report.schema.json"

HOSTILE = [
    "<script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", "\" onmouseover=\"alert(1)", "&lt;b&gt; & &amp;",
    "[a](javascript:alert(1))", "![x](https://evil.example/x.png)", "<https://evil.example>", "a | b | c", "| --- |", "# no heading",
    "- no list", "1. no list", "> no quote", "```\ncode", "**bold** __bold__ ~~gone~~", "`code`", "\\`not code\\`", "***", "===",
    "javascript:alert(1)", "https://example.org/?a=1&b=\"<x>", "line\nbreak\n\n# heading", "<!-- no comment -->", "]]>", "a\\|b",
    "\u202egnp.exe", "x" * 3000,
]  # fmt: skip


def of_words(words: str) -> Document:
    """Return a report that says some words in every place where words from outside can stand."""
    field = Field("field", words, State.GIVEN, (words, words), (words,), (words,), "provider_name")
    single = Field("single", words, State.KNOWN, (words,))
    table = Table("table", words, (words, "two"), ((words, "2"), ("1", words)), (1,))
    below = Section("below", "1.1", words, (Note(words), Note(words, warning=True)))
    section = Section("section", "1", words, (field, single, table), (below,))
    return Document("art53", words, (words,), NOW, GROUNDS, (section,), (words,))


class _Reader(HTMLParser):
    """Reads a page as a browser does: its tags, attributes and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.raw = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.raw += 1


def read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    return reader


def shape(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the tags of a page with the names of their attributes, but for links and days in the words."""
    return [(tag, tuple(sorted(attrs))) for tag, attrs in read(page).tags if tag not in ("a", "span")]


WORDS = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=40), st.text("<>&\"'`|*_[]()!#-\n\\ a1.:/", max_size=60)
)
ORDINARY = shape(as_html(of_words("words")))


@settings(deadline=None)
@drawn(WORDS)
def test_words_change_nothing_of_the_structure_of_a_page(words: str) -> None:
    page = as_html(of_words(words))
    assert shape(page) == ORDINARY
    links = [attrs["href"] for tag, attrs in read(page).tags if tag == "a"]
    assert all(re.match(r"(#|https?://)", link or "") for link in links)
    assert read(page).raw == 0


@drawn(WORDS)
def test_words_come_out_of_html_as_they_went_in(words: str) -> None:
    plain = words.replace("\r", "").replace("\0", "")
    assert "".join(read(text(plain)).texts) == plain


MARKDOWN = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])


def tokens(markdown: str) -> list[str]:
    """Return the kinds of what Markdown makes of a text, what is inside a line included."""
    found: list[str] = []
    for token in MARKDOWN.parse(markdown):
        found.append(token.type)
        found += [child.type for child in token.children or () if child.type not in ("text", "text_special")]
    return found


@settings(deadline=None)
@drawn(WORDS.filter(lambda words: words.strip()))
def test_words_change_nothing_of_the_structure_of_markdown(words: str) -> None:
    assert tokens(as_markdown(of_words(words))) == tokens(as_markdown(of_words("words")))


@drawn(WORDS)
def test_json_holds_the_words_as_they_are_and_keeps_to_its_schema(words: str) -> None:
    document = of_words(words)
    found = json.loads(as_json(document))
    assert found["sections"][0]["parts"][0]["answer"] == [words, words]
    Draft202012Validator(report_schema()).validate(found)


DOCUMENTS = {
    "art53-model": art53(of_model(), everything()),
    "art53-data-set": art53(of_datasets(), given()),
    "ab2013": ab2013(of_datasets(), given()),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_report_is_the_one_that_was_approved(name: str) -> None:
    document = DOCUMENTS[name]
    check_golden(f"reports/{name}.md", as_markdown(document))
    check_golden(f"reports/{name}.json", as_json(document))


def test_a_page_is_the_one_that_was_approved() -> None:
    check_golden("reports/art53-model.html", as_html(DOCUMENTS["art53-model"]))


def test_the_schema_page_is_made_from_the_document_model() -> None:
    Draft202012Validator.check_schema(report_schema())
    check_golden(SCHEMA_FILE, json.dumps(report_schema(), indent=2) + "\n")


def test_the_schema_refuses_what_no_report_is() -> None:
    found = json_fields(DOCUMENTS["ab2013"])
    found["sections"][0]["parts"][0]["state"] = "perhaps"
    assert not Draft202012Validator(report_schema()).is_valid(found)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_page_asks_nobody_for_anything_and_has_no_script(name: str) -> None:
    page = read(as_html(DOCUMENTS[name]))
    assert {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in page.tags} == set()
    assert not [attrs for _, attrs in page.tags if any(key.startswith("on") or key == "src" for key in attrs)]
    assert "url(" not in as_html(DOCUMENTS[name])
    assert "@import" not in as_html(DOCUMENTS[name])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_id_stands_once_and_every_link_inside_leads_somewhere(name: str) -> None:
    page = read(as_html(DOCUMENTS[name]))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    inside = [href[1:] for tag, attrs in page.tags if tag == "a" and (href := attrs["href"] or "")[:1] == "#"]
    assert set(inside) <= set(ids)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_permitted_means_is_said_in_every_form(name: str) -> None:
    for written in (as_html, as_markdown, as_json):
        assert "never means that the use is lawful" in written(DOCUMENTS[name])


def test_a_table_whose_rows_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="as many cells"):
        Table("t", "t", ("one", "two"), (("1",),))
