"""HTML of posts to plain text: paragraphs, lists and code stay, links keep their address, quoted lines begin with ``> ``."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LONGEST_HTML = 200_000
"""Characters. Stack Exchange allows 30,000 in a body; the standard library's parser is quadratic on hostile markup."""

_BLOCKS = frozenset(
    ("address", "article", "aside", "details", "div", "dl", "dt", "dd", "fieldset", "figure", "footer", "form", "h1", "h2", "h3",
     "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "section", "table", "tr", "ul")
)  # fmt: skip
_TIGHT = frozenset(("li", "tr", "dt", "dd"))
_SILENT = frozenset(("script", "style"))
_SPACE = re.compile(r"[ \t\r\n\f]+")


def plain_text(html: str) -> str:
    """Return the words of an HTML fragment as plain text.

    Blocks are set apart by an empty line, list items begin with ``- ``, lines inside ``blockquote`` with ``> `` (once per level),
    code keeps its white space, a link is its text and its address in parentheses where the two differ, an image its description.
    Broken markup is read as far as it goes. Raises ``ValueError`` for more than 200,000 characters.

    >>> print(plain_text('<p>See <a href="https://a.example">this</a>.</p><blockquote><p>Quoted</p></blockquote>'))
    See this (https://a.example).
    <BLANKLINE>
    > Quoted
    """
    if len(html) > LONGEST_HTML:
        raise ValueError("the markup is longer than 200,000 characters")
    reader = _Text()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Text(HTMLParser):
    """Collects lines, each with the depth of quotation it stands in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._words: list[str] = []
        self._lead = ""
        self._quoted = self._pre = self._silent = 0
        self._gap = False
        self._links: list[tuple[str, int]] = []

    def text(self) -> str:
        self._break(wide=True)
        return "\n".join(self._lines).strip("\n")

    def parse_html_declaration(self, i: int) -> int:
        # `<![` with no name behind it: the library gives up where every browser sees a comment.
        try:
            return super().parse_html_declaration(i)
        except AssertionError:
            return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._words)))
        elif tag == "img":
            self._words.append(dict(attrs).get("alt") or "")
        elif tag == "br":
            self._words.append("\n")
        elif tag in _SILENT:
            self._silent += 1
        else:
            self._open_block(tag)

    def _open_block(self, tag: str) -> None:
        if tag == "blockquote":
            self._break(wide=True)
            self._quoted += 1
        elif tag == "pre":
            self._break(wide=True)
            self._pre += 1
        elif tag in _BLOCKS:
            self._break(wide=tag not in _TIGHT and not self._lead)
            self._lead = "- " if tag == "li" else self._lead

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            self._close_link()
        elif tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "blockquote":
            self._break(wide=True)
            self._quoted = max(0, self._quoted - 1)
        elif tag == "pre":
            self._break(wide=True)
            self._pre = max(0, self._pre - 1)
        elif tag in _BLOCKS:
            self._break(wide=tag not in _TIGHT)

    def _close_link(self) -> None:
        address, start = self._links.pop()
        shown = "".join(self._words[start:]).strip()
        if address and address not in (shown, "mailto:" + shown):
            self._words.append(f" ({address})" if shown else address)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.append(data if self._pre else _SPACE.sub(" ", data))

    def _break(self, wide: bool) -> None:
        """End the present block; ``wide`` asks for an empty line before the next one."""
        whole = "".join(self._words)
        self._words, self._links = [], []
        lines = (
            whole.strip("\r\n").splitlines()
            if self._pre
            else [_tidy(line) for line in whole.strip().split("\n")]
        )
        if any(line.strip() for line in lines):
            self._write(lines)
            self._lead = ""
        self._gap = self._gap or wide

    def _write(self, lines: list[str]) -> None:
        mark = "> " * self._quoted
        if self._gap and self._lines:
            self._lines.append(mark.rstrip() if mark and self._lines[-1].startswith(mark) else "")
        self._gap = False
        hang = " " * len(self._lead)
        for number, line in enumerate(lines):
            self._lines.append((mark + (hang if number else self._lead) + line).rstrip())


def _tidy(line: str) -> str:
    return _SPACE.sub(" ", line).strip()
