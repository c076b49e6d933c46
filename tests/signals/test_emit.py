"""What is published is read back, by the readers of what others publish, as what was to be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.intake.policies import load_policy
from sayso.policy.model import Policy
from sayso.policy.parse import parse_policy
from sayso.signals.emit import Outline, Told, published
from sayso.signals.reading import read_signal
from sayso.signals.statement import Kind, Signal, heard, stance
from sayso.values.moments import parse_moment
from sayso.values.preferences import TRAINING, Preference, Say, Usage, stated
from sayso.workflows.emit import emit, meaning_of

KINDS = {
    "robots.txt": Kind.ROBOTS,
    "headers.txt": Kind.HEADERS,
    "tdmrep.json": Kind.TDMREP,
    "rsl.xml": Kind.RSL,
    "meta.html": Kind.HTML,
    "training-mining.json": Kind.CAWG,
}
SPOKEN = (Usage.TRAIN_AI, Usage.AI_USE, Usage.SEARCH)
words = st.dictionaries(st.sampled_from(SPOKEN), st.booleans()).map(
    lambda found: stated(
        (TRAINING if usage is Usage.TRAIN_AI else frozenset((usage,)), yes) for usage, yes in found.items()
    )
)
paths = st.sampled_from(("/blog/", "/blog/open/", "/u", "/*.pdf$"))


def signals_of(outline: Outline) -> dict[str, Signal]:
    """Return what is published, read as others would; header fields and meta elements are sent with every page alike."""
    texts = {one.file: one.text for one in published(outline)}
    return {name: read_signal(kind, texts[name]) for name, kind in KINDS.items() if name in texts}


@given(words)
def test_one_word_for_the_whole_site_comes_back_from_every_form_that_has_it(word: Preference) -> None:
    found = signals_of(Outline((Told("/", word),), ("A policy.",)))
    for name, signal in found.items():
        read = stance(heard([signal], "/any/page"))
        for usage in SPOKEN:
            if name == "rsl.xml" and word.of(usage) is Say.UNKNOWN:
                assert (
                    read.of(usage) is not Say.ALLOWED
                )  # RSL leaves nothing open: what it does not name is not licensed
            else:
                assert read.of(usage) in (word.of(usage), Say.UNKNOWN)
    together = stance(
        said for name, one in found.items() if name != "rsl.xml" for said in heard([one], "/any/page")
    )
    assert {usage: together.of(usage) for usage in SPOKEN} == {usage: word.of(usage) for usage in SPOKEN}


@given(words, st.dictionaries(paths, words))
def test_words_for_parts_of_a_site_come_back_from_the_forms_that_know_paths(
    whole: Preference, parts: dict[str, Preference]
) -> None:
    told = (Told("/", whole), *(Told(path, word) for path, word in parts.items()))
    found = signals_of(Outline(told, ("A policy.",)))
    for path, word in (("/shop", whole), *((p.replace("*", "x").rstrip("$"), w) for p, w in parts.items())):
        read = stance(
            said for name in ("robots.txt", "tdmrep.json") if name in found for said in found[name].at(path)
        )
        assert read.of(Usage.TRAIN_AI) in _expected(word, Usage.TRAIN_AI, told)
        assert read.of(Usage.SEARCH) in _expected(word, Usage.SEARCH, told)


def _expected(word: Preference, usage: Usage, told: tuple[Told, ...]) -> tuple[Say, ...]:
    """A part of which nothing is said hears what is said of the whole site: robots.txt cannot take a word back."""
    if word.of(usage) is Say.UNKNOWN:
        return (Say.UNKNOWN, *(one.preference.of(usage) for one in told))
    return (word.of(usage),)


@pytest.mark.parametrize("pack", ["opt-in", "opt-out-with-notice"])
def test_a_house_policy_that_names_no_outsider_tells_outsiders_no(pack: str) -> None:
    policy = load_policy(pack)
    at = parse_moment("2026-01-01")
    made = {one.file: one for one in emit(policy, at, meaning_of(policy, ()), base="https://forum.example")}
    assert "Content-Usage: / train-ai=n\n" in made["robots.txt"].text
    assert "License: https://forum.example/rsl.xml\n" in made["robots.txt"].text
    assert made["gpc.json"].text == '{\n  "gpc": true,\n  "lastUpdate": "2024-02-01"\n}\n'
    everything = [read_signal(kind, made[name].text) for name, kind in KINDS.items()]
    read = stance(heard(everything, "/t/1"))
    assert read.disallowed >= TRAINING
    assert not read.allowed


RULE = "purposes: [ai-training], recipients: [world], regions: everywhere, visibility: [public]"
OPEN = """\
sayso: 1
policy: open
title: Everything to everybody
kind: house
purposes: {ai-training: }
recipients: {world: {kind: licensee, name: everybody}}
categories: {post: Posts, profile: Profile, note: Notes}
versions:
  - version: "1"
    published_at: 2024-01-01
    effective_at: 2024-02-01
    controls:
      - id: profiles
        kind: toggle
        label: My profile
        covers: {purposes: [ai-training], recipients: [world]}
    rules:
      - {id: posts, categories: [post], default: no-choice, disclosed: All of it., RULE}
      - {id: profile, categories: [profile], default: on, control: profiles, disclosed: Unless you say no., RULE}
      - {id: notes, categories: [note], default: no-choice, member: {min_age: 18}, disclosed: Grown-ups., RULE}
"""


def test_only_what_everybody_is_given_without_asking_is_told_as_a_yes() -> None:
    policy = parse_policy(OPEN.replace("RULE", RULE), "open.yaml")
    assert isinstance(policy, Policy), policy
    at, paths = parse_moment("2026-01-01"), [("post", "/p/"), ("profile", "/u/"), ("note", "/n/")]
    made = {one.file: one.text for one in emit(policy, at, meaning_of(policy, ()), "world", paths)}
    assert "Content-Usage: / train-ai=n\nContent-Usage: /p/ train-ai=y\n" in made["robots.txt"]
    assert "/u/" not in made["robots.txt"]  # a member's no counts there, which no site can tell
    assert "/n/" not in made["robots.txt"]
    assert "Content-Signal" not in made["robots.txt"]  # it knows no paths
    assert "gpc.json" not in made
    without = {one.file: one.text for one in emit(policy, at, meaning_of(policy, ()), None, paths)}
    assert "train-ai=y" not in without["robots.txt"]


def test_what_an_observed_policy_says_can_be_told_too_by_the_names_of_its_own_purposes() -> None:
    policy = load_policy("linkedin")
    at = policy.versions[-1].effective_at
    made = emit(policy, at, meaning_of(policy, ["train-ai=content-generation"]), "microsoft")
    assert "train-ai=n" in made[0].text
