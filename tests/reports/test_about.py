"""The file in which a person says what only a person knows of the platform."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sayso.errors import InputError
from sayso.reports.about import KEYS, NOTHING, parse_about

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "standards.md"
WHOLE = """\
sayso-about: 1
name: Forum Example Ltd
address: 1 Main Street, Dublin
contact: privacy@example.org
storage: IE, DE
language: en-IE
licence: https://example.org/licence
url: https://example.org/data
"""


def codes(text: str) -> list[str]:
    """Return the codes of the problems of a file."""
    with pytest.raises(InputError) as caught:
        parse_about(text, "about.yaml")
    return [one.code for one in caught.value.problems]


def test_a_whole_file_gives_every_fact() -> None:
    found = parse_about(WHOLE, "about.yaml")
    assert (found.name, found.storage, found.language) == ("Forum Example Ltd", ("IE", "DE"), "en-IE")
    assert all(getattr(found, key) for key in KEYS)


def test_a_file_that_says_nothing_gives_nothing() -> None:
    assert parse_about("sayso-about: 1\n", "about.yaml") == NOTHING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: Forum\n", ["unknown-format"]),
        ("sayso-about: 2\n", ["unknown-format"]),
        ("sayso-about: 1\nnmae: Forum\n", ["unknown-key"]),
        ("sayso-about: 1\nstorage: Narnia\n", ["bad-region"]),
        ("sayso-about: 1\nlanguage: English, mostly\n", ["bad-value"]),
        ("sayso-about: 1\nlicence: CC BY\nurl: here\n", ["bad-value", "bad-value"]),
        ("sayso-about: 1\nname: [a, b]\n", ["bad-shape"]),
        ("- name\n", ["bad-shape"]),
        ("", ["empty"]),
    ],
)
def test_every_problem_of_a_file_is_named(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_the_file_that_the_page_shows_gives_every_fact() -> None:
    shown = re.search(r"^```yaml[^\n]*\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    assert shown
    found = parse_about(shown[1], "about.yaml")
    assert all(getattr(found, key) for key in KEYS)
