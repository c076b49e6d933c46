"""Redaction by example: shapes that people really write, and shapes that only look like personal data."""

from __future__ import annotations

import pytest

from sayso.redact.apply import Redacted, redact
from sayso.redact.operators import Operator, Removed
from sayso.redact.spans import Label, Span, counts, resolve


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("write to ada.lovelace+so@mail.example.co.uk.", "write to [EMAIL]."),
        ("<ada@example.org>, JANE.DOE@EXAMPLE.ORG", "<[EMAIL]>, [EMAIL]"),
        ('{"email":"leo@sample.dev"}', '{"email":"[EMAIL]"}'),
        ("o'brien@example.ie and 'x@example.ie'", "[EMAIL] and '[EMAIL]'"),
        ("jürgen@münchen.example", "[EMAIL]"),
        ("see https://example.org/a_(b)?q=1#f.", "see [URL]."),
        ("[here](http://example.org/x) (www.example.org)", "[here]([URL]) ([URL])"),
        ("linkedin.com/in/ada-l, bit.ly/bgCyZ0", "[URL], [URL]"),
        ("ftp://[2001:db8::1]:21/x y", "[URL] y"),
        ("https://user:pw@example.org/?mail=a@b.org", "[URL]"),
        ("@ada, @ada_l. (@ada@social.example)", "[HANDLE], [HANDLE]. ([HANDLE])"),
        ("RT @SportsCenter: hi", "RT [HANDLE]: hi"),
        ("ring +44 20 7946 0958 2019", "ring [PHONE] 2019"),
        ("+46 (0)8 928 571 38", "[PHONE]"),
        ("0049 30 901820 at noon", "[PHONE] at noon"),
        ("Tel.: 030 901820, or (415) 555-0198 x12", "Tel.: [PHONE], or [PHONE]"),
        ("03.93.92.16.85 or 07700 900 966", "[PHONE] or [PHONE]"),
        ("+442079460958 +442079460959", "[PHONE] [PHONE]"),
        ("0049 30 901820 0049 30 901821", "[PHONE] [PHONE]"),
        ("call (555) 123-4567x89 now", "call [PHONE] now"),
        ("4111 1111 1111 1111, 3400-000000-00009", "[CARD], [CARD]"),
        ("card:٤١١١١١١١١١١١١١١١", "card:[CARD]"),
        ("cards 5500000000000004 4111111111111111", "cards [CARD] [CARD]"),
        ("IBAN de44 5001 0517 5407 3249 31 THANKS", "IBAN [IBAN] THANKS"),
        ("NO9386011117947.", "[IBAN]."),
        ("203.0.113.9:8080, 10.0.0.0/8", "[IP]:8080, [IP]/8"),
        ("2001:db8::ff00:42:8329 ::ffff:192.0.2.1", "[IP] [IP]"),
        ("> you wrote\n>\n>> I wrote\nand I say", "[QUOTE]\nand I say"),
        ("a\r\n> b\r\n> c\r\nd", "a\r\n[QUOTE]\r\nd"),
    ],
)
def test_what_people_write_is_taken_out(text: str, clean: str) -> None:
    assert redact(text).text == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no data here",
        "3 @ 5, @ noon, @3",
        "x > y, >>> print(1), 2>1\n>no space",
        "4111 1111 1111 1112",  # the check digit is wrong
        "1234 5678 1234 5670",  # a right check digit, nobody's range
        "0.4111111111111111 and 4.111111111111111",  # fractions
        "41 11 11 11 11 11 11 11",  # pairs
        "41111111111111111111111111111111",  # too long
        "DE45 5001 0517 5407 3249 30",  # wrong check digits
        "ZZ44 5001 0517 5407 3249 30",  # no such country
        "DE44 5001",
        "at 12:30:45, std::vector, ::1, a::b",
        "1.2.3, 1.2.3.4.5, 300.1.1.1, v1.2.3.4",
        "2018-12-03 10:20:30.000",
        "|000 001 010 011>, 0.35355339 0.35355339",
        "+0.70710678 +12, 1000000 qubits, 00000000",
        "Node.js, System.IO, e.g. a.com",
        "://nothing http:// www. .com/ @",
        "a@1.2, [EMAIL] [HANDLE] [QUOTE]",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert redact(text) == Redacted(text)


def test_the_receipt_names_places_in_the_original() -> None:
    text = "é ada@example.org 😀 @ada"
    result = redact(text)
    assert [(text[one.start : one.end], one.label) for one in result.receipt] == [
        ("ada@example.org", Label.EMAIL),
        ("@ada", Label.HANDLE),
    ]
    assert {one.operator for one in result.receipt} == {Operator.LABEL}
    assert [one.written for one in result.receipt] == ["[EMAIL]", "[HANDLE]"]
    assert counts(result.receipt) == (("EMAIL", 1), ("HANDLE", 1))


def test_a_quote_swallows_what_stands_in_it() -> None:
    assert redact("> ada@example.org wrote\nyes").receipt == (
        Removed(0, 23, Label.QUOTE, Operator.LABEL, "[QUOTE]"),
    )


def test_a_placeholder_that_somebody_typed_hints_at_nothing() -> None:
    assert redact("[PHONE] 1234567").text == "[PHONE] 1234567"


def test_of_two_spans_in_one_place_the_label_first_in_order_stays() -> None:
    assert resolve([Span(0, 4, Label.PHONE), Span(0, 4, Label.CARD)]) == (Span(0, 4, Label.CARD),)


def test_spans_that_overlap_become_one_labelled_by_the_longest() -> None:
    found = [Span(0, 4, Label.QUOTE), Span(3, 9, Label.HANDLE), Span(9, 12, Label.URL)]
    assert resolve(found) == (Span(0, 9, Label.HANDLE), Span(9, 12, Label.URL))


def test_of_two_spans_of_one_length_the_earlier_gives_the_label() -> None:
    assert resolve([Span(2, 6, Label.URL), Span(0, 4, Label.HANDLE)]) == (Span(0, 6, Label.HANDLE),)
