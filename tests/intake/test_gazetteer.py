"""Free-text locations to regions: what is sure, and what stays unknown."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.intake.gazetteer import country_named, place_names, region_of
from sayso.values.regions import is_region
from shared_data import need_shared

KNOWN = {
    "France": "FR", "Deutschland": "DE", "États-Unis": "US", "Ελλάδα": "GR", "Россия": "RU", "UK": "GB",
    "USA": "US", "U.S.": "US", "The Netherlands": "NL", "Holland": "NL", "South Korea": "KR",
    "Türkiye": "TR", "Trinidad and Tobago": "TT", "Hong Kong": "HK", "England": "GB-ENG",
    "Scotland, United Kingdom": "GB-SCT", "Cardiff, Wales": "GB-WLS", "Northern Ireland": "GB-NIR",
    "Cambridge, UK": "GB", "Cambridge, MA": "US-MA", "Paris": "FR", "Paris, TX": "US-TX",
    "Paris, Texas": "US-TX", "London": "GB", "London, ON": "CA-ON", "London, UK": "GB",
    "New York, NY": "US-NY", "NYC": "US-NY", "California": "US-CA", "Berlin, DE": "DE",
    "Dover, DE": "US-DE", "Toronto, CA": "CA", "San Jose, CA": "US-CA", "Portland, OR": "US-OR",
    "Perth, WA": "AU", "Redmond, WA": "US-WA", "Tbilisi, Georgia": "GE", "Atlanta, Georgia": "US-GA",
    "Washington, DC": "US-DC", "Québec": "CA-QC", "Montréal, QC, Canada": "CA-QC", "Montreal": "CA",
    "Milano, MI, Italia": "IT", "Albuquerque, NM USA": "US-NM", "Toulouse France": "FR",
    "Germany, Munich": "DE", "Boston (MA), USA": "US-MA", "Strasbourg / Paris": "FR",
    "near Syracuse, NY": "US-NY", "Norway, Europe": "NO", "Bavaria": "DE", "Accra,Ghana": "GH",
    "Bangalore, Karnataka, India": "IN", "Davenport, FL 33896, USA": "US-FL", "Springfield": "US",
    "Austin, us": "US",
}  # fmt: skip
UNKNOWN = (
    "Cambridge", "Georgia", "Dublin", "CA", "MN", "us", "Earth", "Europe", "the internet",
    "Mars (No not in Germany)", "UK, France and others!", "Washington DC, USA; Annecy, France",
    "Somewhere between Paris and Barcelona", "from Spain", "island", "127.0.0.1",
    "https://example.org/usa", "Nice", "Reading", "Paradise", "Milano, MI", "Jerusalem", "Korea", "Congo",
    "", " ", "♁", "Rainbow, ME", "on the server farm", "France, Spain", "x" * 500,
)  # fmt: skip


@pytest.mark.parametrize(("text", "region"), KNOWN.items())
def test_a_clear_location_has_its_region(text: str, region: str) -> None:
    assert region_of(text) == region


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_doubtful_location_stays_unknown(text: str) -> None:
    assert region_of(text) is None


def test_a_country_is_known_by_name_alone() -> None:
    assert [country_named(name) for name in ("Frankreich", "Polska", "Paris", "Georgia")] == [
        "FR",
        "PL",
        None,
        None,
    ]


def test_the_index_is_loaded_once() -> None:
    assert place_names() is place_names()


@given(st.text(max_size=130))
def test_any_text_gives_a_region_or_nothing(text: str) -> None:
    region = region_of(text)
    assert region is None or is_region(region)


@given(
    st.lists(
        st.sampled_from(
            [
                "Paris",
                "London",
                "Georgia",
                "CA",
                "TX",
                "USA",
                "UK",
                "France",
                "NY",
                "Cambridge",
                "and",
                "/",
                "(",
                ")",
                "not",
                "DE",
                "Berlin",
            ]
        ),
        max_size=6,
    )
)
def test_any_mix_of_place_words_gives_a_region_or_nothing(words: list[str]) -> None:
    for glue in (" ", ", "):
        region = region_of(glue.join(words))
        assert region is None or is_region(region)


@pytest.mark.needs_shared
@pytest.mark.parametrize(("dump", "least"), [("quantumcomputing_2018", 0.91), ("french_meta_2021", 0.89)])
def test_nine_of_ten_real_locations_are_resolved(dump: str, least: float) -> None:
    users = ET.parse(need_shared(f"stackexchange/{dump}") / "Users.xml").getroot()
    found = [region_of(place) for user in users if (place := user.get("Location"))]
    assert sum(region is not None for region in found) / len(found) >= least
