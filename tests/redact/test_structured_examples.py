"""Structured identifiers by example: one text for each form, and for what only looks like one."""

from __future__ import annotations

import pytest

from sayso.redact.plainform import plain_form
from sayso.redact.spans import Label, Span, resolve
from sayso.redact.structured import Structured

FINDER = Structured()


def redacted(text: str) -> str:
    parts, done = [], 0
    for start, end, label in resolve(FINDER.find([text])[0]):
        parts += [text[done:start], f"[{label}]"]
        done = end
    return "".join((*parts, text[done:]))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("mac 00:1a:2b:3c:4d:5e, 00-1A-2B-3C-4D-5E, 001a.2b3c.4d5e", "mac [MAC], [MAC], [MAC]"),
        ("SWIFT/BIC: DEUTDEFF500", "SWIFT/BIC: [BIC]"),
        ("DE44 5001 0517 5407 3249 31 / INGDDEFFXXX", "[IBAN] / [BIC]"),
        ("SSN 078-05-1120 or 078 05 1120", "SSN [ID] or [ID]"),
        ("EIN: 12-3456789; ITIN 912-70-1234", "EIN: [ID]; ITIN [ID]"),
        ("NI JM 59 12 84 B, NHS 943 476 5919", "NI [ID], NHS [ID]"),
        ("Steuer-ID 86 095 742 719, USt-IdNr DE136695976", "Steuer-ID [ID], USt-IdNr [ID]"),
        ("NIR 2 95 10 99 126 111 93", "NIR [ID]"),
        ("DNI 54362315K, NIE X-2482300-W", "DNI [ID], NIE [ID]"),
        ("NIF do contribuinte: 501964843", "NIF do contribuinte: [ID]"),
        ("BSN 111222333", "BSN [ID]"),
        ("codice fiscale RCCMNL83S18D969H", "codice fiscale [ID]"),
        ("PESEL 44051401359, OIB 33392005961", "PESEL [ID], OIB [ID]"),
        ("hetu 131052-308T, personnummer 880320-0016", "hetu [ID], personnummer [ID]"),
        ("CPR 211062-5629; f\u00f8dselsnummer 15108695088", "CPR [ID]; f\u00f8dselsnummer [ID]"),
        ("AHV 756.9217.0769.85, rijksregister 85.07.30-033.28", "AHV [ID], rijksregister [ID]"),
        ("CPF 390.533.447-05, CNPJ 16.727.230/0001-97", "CPF [ID], CNPJ [ID]"),
        ("PAN ACUPA7085R, Aadhaar 2341 2341 2346", "PAN [ID], Aadhaar [ID]"),
        ("TFN 123 456 782, ABN 83 914 571 673", "TFN [ID], ABN [ID]"),
        ("SIN: 123-456-782, MRN-288214", "SIN: [ID], [ID]"),
        ("passport no. C01X00T47, Reisepass: 123456789", "passport no. [PASSPORT], Reisepass: [PASSPORT]"),
        ("driver's license number is F162823540116", "driver's license number is [LICENCE]"),
        ("rijbewijs 5231462010", "rijbewijs [LICENCE]"),
        ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "[CRYPTO]"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "[CRYPTO]"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "[CRYPTO]"),
        ("AKIAIOSFODNN7EXAMPLE and AIzaSyA1234567890abcdefghijklmnopqrstuv", "[SECRET] and [SECRET]"),
        ("ghp_0123456789abcdefghijklmnopqrstuvwxyz", "[SECRET]"),
        ("my password is hunter2!", "my password is [SECRET]!"),
        ("API_KEY='b7Kq92LmXe41Zz08'", "API_KEY='[SECRET]'"),
        ("Authorization: Bearer b7Kq92LmXe41Zz08aa", "Authorization: Bearer [SECRET]"),
        ("48.8584\u00b0 N, 2.2945\u00b0 E", "[GPS]"),
        ("gps 48.85, 2.29 or geo:48.2,16.37", "gps [GPS] or [GPS]"),
        ("40\u00b026'46\"N 79\u00b058'56\"W", "[GPS]"),
        ("1600 Amphitheatre Parkway, Mountain View, CA 94043 for", "[ADDRESS] for"),
        ("10 Downing Street, London SW1A 2AA.", "[ADDRESS]."),
        ("Goethestra\u00dfe 12a, 60313 Frankfurt", "[ADDRESS]"),
        ("12 bis rue de la Paix, 75002 Paris", "[ADDRESS]"),
        ("Calle Mayor 5, 28013 Madrid", "[ADDRESS]"),
        ("Via Roma 13, 00184 Roma", "[ADDRESS]"),
        ("Keizersgracht 12, 1015 CJ Amsterdam", "[ADDRESS]"),
        ("P.O. Box 1234", "[ADDRESS]"),
        ("SSN:078-05-1120;DOB:1990-01-01;GEB:15.03.1989", "SSN:[ID];DOB:[DATE];GEB:[DATE]"),
        ("DOB: 3/15/89; born on March 15", "DOB: [DATE]; born on [DATE]"),
        ("n\u00e9e le 3 ao\u00fbt 1990, geb. 15.03.1989", "n\u00e9e le [DATE], geb. [DATE]"),
        ("my phone is five five five oh one double nine", "my phone is [PHONE]"),
        ("(71) 4233-6306, 415-555-0198, 0961-7596216", "[PHONE], [PHONE], [PHONE]"),
        ("655 437 108 office", "[PHONE] office"),
        (
            "It works.\n\nMit freundlichen Gr\u00fc\u00dfen\nGrete Muster",
            "It works.\n\nMit freundlichen Gr\u00fc\u00dfen\n[SIGNATURE]",
        ),
        ("It works.\nCheers, Ada", "It works.\nCheers, [SIGNATURE]"),
        ("yes\n-- \nAda Lovelace\nLondon", "yes\n-- \n[SIGNATURE]"),
        ("jane dot doe at gmail (dot com)", "[EMAIL]"),
        ("jane [at] example [dot] org", "[EMAIL]"),
        ("jane(at)example.org; jane AT gmail DOT com", "[EMAIL]; [EMAIL]"),
        ("jane&#64;example&period;org", "[EMAIL]"),
        ("jane@ex\u200bample.org", "[EMAIL]"),
        ("j\u0430ne@\u0435xample.org", "[EMAIL]"),
        (
            "\uff14\uff11\uff11\uff11 \uff11\uff11\uff11\uff11 \uff11\uff11\uff11\uff11 \uff11\uff11\uff11\uff11",
            "[CARD]",
        ),
        ("[write](mailto:jane%40example.org)", "[write](mailto:[EMAIL])"),
    ],
)
def test_each_form_is_taken_out(text: str, clean: str) -> None:
    assert redacted(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "@Override\npublic void run()",
        "@media (min-width: 3em)",
        "\\Qcircuit @C=1em @R=.7em",
        "    @app.route('/x')\n    def x():",
        "order id 86095742718",  # wrong check digit after a word that leaves doubt
        "390.533.447-06, RSSMRA85T10A562T, 756.9217.0769.86",
        "000-12-3456, 666-12-3456, 123-00-4567",
        "SSN 000-00-0000, tax id: 000000000",
        "part number 415-555-0198-A",
        "1BoatSLRHtKNngkdXEeobR76b53LETtpyU",
        "0x0000000000000000000000000000000000000000",
        "token = getToken(); password = request.form.password1",
        "the key is the table's first column, password: required",
        "[0.7071, 0.7071], 1.5, 2.5, 12.3456, 13.4567, 14.5678",
        "2018-12-03 10:20:30.000 and 2018-12-03T10:20:30Z",
        "13/13/2013, 1989-13-15, May 2019, 2019, 10:20:1990-01-01",
        "2007 Phys. Rev. A 75 042106, Figure 4, Spring 4, 5 best ways, flat 2D array",
        "at this point in time, look at example.org, ask at work",
        "Zbl 0511.94007, 3.14159265, 2004-03-01-22.58.00",
        "Google Chrome 3.0.195.38",
        "one two three four five six seven eight nine ten",
        "thanks in advance",
        "Thanks for that!\nI see now. It is a long story that ends here with many words",
        "TOMORROW, DEUTSCHE, SHOULDER",
        "[EMAIL] [LOC FR] [PERSON 2]",
        "\u03c8 \u2297 \u03c6 \u27e9 \u2013 \u2026",
        "\ud800\x00 e\u0301",
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert FINDER.find([text]) == [[]]


def test_spans_of_the_plain_form_lie_on_whole_letters_of_the_original() -> None:
    form = plain_form("x&amp;y\u200bz\uff21")
    assert form is not None
    assert form.text == "x&yzA"
    assert [form.original(Span(at, at + 1, Label.ID))[:2] for at in range(5)] == [
        (0, 1),
        (1, 6),
        (6, 7),
        (8, 9),
        (9, 10),
    ]


def test_the_version_is_what_manifests_name() -> None:
    assert FINDER.version == "structured/4"


@pytest.mark.parametrize(
    "text", ["Writing this down: batch 4400172.", "a classname 159803906", "waiting for 159803906"]
)
def test_a_word_that_holds_the_letters_of_an_identifiers_name_says_nothing(text: str) -> None:
    assert Structured().find([text]) == [[]]
