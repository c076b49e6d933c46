"""How each form of signal is read: an example for every oddity that the standards have."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import InputError
from sayso.signals.aipref import read_content_usage
from sayso.signals.cawg import read_cawg
from sayso.signals.contentsignal import read_content_signal
from sayso.signals.fields import read_headers, read_html
from sayso.signals.gpc import read_gpc
from sayso.signals.reading import read_signal
from sayso.signals.rsl import NAMESPACE, read_rsl
from sayso.signals.statement import Kind, Signal, heard, stance
from sayso.signals.tdmrep import read_reservation, read_tdmrep
from sayso.values.preferences import SILENT, Usage


def says(signal: Signal, path: str = "/a") -> dict[str, str]:
    """Return what a signal says of a path, without what it says nothing of; alike words on both kinds of training as one."""
    whole = stance(heard([signal], path))
    found = {usage.value: whole.of(usage).value[:2] for usage in Usage if whole.of(usage).value != "unknown"}
    if found.get("train-ai") == found.get("train-genai"):
        found.pop("train-genai", None)
    return found


NO, OK = "di", "al"
EVERY_NO = {"train-ai": NO, "ai-use": NO, "search": NO}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("train-ai=n", {"train-ai": NO}),
        ("train-ai=y, search=n", {"train-ai": OK, "search": NO}),
        ("train-ai=n, train-ai=y", {"train-ai": OK}),  # the last duplicate wins
        ("train-ai=y, train-ai=n", {"train-ai": NO}),
        ("train-ai=N", {}),  # case counts in values
        ("Train-AI=n", {}),  # and in labels: the whole field is no dictionary
        ("train-ai=n, Search=y", {}),
        ("train-ai=n;because=1", {"train-ai": NO}),  # parameters say nothing
        ('train-ai="n"', {}),  # a string is no token
        ("train-ai", {}),
        ("train-ai=?0", {}),
        ("train-ai=(n)", {}),
        ("train-ai=n,", {}),  # torn
        ("brain-ai=n, train-ai=n", {"train-ai": NO}),  # unknown labels are ignored
        ("", {}),
        ("é=n", {}),
    ],
)
def test_content_usage_is_a_dictionary_of_small_labels(text: str, said: dict[str, str]) -> None:
    assert says(read_content_usage(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tdm=n", EVERY_NO),  # vocab-01
        ("ai=n", {"train-ai": NO}),
        ("genai=n", {"train-genai": NO}),
        (
            "ai=y, genai=n",
            {"train-ai": OK, "train-genai": NO},
        ),  # the special beats the general, whatever the order
        ("genai=n, ai=y", {"train-ai": OK, "train-genai": NO}),
        ("inference=n", {"ai-use": NO}),
        ("tdm=n, search=y", {"train-ai": NO, "ai-use": NO, "search": OK}),
        ("train-genai=n", {"train-genai": NO}),  # -02 and -03
        ("ai-use=n", {"ai-use": NO}),
        ("bots=n", EVERY_NO),  # -03 and -04
        ("bots=n, train-ai=y", {"train-ai": OK, "ai-use": NO, "search": NO}),
        ("ai-output=n", {"ai-use": NO}),  # -04
        ("train-ai=n, search=y", {"train-ai": NO, "search": OK}),  # -05 to -07
    ],
)
def test_labels_of_older_vocabularies_are_still_read(text: str, said: dict[str, str]) -> None:
    assert says(read_content_usage(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("search=yes, ai-input=yes, ai-train=no", {"search": OK, "ai-use": OK, "train-ai": NO}),
        ("ai-train=no", {"train-ai": NO}),
        ("ai-train=maybe, search-ai=no", {}),  # search-ai is a mistake that a vendor's page makes
        ("AI-train=no", {}),
        ("", {}),
    ],
)
def test_content_signals_are_yes_and_no(text: str, said: dict[str, str]) -> None:
    assert says(read_content_signal(text)) == said


@pytest.mark.parametrize(
    ("value", "said"), [("1", {"train-ai": NO}), ("0", {"train-ai": OK}), ("2", {}), ("", {})]
)
def test_tdm_reservation_is_one_or_zero(value: str, said: dict[str, str]) -> None:
    assert says(read_reservation(value)) == said


def test_of_a_tdmrep_file_the_first_location_that_matches_stands() -> None:
    rules = [
        {"location": "/open/*.html$", "tdm-reservation": 0},
        {"location": "/", "tdm-reservation": 1, "tdm-policy": "/p"},
    ]
    found = read_tdmrep(json.dumps(rules))
    assert says(found, "/open/a.html") == {"train-ai": OK}
    assert says(found, "/open/a.html?x") == says(found, "/Open/a.html") == {"train-ai": NO}
    assert "Terms are offered, and nobody agreed to them here" in found.at("/x")[0].why


def test_entries_of_a_tdmrep_file_without_its_two_mandatory_members_say_nothing() -> None:
    rules = [{"location": "/"}, {"tdm-reservation": 1}, {"location": "/", "tdm-reservation": True}, 7]
    assert says(read_tdmrep(json.dumps(rules))) == {}
    quoted = [
        {"location": "/", "tdm-reservation": "1"}
    ]  # a number by the report, and often written as a string
    assert says(read_tdmrep(json.dumps(quoted))) == {"train-ai": NO}


@pytest.mark.parametrize("text", ["{}", "", "[", "[" * 100_000])
def test_a_file_that_is_no_tdmrep_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not-tdmrep"):
        read_tdmrep(text)


def cawg(**uses: str) -> str:
    entries = {f"cawg.{name}": {"use": use} for name, use in uses.items()}
    assertion = {"label": "cawg.training-mining", "data": {"entries": entries}}
    return json.dumps(
        {"active_manifest": "m", "manifests": {"m": {"assertions": [{"label": "c2pa.hash"}, assertion]}}}
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (cawg(ai_training="notAllowed", ai_generative_training="notAllowed"), {"train-ai": NO}),
        (cawg(ai_training="constrained"), {"train-ai": NO}),
        (cawg(ai_training="perhaps"), {"train-ai": NO}),
        (cawg(ai_generative_training="notAllowed"), {"train-genai": NO}),
        (
            cawg(data_mining="notAllowed", ai_generative_training="allowed"),
            {"train-ai": NO, "train-genai": OK},
        ),
        (cawg(ai_inference="notAllowed"), {"ai-use": NO}),
        (cawg(something_new="notAllowed"), {}),
    ],
)
def test_constrained_in_content_credentials_counts_as_not_allowed(text: str, said: dict[str, str]) -> None:
    assert says(read_cawg(text)) == said


def test_the_retired_label_and_several_assertions_are_read_and_the_most_restrictive_stands() -> None:
    old = {
        "label": "c2pa.training-mining__1",
        "data": {"entries": {"c2pa.ai_training": {"use": "notAllowed"}}},
    }
    new = json.loads(cawg(ai_training="allowed"))
    assert says(read_cawg(json.dumps([old, new])))["train-ai"] == NO


@pytest.mark.parametrize("text", ["", "{}", '{"label": "cawg.identity"}', "[" * 5000])
def test_json_without_the_assertion_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not-cawg"):
        read_cawg(text)


@pytest.mark.parametrize(
    ("value", "said"), [("1", {"sale": NO}), ("0", {}), ("true", {}), ("", {}), ("11", {})]
)
def test_global_privacy_control_is_one_and_says_nothing_of_training(value: str, said: dict[str, str]) -> None:
    assert says(read_gpc(value)) == said


def test_header_fields_are_read_in_any_case_and_put_together() -> None:
    text = "HTTP/1.1 200 OK\r\nContent-Usage: train-ai=y\r\nTDM-Reservation: 1\r\ncontent-usage: ai=n\r\nContent-Signal: search=yes"
    assert says(read_headers(text)) == {"train-ai": NO, "search": OK}
    assert says(read_headers("X-Robots-Tag: otherbot: noindex, noai")) == {"train-ai": NO}
    assert says(read_headers("sec-gpc: 1")) == {"sale": NO}
    assert says(read_headers('Link: </l.xml>; rel="license"; type="application/rsl+xml"')) == {"train-ai": NO}
    assert says(read_headers("nothing here\n: 1\nX-Other: 1")) == {}


def test_meta_elements_are_read_and_a_page_may_be_broken() -> None:
    assert says(read_html('<html><meta name="TDM-reservation" content="1"><p><b')) == {"train-ai": NO}
    assert says(read_html('<link rel="license" type="application/rsl+xml" href="/l.xml">')) == {
        "train-ai": NO
    }
    assert says(read_html("<p>noai</p>")) == {}
    assert says(read_html('<![=> <meta name="robots" content="noai">')) == {"train-ai": NO}
    with pytest.raises(InputError, match="text-too-long"):
        read_html("<" * 200_001)


def rsl(*contents: str) -> str:
    return f'<rsl xmlns="{NAMESPACE}">{"".join(contents)}</rsl>'


def content(terms: str, url: str = "/", more: str = "") -> str:
    return f'<content url="{url}" {more}><license>{terms}</license></content>'


FREE = '<permits type="usage">ai-train search</permits>'


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (FREE, {"train-ai": OK, "ai-use": NO, "search": OK}),  # what is not named is not licensed
        (FREE + '<prohibits type="usage">ai-train</prohibits>', {"train-ai": NO, "ai-use": NO, "search": OK}),
        (
            '<permits type="usage">all</permits><prohibits type="usage">ai-all</prohibits>',
            {"train-ai": NO, "ai-use": NO, "search": OK},
        ),
        (
            '<permits type="usage">train-ai</permits>',
            {"train-ai": OK, "ai-use": NO, "search": NO},
        ),  # older guides
        (FREE + '<payment type="free"/>', {"train-ai": OK, "ai-use": NO, "search": OK}),
        (FREE + '<payment type="training"><amount currency="EUR">1</amount></payment>', EVERY_NO),
        (FREE + '<payment type="attribution"/>', EVERY_NO),
        (FREE + '<permits type="user">non-commercial</permits>', EVERY_NO),
        (FREE + '<prohibits type="geo">IE</prohibits>', EVERY_NO),
        ('<permits type="usage">juggling</permits>', EVERY_NO),
        ("", EVERY_NO),
    ],
)
def test_an_rsl_licence_permits_what_it_names_and_asks_nothing_for(terms: str, said: dict[str, str]) -> None:
    assert says(read_rsl(rsl(content(terms)))) == said


def test_of_several_licences_each_may_be_chosen_unless_one_prohibits() -> None:
    two = content(FREE + '<payment type="crawl"/></license><license>' + FREE)
    assert says(read_rsl(rsl(two)))["train-ai"] == OK
    barred = content(FREE + '</license><license><prohibits type="usage">ai-train</prohibits>')
    assert says(read_rsl(rsl(barred)))["train-ai"] == NO


def test_a_licence_server_means_that_a_licence_has_to_be_asked_for() -> None:
    assert says(read_rsl(rsl(content(FREE, more='server="https://licences.example"')))) == EVERY_NO


def test_the_most_specific_content_of_an_rsl_document_stands_and_others_are_not_covered() -> None:
    found = read_rsl(rsl(content("", "https://a.example/blog"), content(FREE, "/blog/open/")))
    assert says(found, "/blog/open/1")["train-ai"] == OK
    assert says(found, "/blog/1") == EVERY_NO
    assert says(found, "/shop") == {}


LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><r>&b;</r>'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LAUGHS, "xml-doctype"),
        ('<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', "xml-doctype"),
        ("<r" * 3, "bad-xml"),
        ("", "bad-xml"),
        ("<a>" * 40 + "</a>" * 40, "xml-too-large"),
        ("<r>" + "<a/>" * 20_001 + "</r>", "xml-too-large"),
        ("<r>" + "x" * (1 << 20) + "</r>", "xml-too-large"),
        ("<rsl/>", "not-rsl"),
        ('<rss xmlns="https://rslstandard.org/rsl"/>', "not-rsl"),
    ],
)
def test_xml_that_swells_or_is_no_rsl_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError, match=code):
        read_rsl(text)


def test_a_pointer_to_a_licence_says_no_until_the_licence_is_there() -> None:
    pointer = read_headers("Link: </l.xml>; rel=license")
    assert says(pointer) == {"train-ai": NO}
    both = heard([pointer, read_rsl(rsl(content('<permits type="usage">all</permits>')))])
    assert not stance(both).disallowed
    assert stance(heard([])) == SILENT


PIECES = st.sampled_from(
    (*'=,;()":/*$\n<>{}[] %@1é\0\ud800', "train-ai", "n", "y", "<![", "<!", "<?", "&#", "label", "cawg.training-mining", "data",
     "entries", "use", "location", "tdm-reservation", "rsl", "content", "User-agent", "Content-Usage", "Link", "rel=license", "%zz")
)  # fmt: skip
texts = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=60)


@given(st.sampled_from(Kind), texts, st.text(max_size=8))
def test_whatever_is_given_is_read_or_refused(kind: Kind, text: str, path: str) -> None:
    with contextlib.suppress(InputError):
        stance(heard([read_signal(kind, text)], f"/{path}"))
