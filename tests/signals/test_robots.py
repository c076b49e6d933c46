"""robots.txt: groups, the longest path, what is said of use, and crawlers that are turned away; held against another parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from sayso.signals.paths import matches
from sayso.signals.robots import read_robots
from signals.test_forms import EVERY_NO, NO, OK, says

EXAMPLE = """\
User-Agent: *
Allow: /
Disallow: /never/
Content-Usage: / train-ai=n
Content-Usage: /ai-ok/ train-ai=y

User-Agent: ExampleBot
Allow: /
Content-Usage: / train-ai=y
"""
"""The example of draft-ietf-aipref-attach."""


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/test", {"train-ai": NO}),
        ("/never/test", EVERY_NO),
        ("/ai-ok/test", {"train-ai": OK}),
        ("/AI-ok/test", {"train-ai": NO}),
    ],
)
def test_the_rule_with_the_longest_path_says_how_a_page_may_be_used(path: str, said: dict[str, str]) -> None:
    assert says(read_robots(EXAMPLE), path) == said


@pytest.mark.parametrize(
    ("rules", "path", "said"),
    [
        ("Content-Usage: train-ai=n", "/a", {"train-ai": NO}),  # without a path: everywhere
        ("content-usage :\t/a\ttrain-ai=n # why", "/a/b", {"train-ai": NO}),
        (
            "Content-Usage: /a train-ai=y\nContent-Usage: /a train-ai=n",
            "/a",
            {"train-ai": NO},
        ),  # alike paths: apart
        ("Content-Usage: /*.pdf$ train-ai=n", "/x/y.pdf", {"train-ai": NO}),
        ("Content-Usage: /*.pdf$ train-ai=n", "/x/y.pdf?z", {}),
        ("Content-Usage: /a%20b/ train-ai=n", "/a b/c", {"train-ai": NO}),
        (
            "Content-Usage: / train-ai=n\nContent-Usage: /a search=y",
            "/a",
            {"search": OK},
        ),  # the longest alone speaks
        ("Content-Usage: / Train-AI=n", "/a", {}),
        ("Content-Signal: search=yes,ai-train=no", "/a", {"search": OK, "train-ai": NO}),
        ("Content-Signal: ai-train=yes\nContent-Usage: / train-ai=n", "/a", {"train-ai": NO}),
        ("Disallow: /", "/a", EVERY_NO),
        ("Disallow:", "/a", {}),
        ("Disallow: /wp-admin/", "/a", {}),
        ("License: https://a.example/rsl.xml", "/a", {"train-ai": NO}),
    ],
)
def test_rules_for_everybody(rules: str, path: str, said: dict[str, str]) -> None:
    assert says(read_robots(f"User-agent: *\n{rules}\n"), path) == said
    assert says(read_robots(f"\ufeffUSER-AGENT : *\r\n{rules}\r\n"), path) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("User-agent: GPTBot\nDisallow: /", {"train-ai": NO}),
        ("User-agent: gptbot/1.0\nUser-agent: CCBot\n\nDisallow: /", {"train-ai": NO}),
        ("User-agent: ChatGPT-User\nDisallow: /", {"ai-use": NO}),
        ("User-agent: SomeBot\nDisallow: /", {}),
        ("User-agent: GPTBot\nDisallow: /private/", {}),
        ("User-agent: GPTBot\nDisallow:", {}),  # to be let in is no yes
        ("User-agent: GPTBot\nAllow: /\nContent-Usage: / train-ai=n", {"train-ai": NO}),
        ("User-agent: GPTBot\nAllow: /\nContent-Usage: / train-ai=y", {}),
        ("User-agent: *\nDisallow: /\nUser-agent: GPTBot\nAllow: /", EVERY_NO),
    ],
)
def test_a_known_ai_crawler_that_is_turned_away_says_no_to_what_it_gathers_for(
    text: str, said: dict[str, str]
) -> None:
    assert says(read_robots(text)) == said


def test_an_address_that_ends_in_a_slash_hears_what_is_said_of_its_parts() -> None:
    found = read_robots("User-agent: *\nDisallow: /admin/\nContent-Usage: /blog/drafts/ train-ai=n\n")
    assert says(found, "/") == says(found, "/blog/") == {"train-ai": NO}
    assert says(found, "/blog/1") == says(found, "/shop/") == {}


def test_a_file_of_any_bytes_and_any_length_is_read() -> None:
    assert (
        says(read_robots("\0\x01:\n" + "x" * 600_000 + "\nUser-agent: *\nContent-Usage: / train-ai=n")) == {}
    )
    assert says(read_robots("Content-Usage: / train-ai=n")) == {
        "train-ai": NO
    }  # before any group: for everybody


def test_hostile_patterns_take_no_long_time() -> None:
    assert not matches("/" + "a*" * 5_000 + "b", "/" + "a" * 5_000)


AGENTS = ("*", "gptbot", "some-bot")
# Two slashes in a row are a host to the other parser, and its wildcards a regular expression: few letters find all that differs.
paths = st.text("/ab*$", max_size=6).map(lambda text: "/" + text).filter(lambda text: "//" not in text)
asked = st.text("/ab.", max_size=6).map(lambda text: "/" + text).filter(lambda text: "//" not in text)
rules = st.tuples(st.sampled_from(("Allow", "Disallow", "Content-Usage")), paths).map(": ".join)
groups = st.tuples(
    st.lists(st.sampled_from(AGENTS), min_size=1, max_size=2, unique=True), st.lists(rules, max_size=4)
)


def robots_text(found: list[tuple[list[str], list[str]]]) -> str:
    return "".join(
        "".join(f"User-agent: {one}\n" for one in agents) + "".join(f"{line}\n" for line in lines)
        for agents, lines in found
    )


@given(st.lists(groups, max_size=3), asked, st.sampled_from(AGENTS))
def test_who_may_fetch_what_is_as_somebody_elses_parser_says(
    found: list[tuple[list[str], list[str]]], path: str, agent: str
) -> None:
    # A group without rules: RFC 9309 is read differently there, and not our subject.
    text = robots_text([(agents, [*lines, "Allow: /zz"]) for agents, lines in found])
    assert read_robots(text).may_fetch(agent, path) == Protego.parse(text).can_fetch(
        f"https://a.example{path}", agent
    )
