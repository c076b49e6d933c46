"""Any text, and any bytes that claim to be text: redaction ends, without an error, and keeps what it claims."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redaction_claims import broken
from sayso.redact.apply import redact

PERSONAL = (
    "ada@example.org", "jane dot doe at gmail dot com", "a.b+c@x.co.uk", "@ada", "@ada@social.example", "mailto:x@y.org",
    "https://example.org/u/ada?q=1#me", "www.example.org", "linkedin.com/in/ada-l", "+44 20 7946 0958", "0049 30 1234567",
    "(415) 555-0198", "call 555 0198", "my phone is five five five zero one nine eight", "4111 1111 1111 1111",
    "5500-0000-0000-0004", "DE44 5001 0517 5407 3249 31", "COBADEFFXXX", "078-05-1120", "AB 12 34 56 C", "86095742719",
    "203.0.113.9", "2001:db8::7", "00:1a:2b:3c:4d:5e", "passport no. C01X00T47", "born 1 April 1984", "1984-04-01",
    "52.5200, 13.4050", "12 Rue de la Paix, 75002 Paris", "221B Baker Street", "AKIAIOSFODNN7EXAMPLE",
    "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "Ada Lovelace", "ada", "Müller",
    "-- \nAda Lovelace\nEngineer, ACME", "> you said so\n> twice", "On Monday Ada wrote:\n> hm\n",
)  # fmt: skip
DRESS = (
    "[EMAIL]", "[PERSON 2]", "[LOC FR]", "[PERSON 5f0c2a9e]", "\u2588" * 5, "[", "]", "(", ")",
    "[x](", "](mailto:", "<a href='", "'>", "</a>",
    "<", ">", "&#64;", "&period;", "&amp;", "&lt;", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u202e", "\u2060", "**", "_", "`",
    "```\n", "\n", "\r\n", "\t", "\x00", "\x0b", "\x85", "\u2028", " ", "  ", "\u00a0", "\u3000", ".", ",", ":", ";", "-", "–", "/",
    "@", "＠", "．", "+", "#", "%40", " at ", " (at) ", " dot ", "\u0301", "\u0663", "４１", "а", "ß", "İ", "😀",
    "\U0001f468\u200d\U0001f469", "\ud800", "\udc80",
    "x", "Z", "0", "12", "007",
)  # fmt: skip
any_character = st.integers(0, 0x10FFFF).map(chr)
pieces = st.sampled_from(PERSONAL) | st.sampled_from(DRESS) | st.text(any_character, max_size=4)
mixed = st.lists(pieces, max_size=14).map("".join)


def twisted(text: str, way: int) -> str:
    """Return the text in another of the ways in which people and machines write the same."""
    ways = (
        str.upper,
        str.lower,
        lambda one: " ".join(one),
        lambda one: "\u200b".join(one),
        lambda one: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in one),
        lambda one: "".join(f"&#{ord(c)};" for c in one),
        lambda one: one[::-1],
        lambda one: one * 3,
        lambda one: one + "\n" + one,
        lambda one: one.replace(" ", ""),
    )
    return ways[way % len(ways)](text)


@given(mixed)
@example("ada@example.org ada@example.org")
@example("[EMAIL]ada@example.org[EMAIL]")
@example("\udcffada@example.org\ud800")
def test_whatever_is_written_every_claim_holds(text: str) -> None:
    assert broken(redact, text) == []


@given(st.sampled_from(PERSONAL), st.integers(0, 9), mixed, mixed)
def test_personal_data_in_disguise_breaks_no_claim(personal: str, way: int, before: str, after: str) -> None:
    assert broken(redact, before + twisted(personal, way) + after) == []


@given(
    st.lists(st.sampled_from(PERSONAL), min_size=1, max_size=3),
    st.lists(st.sampled_from(DRESS), min_size=2, max_size=8),
)
def test_the_same_again_and_again_breaks_no_claim(personal: list[str], dress: list[str]) -> None:
    text = "".join(part + other for other in dress for part in personal)
    assert broken(redact, text) == []


@given(st.text(any_character, max_size=60))
def test_any_code_points_break_no_claim(text: str) -> None:
    assert broken(redact, text) == []


@given(
    st.lists(st.binary(max_size=12) | st.sampled_from(PERSONAL).map(lambda text: text.encode()), max_size=8)
)
def test_any_bytes_read_as_text_break_no_claim(parts: list[bytes]) -> None:
    for how in ("surrogateescape", "replace", "ignore"):
        assert broken(redact, b"".join(parts).decode("utf-8", how)) == []
    assert broken(redact, b"".join(parts).decode("latin-1")) == []


@given(mixed, mixed)
def test_a_text_is_redacted_alike_whatever_came_before(text: str, other: str) -> None:
    first = redact(text)
    redact(other)
    assert redact(text) == first


LONG = (
    *("a", "1", "@", ".", "[", ">", "-", "é", "\u200b", "&#64;", "a@", "1 ", "+1-", "::", "Ada "),
    "ada@example.org ",
    "[EMAIL] ",
    "> \n",
    "4111 1111 1111 1111 ",
    "".join(PERSONAL),
)


def work(text: str) -> float:
    """Return the processor time of redacting a text, in seconds."""
    began = time.process_time()
    redact(text)
    return time.process_time() - began


def grown(piece: str, size: int) -> str:
    return (piece * (size // len(piece) + 1))[:size]


def grows_too_fast(piece: str, small: int, times: int) -> bool:
    """Tell whether so many times the text is thrice that many times the work or more; a slow moment is given a second chance.

    Quadratic work is ``times`` times that many times; a tenth of a second is allowed for what does not grow.
    """
    return all(
        work(grown(piece, small * times)) >= 3 * times * work(grown(piece, small)) + 0.1 for _ in range(2)
    )


@pytest.mark.parametrize("piece", LONG)
def test_eight_times_the_text_is_about_eight_times_the_work(piece: str) -> None:
    assert not grows_too_fast(piece, 25_000, 8)


def test_the_work_for_a_million_characters_is_eight_times_that_for_an_eighth() -> None:
    plain = "and so they went on to talk of other things that nobody minded, " * 12
    posts = "".join(f"{plain}{personal}{dress}" for personal, dress in zip(PERSONAL, DRESS, strict=False))
    assert not grows_too_fast(posts, 125_000, 8)


@pytest.mark.deep
@pytest.mark.parametrize("piece", LONG)
def test_the_work_for_ten_million_characters_is_ten_times_that_for_one(piece: str) -> None:
    assert not grows_too_fast(piece, 1_000_000, 10)
