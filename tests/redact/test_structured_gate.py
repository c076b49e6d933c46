"""The gate changes nothing but the time: what is found behind it is what the detectors find on their own."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sayso.redact import plainform
from sayso.redact.gate import Detector, Gate
from sayso.redact.signs import digit_run
from sayso.redact.spans import Span
from sayso.redact.structured import DETECTORS, Structured, find_ungated

PIECES = (
    "ada@example.org|@ada|@Override|https://example.org/x|www.example.org|example.com/me|+44 20 7946 0958|(415)"
    " 555-0198|call |tel: 1234567"
    "|4111 1111 1111 1111|4 1 1 1 2 2 2 2 3 3 3 3 4 4 4 8|DE44 5001 0517 5407 3249 31|BIC |DEUTDEFF|203.0.113.9"
    "|2001:db8::7|00:1a:2b:3c:4d:5e"
    "|001a.2b3c.4d5e|> quoted|[EMAIL]|[LOC FR]|SSN |078-05-1120|159803906|390.533.447-05|RSSMRA85T10A562S|JM591284B"
    "|DE136695976|X1234567L"
    "|tax id |id: |86095742719|passport |C01X00T47|driver's license |F162823540116|P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    "|L898902C36UTO7408122F1204159ZE184226B<<<<<10|1BoatSLRHtKNngkdXEeobR76b53LETtpyT"
    "|bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    "|0x52908400098527886E0F7030069857D2E4169EE7|AKIAIOSFODNN7EXAMPLE|ghp_0123456789abcdefghijklmnopqrstuvwxyz"
    "|password: hunter2|api_key='b7Kq92LmXe41Zz08'"
    "|-----BEGIN RSA PRIVATE KEY-----|MIIEvQIBADANBgkqhkiG9w0B|-----END RSA PRIVATE KEY-----|52.5200, 13.4050"
    "|40°26'46\"N 79°58'56\"W|geo:48.2,16.37"
    '|"lat": 52.5200, "lng": 13.4050|1600 Amphitheatre Parkway|, Mountain View, CA 94043'
    "|Hauptstr. 5|, 10115 Berlin|12 rue de la Paix|Calle Mayor 5"
    "|Via Roma 13|Apt. 591|P.O. Box 12|FPO AA 68422|SW1A 2AA|D-10115 Berlin|3/15/1989|1989-03-15 10:20|15 March 1989"
    "|le 3 août 1990|born |geb. |15.3.89|March 15"
    "|My phone is |five |oh |double |nine |two |Best regards,|Cheers, |Ada Lovelace|\n-- \n|jane dot doe at gmail|(dot"
    " com)| [at] | [dot] |bob|example|org|gmail"
    "|&#64;|&period;|%40|\u200b|４１１１|а|é|٣|😀|–|…|\xa0|\u017f|\u212a|\u0130|\x1c|\x85|\u2028|\r\n|\n|\t| |, |.|:|;|-|_"
    "|'|\"|/|(|)|[|]|<|>|@|+|#|=|0|12|345|x|A|\ud800"
).split("|")
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)
FINDER = Structured()


def agrees(text: str) -> bool:
    return sorted(FINDER.find([text])[0]) == sorted(find_ungated(text))


@settings(max_examples=400)
@given(TEXTS)
@example("Thanks\u2028Ada")
@example("Straße 5")
def test_the_gate_lets_pass_all_that_is_found_without_it(text: str) -> None:
    assert agrees(text)


@pytest.mark.deep
@settings(max_examples=30_000)
@given(TEXTS)
def test_the_gate_lets_pass_all_that_is_found_without_it_at_length(text: str) -> None:
    assert agrees(text)


@given(st.lists(TEXTS, max_size=5), st.randoms(use_true_random=False))
def test_neighbours_and_order_change_nothing(texts: list[str], chance: object) -> None:
    alone = {text: FINDER.find([text])[0] for text in texts}
    chance.shuffle(texts)  # type: ignore[attr-defined]
    assert FINDER.find(texts) == [alone[text] for text in texts]


@given(TEXTS)
def test_spans_lie_in_the_text_and_cut_no_label(text: str) -> None:
    labelled = f"{text}[PERSON 2]{text}"
    at = len(text)
    for span in FINDER.find([labelled])[0]:
        assert 0 <= span.start < span.end <= len(labelled)
        swallowed = span.start <= at and at + 10 <= span.end and span != Span(at, at + 10, span.label)
        assert swallowed or span.end <= at or at + 10 <= span.start


def test_the_mark_of_the_plain_form_is_in_every_letter_that_has_one() -> None:
    gate = Gate([Detector(lambda text: iter(()), ((plainform.MARK,),))])
    disguised = [
        chr(point) for point in range(sys.maxunicode + 1) if plainform.plain_form(chr(point)) is not None
    ]
    assert len(disguised) > 5000
    assert next(iter(gate.called(disguised).values())) == list(range(len(disguised)))


def test_seven_digits_of_any_script_are_a_run() -> None:
    gate = Gate([Detector(lambda text: iter(()), (), digit_run)])
    digits = [chr(point) for point in range(sys.maxunicode + 1) if unicodedata.category(chr(point)) == "Nd"]
    assert len(digits) > 500
    runs = ["\u2010\u2010\u2010".join([digit] * 7) for digit in digits]
    assert next(iter(gate.called(runs).values())) == list(range(len(runs)))


def test_every_detector_has_a_sign_or_marks() -> None:
    assert all(one.sign or one.marks for one in DETECTORS)
    assert all(all(one.marks) for one in DETECTORS)


HOSTILE = (
    "@|1|a.|(|aaaa@|0x|> |1 |0 |4 |a |A |A a |é|😀|\u200b|&|&#64;|%40|:|::|a:|-|1-|1.|1,|12 |1/|//|://|www.|.com/|x@x."
    "|[|]|[EMAIL]|eyJ|eyJaaaaaaaa.|-----BEGIN "
    "PRIVATE KEY-----|AKIA|sk-|password: |key=|key|id |ssn |passport |born |1 A St |1 A |5 rue |Calle A |Via A |Apt 1 "
    "|Hauptstr. |A-|thanks\n|Thanks A\n|\n-- \n"
    "|one two |five |a at b dot |a [at] | dot | at gmail|A1 1AA|AA|DE1|DE44 |52.5200, |1.2345,|1° |0'|geo:1,|lat:"
    " 1.234 |1989-|3/|15 March |March |\n|\r\n| |\t|1\n|+1 |00 |(1"
).split("|")


def work(text: str) -> float:
    """Return the processor time of a look at a text, the least of three."""
    spent = []
    for _ in range(3):
        started = time.process_time()
        FINDER.find([text])
        spent.append(time.process_time() - started)
    return min(spent)


@pytest.mark.parametrize("piece", HOSTILE)
def test_four_times_the_text_is_about_four_times_the_work(piece: str) -> None:
    small, large = (piece * (size // len(piece)) for size in (8_000, 32_000))
    assert work(large) < 8 * work(small) + 0.05


@pytest.mark.deep
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_million_letters_take_less_than_a_minute(piece: str) -> None:
    started = time.process_time()
    FINDER.find([piece * (1_000_000 // len(piece))])
    assert time.process_time() - started < 60
