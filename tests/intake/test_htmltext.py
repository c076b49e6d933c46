"""HTML to plain text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sayso.intake.htmltext import LONGEST_HTML, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p>\n\n<p>Two</p>", "One\n\nTwo"),
        ("plain &amp; simple", "plain & simple"),
        ("<p>a <b>bold</b>\n word</p>", "a bold word"),
        ("<p>a<br>b</p>", "a\nb"),
        ('<p><a href="https://a.example/x">here</a></p>', "here (https://a.example/x)"),
        ('<p><a href="https://a.example/x">https://a.example/x</a></p>', "https://a.example/x"),
        ('<p><a href="mailto:jo@a.example">jo@a.example</a></p>', "jo@a.example"),
        ('<p><a href="https://a.example/x"></a></p>', "https://a.example/x"),
        ("<ul>\n<li>one</li>\n<li><p>two</p></li>\n</ul>", "- one\n- two"),
        ("<pre><code>def f():\n    return 1\n</code></pre>", "def f():\n    return 1"),
        ("<blockquote>\n<p>One</p>\n\n<p>Two</p>\n</blockquote>\n<p>Mine</p>", "> One\n>\n> Two\n\nMine"),
        ("<blockquote><blockquote><p>Deep</p></blockquote><p>Less</p></blockquote>", "> > Deep\n>\n> Less"),
        ("<blockquote><pre><code>a\n b</code></pre></blockquote>", "> a\n>  b"),
        ('<p>See <img src="x.png" alt="a cat"> there</p>', "See a cat there"),
        ("<p>a</p><script>alert(1)</script><p>b</p>", "a\n\nb"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("</p></blockquote></pre></a>stray", "stray"),
        ("", ""),
    ],
)
def test_markup_becomes_text(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_markup_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        plain_text("a" * (LONGEST_HTML + 1))


@example("a <![= b> c")
@given(st.text(alphabet="ab <>/&;#=\"'![]-pqulicode\n", max_size=200))
def test_no_markup_however_broken_stops_it(html: str) -> None:
    plain_text(html)


@given(st.lists(st.text("abc", min_size=1, max_size=8), min_size=1, max_size=5))
def test_every_line_of_a_quotation_begins_with_its_mark(words: list[str]) -> None:
    html = "<blockquote>" + "".join(f"<p>{word}</p>" for word in words) + "</blockquote>"
    lines = plain_text(html).splitlines()
    assert all(line.startswith(">") for line in lines)
    assert [line[2:] for line in lines if line != ">"] == words
