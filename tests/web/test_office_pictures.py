"""Pictures say in words what they show, and are well-formed whatever is in them."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from sayso.dataset.funnel import tally
from sayso.policy.codes import CODES, outcome_of
from sayso.policy.reasons import step_names
from sayso.values.regions import COUNTRIES
from sayso.web.office.desk import STATES
from sayso.web.office.pictures import Step as Line
from sayso.web.office.pictures import (
    Stretch,
    Tile,
    funnel,
    share,
    small_world,
    swatch,
    time_line,
    trend,
    world,
)
from sayso.web.office.pictures import tree as tree_of
from sayso.web.office.worldmap import PLACES, together
from sayso.workflows.office.overview import State

WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
)


def parsed(picture: object) -> ElementTree.Element:
    return ElementTree.fromstring(str(picture))


def test_the_map_has_every_country_once_and_each_in_its_own_place() -> None:
    assert {code for code, _, _ in PLACES} == COUNTRIES
    assert len({(column, row) for _, column, row in PLACES}) == len(PLACES) == len(COUNTRIES)


@given(st.sets(st.sampled_from(sorted(COUNTRIES))))
def test_a_smaller_map_keeps_who_is_left_of_whom_and_above_whom(codes: set[str]) -> None:
    whole = {code: (column, row) for code, column, row in PLACES}
    small = {code: (column, row) for code, column, row in together(codes)}
    assert small.keys() == codes
    for one in codes:
        for other in codes:
            for axis in (0, 1):
                assert (small[one][axis] < small[other][axis]) == (whole[one][axis] < whole[other][axis])


@given(
    st.lists(st.tuples(st.sampled_from(sorted(COUNTRIES)), st.sampled_from(State), WORDS), max_size=8), WORDS
)
def test_maps_are_well_formed_and_labelled(tiles: list[tuple[str, State, str]], label: str) -> None:
    drawn = [Tile(code, state.value, title) for code, state, title in tiles]
    for picture in (world(drawn, label), small_world(drawn, label)):
        found = parsed(picture)
        assert found.get("aria-label") == label
        assert found.get("role") == "img"


@given(st.lists(st.tuples(st.sampled_from([code for code, _ in CODES]), st.integers(0, 999)), max_size=9))
def test_a_funnel_shows_every_number_that_it_is_made_of(counts: list[tuple[int, int]]) -> None:
    made = tally((outcome_of(code), count) for code, count in counts)
    texts = "".join(parsed(funnel(made, "x", step_names())).itertext())
    assert f"{made.considered:,}" in texts
    assert f"{made.permitted:,}" in texts


@given(st.lists(st.tuples(WORDS, st.integers(0, 10**6), st.integers(0, 10**6)), max_size=40), WORDS)
def test_trends_lines_and_trees_are_well_formed(steps: list[tuple[str, int, int]], label: str) -> None:
    starts, noes, yeses = (tuple(step[place] for step in steps) for place in range(3))
    assert parsed(trend(starts, noes, yeses, label)).get("aria-label") == label
    stretches = [Stretch(0.1, 0.1 + 0.01 * place, start, start) for place, start in enumerate(starts)]
    assert parsed(time_line(stretches, [(0.5, "2026")], 0.9, label)).get("aria-label") == label
    lines = [Line(min(place, 3), "model", start) for place, start in enumerate(("root", *starts))]
    assert parsed(tree_of(lines, label)).get("aria-label") == label
    assert parsed(share(3, 0, label)).get("aria-label") == label


def test_every_state_has_words_and_a_mark_of_its_own() -> None:
    assert set(STATES) == set(State)
    marks = [str(swatch(state, number)) for number, state in enumerate(STATES)]
    assert all(f"is-{state.value}" in mark for state, mark in zip(STATES, marks, strict=True))
