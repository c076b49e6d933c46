"""The demo community's chance: deterministic streams, and the means they promise."""

from __future__ import annotations

import pytest

from sayso.intake.community.dice import Weighted, between, count, pick, stream, wait


def test_streams_of_other_names_are_other_streams() -> None:
    draws = {stream(1, name, number).random() for name in ("a", "b") for number in range(50)}
    assert len(draws) == 100


def test_a_stream_is_what_it_has_always_been() -> None:
    assert [between(stream(1, "x", n), 0, 999) for n in range(5)] == [547, 494, 796, 157, 832]


def test_between_reaches_both_ends() -> None:
    rng = stream(3)
    assert {between(rng, 2, 4) for _ in range(200)} == {2, 3, 4}


def test_pick_reaches_everything() -> None:
    rng = stream(4)
    assert {pick(rng, "abc") for _ in range(200)} == set("abc")


@pytest.mark.parametrize("mean", [0.2, 1.0, 4.0])
def test_count_has_the_mean_it_promises(mean: float) -> None:
    rng = stream(5)
    assert sum(count(rng, mean) for _ in range(20_000)) / 20_000 == pytest.approx(mean, rel=0.08)


def test_nobody_makes_anything_of_a_mean_of_nothing() -> None:
    assert count(stream(6), 0.0) == 0


def test_wait_has_the_mean_it_promises() -> None:
    rng = stream(7)
    assert sum(wait(rng, 1000) for _ in range(20_000)) / 20_000 == pytest.approx(1000, rel=0.05)


def test_weights_decide_how_often_a_thing_comes_up() -> None:
    rng = stream(8)
    drawn = [Weighted([("a", 3), ("b", 1), ("c", 0)]).draw(rng) for _ in range(4000)]
    assert drawn.count("a") / 4000 == pytest.approx(0.75, abs=0.03)
    assert "c" not in drawn
