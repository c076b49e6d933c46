"""What members are shown: the best by whole-number scores, with reasons; and how good that is on what was held out."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend_worlds import KEY, POSTS, World, fitted, worlds
from models.test_recommend_forgetting import scattered
from sayso.errors import Refused
from sayso.models.recommend import (
    Interaction,
    Post,
    Settings,
    evaluate,
    fit,
    fold,
    forget,
    ledger_of,
    publish,
    recommend,
    similar,
    split,
)
from sayso.models.recommend import model as model_module
from sayso.models.recommend.serving import ranked
from shared_data import need_shared
from spec import recommend_spec

SETS = Path(__file__).resolve().parents[2] / "benchmarks" / "recommend_sets.py"
histories = st.sets(st.sampled_from([*POSTS, "unknown"]), max_size=4)


@given(worlds, histories, st.integers(0, 7))
def test_recommendations_are_the_best_of_the_exact_scores(world: World, history: set[str], k: int) -> None:
    table = recommend_spec.weights(world.posts, world.pairs, world.settings)
    ids = sorted(post.id for post in world.posts)
    model = fitted(world)
    for source in (model, publish(model, KEY).published):
        shown = recommend(source, history, k)
        assert [(one.post, one.score) for one in shown] == recommend_spec.recommended(table, ids, history, k)


@given(worlds, histories)
def test_every_recommendation_names_posts_of_the_members_own_that_pulled_it(
    world: World, history: set[str]
) -> None:
    model = fitted(world)
    for one in recommend(model, history, 5):
        assert 1 <= len(one.because) <= 3
        assert {pull.post for pull in one.because} <= history
        assert [pull.pull for pull in one.because] == sorted((p.pull for p in one.because), reverse=True)
        assert all(pull.pull > 0 for pull in one.because)
        assert all(pull.post in one.reason() for pull in one.because)


@given(st.lists(st.integers(-2, 2), max_size=200), st.integers(0, 50))
def test_equal_scores_go_by_id(scores: list[int], k: int) -> None:
    found = ranked(np.array(scores, np.int64), k).tolist()
    assert found == sorted(range(len(scores)), key=lambda place: (-scores[place], place))[:k]


def test_who_has_no_history_is_shown_nothing() -> None:
    model = fitted(scattered(20, 30))
    assert recommend(model, [], 5) == recommend(model, ["unknown"], 5) == similar(model, "unknown", 5) == ()


def test_a_new_post_without_readers_is_found_by_its_words() -> None:
    posts = [
        Post("old", (), "error correcting codes"),
        Post("new", (), "error correcting gates"),
        Post("other", (), "meta"),
    ]
    model = fit(ledger_of(posts, [("m", "old")], Settings()))
    assert [one.post for one in similar(model, "old", 5)] == ["new"]


def test_a_forgotten_members_taste_is_gone_at_once() -> None:
    posts = [Post(id) for id in "abc"]
    model = fit(ledger_of(posts, [("m", "a"), ("m", "b"), ("n", "a"), ("n", "c")], Settings(ridge=1)))
    assert [one.post for one in recommend(model, ["a"], 2)] == ["b", "c"]
    assert [one.post for one in recommend(forget(model, ["m"]), ["a"], 2)] == ["c"]


def test_many_changes_at_size_fold_and_publish_as_a_fit_without() -> None:
    world = scattered(120, 700)
    gone, left = [f"m{n}" for n in range(40)], [f"p{n:04}" for n in range(600, 640)]
    fewer = world.without(gone, left)
    for model in (fitted(world), fit(world.ledger(), "dual")):
        for number in range(0, 40, 8):
            model = forget(model, gone[number : number + 8], left[number : number + 8])
        right = publish(fitted(fewer), KEY).published
        assert publish(model, b"other").published.digest() == right.digest()
        assert publish(fold(model), b"third").published.digest() == right.digest()


def test_too_many_posts_take_the_dual_form_and_where_that_is_too_large_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger = scattered(30, 200).ledger()
    monkeypatch.setattr(model_module, "LARGEST", 150)
    assert type(fit(ledger).inverse.whole).__name__ == "Dual"
    monkeypatch.setattr(model_module, "LARGEST", 50)
    with pytest.raises(Refused, match="too-many-posts"):
        fit(ledger)


@given(worlds)
def test_a_split_keeps_and_holds_out_every_pair_once(world: World) -> None:
    parts = split(world.pairs, KEY)
    assert sorted({*parts.kept, *parts.held}) == sorted(set(world.pairs))
    assert not set(parts.kept) & set(parts.held)
    assert {pair.member for pair in parts.held} <= {pair.member for pair in parts.kept}
    assert split(world.pairs[::-1], KEY) == parts


def test_scores_are_those_of_the_definitions() -> None:
    posts = [Post(id) for id in "abcd"]
    ledger = ledger_of(posts, [("m", "a"), ("n", "a"), ("n", "b"), ("o", "c"), ("o", "b")], Settings(ridge=1))
    published = publish(fit(ledger), KEY).published
    held = [Interaction("m", "d"), Interaction("m", "b"), Interaction("zz", "a")]
    found = {score.name: score for score in evaluate(published, ledger, held)}
    # Popularity ranks b (two members), then c and d for member m: b first, d third.
    assert found["popularity"].members == 1
    assert found["popularity"].recall == 1.0
    assert found["popularity"].ndcg == pytest.approx((1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3)))


@pytest.mark.needs_shared
def test_on_real_threads_words_and_topics_beat_what_is_popular_in_the_topic() -> None:
    data = runpy.run_path(str(SETS))["threads"](need_shared("stackexchange/quantumcomputing_2018"))
    parts = split(data.pairs, b"split")
    ledger = ledger_of(data.posts, parts.kept, Settings())
    model = fit(ledger)
    found = {score.name: score for score in evaluate(publish(model, KEY).published, ledger, parts.held)}
    assert found["joined EASE"].recall > 1.3 * found["popularity in topics"].recall
    gone = ledger.members[::4]
    told = [post for post in data.posts if post.author not in gone]
    anew = fit(ledger_of(told, [pair for pair in parts.kept if pair.member not in gone], Settings()))
    assert publish(forget(model, gone), KEY).published.digest() == publish(anew, KEY).published.digest()
