"""Articles of a LinkedIn archive: one HTML file each, with its title, its dates and its words."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from sayso.intake.archives.dates import export_moment
from sayso.intake.archives.pouring import words_of
from sayso.intake.htmltext import LONGEST_HTML
from sayso.intake.refusals import Refusal, RowError
from sayso.values.moments import Moment

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEAD = re.compile(r"<head\b.*?</head\s*>", re.IGNORECASE | re.DOTALL)


class Article(NamedTuple):
    """An article: the address it was published at, whether it was, when it was made, and title and words."""

    address: str
    is_published: bool
    created_at: Moment
    text: str


def read_article(raw: bytes, file: str) -> Article:
    """Return the article in a file's bytes; ``file`` is the name, which begins with a date in some archives.

    Raises ``RowError``: ``not-unicode``, ``text-too-long``, ``missing-created-at`` where neither the text nor the name has a date.
    """
    try:
        html = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RowError(Refusal.NOT_UNICODE) from None
    if len(html) > LONGEST_HTML:
        raise RowError(Refusal.TEXT_TOO_LONG)
    facts = _Facts()
    facts.feed(html)
    facts.close()
    named = facts.said["published"] or facts.said["created"]
    created = _moment(named) or _moment(file)
    if created is None:
        raise RowError(Refusal.MISSING_CREATED_AT)
    text = words_of(_HEAD.sub("", html, count=1)).replace(f" ({facts.address})", "", 1)
    return Article(facts.address, bool(facts.said["published"]), created, _without(text, facts.said))


def _without(text: str, said: dict[str, str]) -> str:
    """Return the words without the lines that LinkedIn put in: the two dates, and the address behind the title."""
    added = {" ".join(line.split()) for line in said.values() if line}
    lines = [line for line in text.split("\n") if " ".join(line.split()) not in added]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _moment(text: str) -> Moment | None:
    try:
        if found := _MOMENT.search(text):
            return export_moment(f"{found[1]} {found[2]}")
        if found := _DAY.search(text):
            return export_moment(found[0])
    except RowError:
        return None
    return None


class _Facts(HTMLParser):
    """Finds the title's address and the lines of the two dates."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said = {"created": "", "published": ""}
        self.address = ""
        self._in_title = False
        self._line = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "h1":
            self._in_title = True
        elif tag == "a" and self._in_title and not self.address:
            self.address = given.get("href") or ""
        elif tag == "p":
            named = given.get("class") or ""
            self._line = named if named in self.said and not self.said[named] else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "h1":
            self._in_title = False
        elif tag == "p":
            self._line = ""

    def handle_data(self, data: str) -> None:
        if self._line:
            self.said[self._line] += data
