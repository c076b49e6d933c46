"""Forgetting members and posts, in any order and grouping, is fitting without them: digest for digest, weight for weight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend_worlds import (
    KEY,
    MEMBERS,
    POSTS,
    World,
    capped_worlds,
    digests,
    fitted,
    posts,
    texts,
    worlds,
)
from sayso.errors import InputError, IntegrityError
from sayso.models.recommend import (
    Model,
    Post,
    Settings,
    certified,
    fit,
    fold,
    forget,
    ledger_of,
    publish,
    refit,
    revise,
)
from sayso.models.recommend.gram import gram_of
from sayso.models.recommend.inverse import Dense, Inverse
from sayso.models.recommend.ledger import without
from spec import recommend_spec

LETTERS = "abcdefghijklmnopqrstuvwxyz"
groups = st.lists(
    st.tuples(
        st.lists(st.sampled_from(MEMBERS), max_size=3),
        st.lists(st.sampled_from(POSTS), max_size=2),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@given(worlds, st.randoms(use_true_random=False))
def test_published_weights_are_the_exact_ones_rounded(world: World, random: object) -> None:
    random.shuffle(shuffled := list(world.pairs))  # type: ignore[attr-defined]
    model = fit(ledger_of(reversed(world.posts), shuffled + shuffled[:2], world.settings))
    found = publish(model, KEY).published.weights
    assert found.tolist() == recommend_spec.weights(world.posts, world.pairs, world.settings)


@given(st.one_of(worlds, capped_worlds), groups)
def test_forgetting_in_any_order_and_grouping_is_fitting_without(world: World, steps: list) -> None:
    model = fitted(world)
    for members, gone, fold_now in steps:
        model = forget(model, members, gone)
        model = fold(model) if fold_now else model
    fewer = world.without(
        [m for some, _, _ in steps for m in some], [p for _, some, _ in steps for p in some]
    )
    assert digests(model) == digests(fitted(fewer)) == digests(fold(model)) == digests(refit(model))


@given(
    st.integers(1, 5),
    st.sets(st.sampled_from(POSTS), min_size=1),
    st.sets(st.sampled_from(MEMBERS), max_size=2),
)
def test_when_posts_leave_members_over_the_cap_have_others_counted(
    cap: int, left: set[str], gone: set[str]
) -> None:
    everyone = tuple((member, post) for member in MEMBERS for post in POSTS)
    world = World(tuple(Post(id) for id in POSTS), everyone, Settings(ridge=5, cap=cap))
    assert digests(forget(fitted(world), gone, left)) == digests(fitted(world.without(gone, left)))


@given(worlds, groups)
def test_what_is_served_right_after_forgetting_is_already_without_the_member(
    world: World, steps: list
) -> None:
    members, gone, _ = steps[0]
    model = forget(fitted(world), members, gone)
    fewer = world.without(members, gone)
    exact = recommend_spec.weights(fewer.posts, fewer.pairs, fewer.settings)
    assert model.rows(np.arange(len(model.posts))).tolist() == exact


@given(worlds, groups)
def test_the_dual_form_forgets_to_the_same_digests(world: World, steps: list) -> None:
    model = fit(world.ledger(), "dual")
    for members, gone, fold_now in steps:
        model = forget(model, members, gone)
        model = fold(model) if fold_now else model
    fewer = world.without(
        [m for some, _, _ in steps for m in some], [p for _, some, _ in steps for p in some]
    )
    assert digests(model) == digests(fitted(fewer))


@given(worlds, posts, st.sampled_from(MEMBERS), st.sampled_from(["primal", "dual"]))
def test_posts_whose_text_changes_are_as_if_they_had_always_read_so(
    world: World, changed: tuple[Post, ...], member: str, form: str
) -> None:
    there = {post.id for post in world.posts}
    changed = tuple(post for post in changed if post.id in there)
    model = revise(fit(world.ledger(), form), changed)  # type: ignore[arg-type]
    now = {post.id: post for post in (*world.posts, *changed)}
    told = World(tuple(now.values()), world.pairs, world.settings)
    assert digests(model) == digests(fitted(told))
    assert digests(forget(model, [member])) == digests(fitted(told.without([member], [])))


def test_a_post_that_the_model_does_not_have_cannot_be_revised() -> None:
    with pytest.raises(InputError, match="unknown-post"):
        revise(fit(ledger_of([Post("a")], [], Settings())), [Post("b")])


@given(worlds, texts)
def test_a_member_who_is_not_in_the_model_changes_nothing(world: World, text: str) -> None:
    model = fitted(world)
    assert digests(forget(model, ["nobody"], ["no post"])) == digests(model)
    assert forget(model, ["nobody"], ["no post"]).pending == 0


def scattered(members: int, size: int, seed: int = 3) -> World:
    """Draw a world too large for fractions: members with a dozen posts each, texts of few words."""
    draw = np.random.default_rng(seed)
    told = [
        Post(f"p{n:04}", (f"t{n % 7}",), f"{LETTERS[n % 23]}word {LETTERS[n % 19]}term", f"m{n % members}")
        for n in range(size)
    ]
    pairs = [(f"m{m}", f"p{n:04}") for m in range(members) for n in draw.integers(0, size, 12)]
    return World(tuple(told), tuple(pairs), Settings())


def test_the_certificate_is_tiny_after_forgetting_and_large_had_the_member_stayed() -> None:
    model = fitted(scattered(200, 300))
    after = forget(model, ["m7"])
    _, good = certified(after, KEY)
    kept_in = type(model)(
        after.ledger, forget(model, [], [p for p in model.posts if p not in after.posts]).inverse, 0.0
    )
    _, bad = certified(kept_in, KEY)
    assert good.residual < 1e-11
    assert bad.residual > 1e-3
    assert certified(after, b"another key")[1].residual < 1e-11
    assert certified(after, KEY)[1] == good


def test_after_folding_nothing_is_pending_and_memory_is_new() -> None:
    model = forget(fitted(scattered(50, 60)), ["m1", "m2"])
    done = fold(model)
    assert model.pending > 0 == done.pending
    assert isinstance(done.inverse.whole, Dense)
    assert isinstance(model.inverse.whole, Dense)
    assert not np.shares_memory(done.inverse.whole.matrix, model.inverse.whole.matrix)
    assert len(done.inverse.whole.matrix) == len(done.posts)


def test_entries_that_the_bound_cannot_vouch_for_are_solved_again_to_the_same_weights() -> None:
    world = scattered(80, 90)
    model = fitted(world)
    plain = publish(model, KEY)
    loose = type(model)(model.ledger, model.inverse, 1e-3).rows(np.arange(len(model.posts)))
    assert plain.solved_again == 0
    assert (loose == plain.published.weights).all()


def with_inverse(model: Model, matrix: np.ndarray, bound: float = 0.0) -> Model:
    """Return the model with another inverse."""
    whole = Dense(matrix)
    return Model(model.ledger, Inverse(whole, model.inverse.place, (), whole.diagonal()), bound)


def test_an_inverse_that_is_slightly_wrong_is_put_right_where_it_matters() -> None:
    model = fitted(scattered(40, 50))
    every = np.arange(len(model.posts))
    right = publish(model, KEY).published.weights
    noise = np.random.default_rng(1).normal(size=(len(every), len(every)))
    off = model.inverse.rows(every) * (1 + 1e-4 * (noise + noise.T))
    measured, _ = certified(with_inverse(model, off), KEY)
    assert (with_inverse(model, off).rows(every) != right).any()
    assert (measured.rows(every) == right).all()


def test_nothing_is_published_from_an_inverse_that_somebody_may_still_be_in() -> None:
    model = fitted(scattered(40, 50))
    with pytest.raises(IntegrityError, match="not-its-ledger"):
        publish(Model(without(model.ledger, [model.ledger.members[3]], ()), model.inverse, 0.0), KEY)
    with pytest.raises(IntegrityError, match="not-its-ledger"):
        publish(with_inverse(model, np.full((len(model.posts),) * 2, np.nan)), KEY)


def test_a_column_cannot_be_solved_with_the_inverse_of_something_else() -> None:
    model = fitted(scattered(40, 50))
    with pytest.raises(IntegrityError, match="not-refined"):
        with_inverse(model, np.eye(len(model.posts)), 1.0).rows(np.array([0]))


def test_the_measured_bound_holds_for_the_inverse_there_is() -> None:
    model = forget(fitted(scattered(300, 200)), [f"m{n}" for n in range(120)])
    model, certificate = certified(model, KEY)
    dense = gram_of(model.ledger).dense()
    wrong = model.inverse.applied(dense) - np.eye(len(model.posts))
    assert np.linalg.norm(wrong, axis=1).max() <= certificate.bound
