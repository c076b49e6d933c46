"""Adapters: the public one says what it was learnt from, and the members' ones forget to the last bit."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural.tiny import PUBLIC
from sayso.dataset.rows import Row
from sayso.errors import InputError, IntegrityError
from sayso.models.kind import arrays_digest
from sayso.neural.adapters import learn, planned, read_adapter
from sayso.neural.kinds import Wanted, member_adapters, neural_suggestions
from sayso.neural.language_model import LanguageModel
from sayso.neural.learning import Apprentice, Recipe, Weights, averaged, blocks_of, worn
from sayso.neural.member_adapters import Cut, MemberAdapters, State
from sayso.neural.opening import Opened, opened

HOW = "adapters need more: pip install -c constraints.txt -e '.[neural]'"
pytest.importorskip("torch", reason=HOW)
pytest.importorskip("transformers", reason=HOW)
pytest.importorskip("peft", reason=HOW)

RECIPE = Recipe(rank=2, alpha=4, block=16)
CUT = Cut(2, 2)
WORDS = st.sampled_from(["Thank you", "for the answer", "a zebra", "I think so", "have a look"])
MEMBERS = st.dictionaries(
    st.sampled_from("abcdefgh"), st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=8
)


@pytest.fixture(scope="session")
def model(place: Path) -> Opened:
    """The small model, opened."""
    return opened("tiny", place.parent, place.parent / "cache")


@pytest.fixture(scope="session")
def apprentice(place: Path) -> Apprentice:
    """The small model, ready to learn."""
    return Apprentice(place, RECIPE)


@pytest.fixture(scope="session")
def kind(place: Path, model: Opened, apprentice: Apprentice) -> MemberAdapters:
    """Member adapters over the small model, in two groups of two slices."""
    made: Any = member_adapters(Wanted("tiny", "", place.parent, place.parent / "cache", CUT))
    return MemberAdapters(
        made.counting, CUT, LanguageModel(model.pieces, model.folder), partial(_same, apprentice)
    )


def _same(one: Apprentice) -> Apprentice:
    return one


def rows(members: dict[str, list[str]], only: Iterable[str] | None = None) -> list[Row]:
    wanted = members if only is None else only
    return [
        Row(f"{ord(member):016x}{at:016x}", member, "post", "public", "en", "2024-05", text, "")
        for member in wanted
        if member in members
        for at, text in enumerate(members[member])
    ]


def learnt(model: Opened, out: Path, texts: list[str], recipe: Recipe = RECIPE) -> dict[str, Any]:
    return learn(model, planned(model, texts, recipe), recipe, out, lambda pieces: None)


def test_the_same_texts_in_any_order_make_the_same_adapter_and_others_another(
    model: Opened, tmp_path: Path
) -> None:
    one = learnt(model, tmp_path / "one", PUBLIC)
    assert learnt(model, tmp_path / "two", [*reversed(PUBLIC), PUBLIC[0]]) == one
    assert (tmp_path / "one/sayso.json").read_bytes() == (tmp_path / "two/sayso.json").read_bytes()
    assert one["model"] == model.digest
    assert one["texts"]["number"] == len(set(PUBLIC))
    other = learnt(model, tmp_path / "three", [*PUBLIC, "One more."])
    assert other["texts"]["sha256"] != one["texts"]["sha256"]
    assert other["weights"] != one["weights"]


def test_an_adapter_learns_and_a_fresh_one_changes_nothing(
    model: Opened, apprentice: Apprentice, tmp_path: Path
) -> None:
    learnt(model, tmp_path / "one", PUBLIC * 4, Recipe(rank=2, alpha=4, block=16, passes=8, rate=1e-2))
    read = read_adapter(tmp_path / "one", model)
    text = [np.array(model.pieces.encode(PUBLIC[0]), np.uint32)]
    nets = (
        None,
        partial(worn, model.folder, apprentice.fresh, 4),
        partial(worn, model.folder, read.weights, 4),
    )
    plain, fresh, taught = (
        float(LanguageModel(model.pieces, model.folder, net).log_chances(text)[0].sum()) for net in nets
    )
    assert fresh == pytest.approx(plain, abs=1e-3)
    assert taught > plain + 2


def test_a_model_over_an_adapter_names_it_and_its_texts(place: Path, model: Opened, tmp_path: Path) -> None:
    said = learnt(model, tmp_path / "public", PUBLIC)
    shutil.copytree(place, tmp_path / "tiny")
    plain = neural_suggestions(Wanted("tiny", "", tmp_path, tmp_path, CUT))
    over = neural_suggestions(Wanted("tiny", "public", tmp_path, tmp_path, CUT))
    named = dict(over.settings)
    assert named["adapter_texts"] == f"sha256:{said['texts']['sha256']}"
    assert named["model"] == f"sha256:{model.digest}" == dict(plain.settings)["model"]
    assert named["base"] != dict(plain.settings)["base"]


@pytest.mark.parametrize("damage", ["weights", "model", "gone"])
def test_an_adapter_that_is_not_what_it_says_is_refused(model: Opened, tmp_path: Path, damage: str) -> None:
    learnt(model, tmp_path / "one", PUBLIC)
    said = json.loads((tmp_path / "one/sayso.json").read_bytes())
    if damage == "gone":
        (tmp_path / "one/sayso.json").unlink()
    else:
        (tmp_path / "one/sayso.json").write_text(json.dumps({**said, damage: "0" * 64}))
    with pytest.raises(IntegrityError if damage == "weights" else InputError):
        read_adapter(tmp_path / "one", model)


def test_there_is_nothing_to_learn_from_no_text(model: Opened, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to learn from"):
        learnt(model, tmp_path / "one", ["", " "])
    assert not (tmp_path / "one").exists()


def test_the_mean_of_adapters_changes_the_network_by_the_mean_of_their_changes(
    model: Opened, apprentice: Apprentice
) -> None:
    def taught(text: str) -> Weights:
        pieces = [one - 2 for one in model.pieces.encode(text)]
        return apprentice.learn(apprentice.fresh, blocks_of([pieces], 0, 0, 16), lambda done: None)

    some = [taught(text) for text in ("a zebra", "Thank you for it", "the second one")]
    mean = averaged(some)
    for name in some[0]:
        if "lora_A" in name:
            other = name.replace("lora_A", "lora_B")
            apart = np.mean([2 * one[other] @ one[name] for one in some], axis=0)
            assert 4 / 6 * mean[other] @ mean[name] == pytest.approx(apart, abs=1e-6)


@settings(max_examples=12, deadline=None)
@given(members=MEMBERS, leaving=st.sets(st.sampled_from("abcdefgh"), max_size=2), changed=st.booleans())
def test_member_adapters_forget_to_the_last_bit_and_touch_only_the_members_group(
    kind: MemberAdapters, members: dict[str, list[str]], leaving: set[str], changed: bool
) -> None:
    state = kind.train(rows(members))
    stays = {member: texts for member, texts in members.items() if member not in leaving}
    back = {member: ["another text"] for member in sorted(leaving & members.keys()) if changed}
    before = kind.state_of(kind.arrays(state))
    after = kind.change(before, rows(members, sorted(leaving)), rows(back))
    assert after is not None
    without = kind.train(rows(stays | back))
    assert kind.digest(after) == kind.digest(without)
    assert arrays_digest(kind.served(after)) == arrays_digest(kind.served(without))
    for group in range(CUT.groups):
        touched = {
            kind.cut.place(member)[1]
            for member in leaving & members.keys()
            if kind.cut.place(member)[0] == group
        }
        for slice_ in range(min(touched, default=CUT.slices)):
            assert arrays_digest(after.chains[group][slice_]) == arrays_digest(state.chains[group][slice_])


def test_no_checkpoint_that_held_a_member_stays(kind: MemberAdapters) -> None:
    members = {member: ["Thank you for the answer", "a zebra"] for member in "abcdefgh"}
    state = kind.train(rows(members))
    group, first = kind.cut.place("c")
    after = kind.change(kind.state_of(kind.arrays(state)), rows(members, "c"), ())
    assert after is not None
    held = {arrays_digest(one) for one in state.chains[group][first:]}
    assert not held & {arrays_digest(one) for chain in after.chains for one in chain}


def test_rows_that_taught_nothing_cannot_be_forgotten(kind: MemberAdapters) -> None:
    state = kind.train(rows({"a": ["Thank you"]}))
    assert kind.change(state, rows({"a": ["something else"]}), ()) is None


def test_what_is_served_suggests_what_the_whole_state_suggests(kind: MemberAdapters) -> None:
    state = kind.train(rows({member: ["Thank you for the answer"] for member in "abcdefgh"}))
    served = kind.state_of(kind.served(state))
    assert isinstance(served, State)
    assert served.suggest("Thank you", 3) == state.suggest("Thank you", 3)
    assert (served.own, served.chains) == ({}, ())


@pytest.mark.parametrize("broken", ["own/sizes", "chains/", "counts/head"])
def test_arrays_that_hold_no_state_are_refused(kind: MemberAdapters, broken: str) -> None:
    arrays = kind.arrays(kind.train(rows({"a": ["Thank you"]})))
    missing = {name: one for name, one in arrays.items() if not name.startswith(broken)}
    with pytest.raises(IntegrityError):
        kind.state_of(missing)
