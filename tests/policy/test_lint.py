"""What is right and yet looks odd."""

from __future__ import annotations

import pytest

from goldens import check_golden
from policy.writing import SMALL
from sayso.intake.policies import pack_ids, read_policy_text
from sayso.policy.lint import WARNINGS, lint_policy


def linted(*pairs: tuple[str, str], tail: str = "") -> list[tuple[str, int | None]]:
    text = SMALL
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    found = lint_policy(text + tail, "p.yaml")
    assert all(problem.severity == "warning" and problem.code in WARNINGS for problem in found)
    assert all(problem.place and problem.place.file == "p.yaml" and problem.advice for problem in found)
    return [(problem.code, problem.place.line if problem.place else None) for problem in found]


def test_a_sound_policy_has_no_warnings() -> None:
    assert linted() == []


@pytest.mark.parametrize("pack", pack_ids())
def test_the_packs_have_no_warnings(pack: str) -> None:
    assert lint_policy(*read_policy_text(pack)) == ()


def test_errors_come_instead_of_warnings() -> None:
    found = lint_policy(SMALL.replace("default: off", "default: of"), "p.yaml")
    assert [(problem.code, problem.severity) for problem in found] == [("bad-value", "error")]


def test_a_use_that_is_not_disclosed_is_odd_unless_it_never_happens() -> None:
    assert linted(("        disclosed: We train if you say so.\n", "")) == [("not-disclosed", 23)]


def test_a_house_that_does_not_tell_is_odd() -> None:
    assert linted(("default: off", "default: on")) == [("no-notice-asked", 28)]
    assert linted(("default: off", "default: no-choice")) == [("no-notice-asked", 28)]
    assert linted(("default: off", "default: on\n        notice: {days: 30}")) == []


def test_observed_rules_rest_on_evidence() -> None:
    assert linted(("kind: house", "kind: observed"))[0] == ("evidence-missing", 23)


def test_an_observed_quotation_names_the_archived_document_it_is_from() -> None:
    observed = ("kind: house", "kind: observed")
    sources = ("purposes:\n", "sources:\n  terms: {title: Terms}\npurposes:\n")
    archived = (sources[0], sources[1].replace("Terms}", "Terms, document: Us/Terms of Service}"))
    words = (
        "disclosed: We train",
        "evidence: [terms]\n        disclosed: '\"We train\"'\n        basis: We train",
    )
    tail = "        evidence: [terms]\n"
    assert linted(observed, sources, words, tail=tail) == [("no-document", 33)]
    assert linted(observed, archived, words, tail=tail) == []
    own = (words[0], words[1].replace("'\"", "'(paraphrase) \""))
    assert linted(observed, sources, own, tail=tail) == []


def test_a_control_that_nothing_uses_is_odd() -> None:
    idle = """      - id: idle
        kind: toggle
        covers: {purposes: [licensing], recipients: [us]}
    rules:
"""
    assert linted(("    rules:\n", idle)) == [("no-label", 22), ("idle-control", 24)]


def test_a_subdivision_is_seldom_known() -> None:
    assert linted(("[GB]", "[GB-SCT]")) == [("subdivision", 34)]
    assert linted(("regions: everywhere", "regions: everywhere\n        except: [US-CA]")) == [
        ("subdivision", 27)
    ]
    groups = ("purposes:\n", "groups: {some: [GB-SCT]}\npurposes:\n")
    assert linted(groups, ("[GB]", "[some]")) == [("subdivision", 35)]


def test_a_gap_between_versions_is_odd() -> None:
    second = (
        '  - version: "2"\n    based_on: "1"\n    published_at: 2026-01-01\n    effective_at: 2026-02-01\n'
    )
    until = ("effective_at: 2025-02-01", "effective_at: 2025-02-01\n    until: {}")
    assert linted((until[0], until[1].format("2026-01-15")), tail=second) == [("version-gap", 17)]
    assert linted((until[0], until[1].format("2026-02-01")), tail=second) == []


def test_use_before_publication_is_odd() -> None:
    assert linted(("published_at: 2025-01-01", "published_at: 2025-03-01")) == [("late-publication", 16)]


BACK = ("kind: toggle", "kind: toggle\n        reach: retroactive")
PROMISE = ("    controls:\n", "    forgetting: {}\n    controls:\n")


def test_a_house_whose_no_reaches_back_says_how_soon() -> None:
    assert linted(BACK) == [("no-deadline", 14)]
    assert linted(BACK, (PROMISE[0], PROMISE[1].format("none"))) == [("no-deadline", 14)]
    assert linted(BACK, (PROMISE[0], PROMISE[1].format("{within_days: 0}"))) == []


def test_a_promise_is_asked_of_each_version_of_a_house_and_of_no_observed_one() -> None:
    second = '  - {version: "2", based_on: "1", published_at: 2026-01-01, effective_at: 2026-02-01, forgetting: none}\n'
    promised = (PROMISE[0], PROMISE[1].format("{within_days: 30}"))
    assert linted(BACK, promised, tail=second) == [("no-deadline", 40)]
    assert linted(BACK, promised, tail=second.replace(", forgetting: none", "")) == []
    observed = linted(BACK, ("kind: house", "kind: observed"))
    assert "no-deadline" not in [code for code, _ in observed]


def test_the_warning_says_what_to_promise() -> None:
    text = SMALL.replace(*BACK, 1)
    assert [str(problem) for problem in lint_policy(text, "p.yaml")] == [
        "p.yaml:14:14: in version '1' a no through 'training' reaches back, and nothing says how soon; nothing would be "
        "overdue, and no old copy purged by itself: promise it, such as `forgetting: {within_days: 30, keep_days: 7}` "
        "[no-deadline]"
    ]


def test_what_nothing_uses_is_odd() -> None:
    groups = ("purposes:\n", "groups:\n  used: [CH, inner]\n  inner: [LI]\n  idle: [FR]\npurposes:\n")
    assert linted(groups, ("[GB]", "[used]")) == [("unused-group", 8)]
    sources = ("purposes:\n", "sources:\n  a: {title: A}\n  b: {title: B}\npurposes:\n")
    assert linted(sources, tail="        evidence: [b]\n") == [("unused-source", 6)]
    stop = """suspensions:
  - {id: s, regions: [g], purposes: [licensing], from: 2025-01-01, evidence: [a]}
claims:
  - {id: c, what: So., status: claimed, evidence: [b]}
groups: {g: [GB]}
sources: {a: {title: A}, b: {title: B}}
purposes:
"""
    assert linted(("purposes:\n", stop)) == []


def test_a_yes_needs_a_control_that_can_say_yes() -> None:
    assert linted(("kind: toggle", "kind: objection-form")) == [("one-way-control", 29)]
    assert linted(("kind: toggle", "kind: admin-setting")) == [("one-way-control", 29)]


def test_a_yes_does_not_follow_a_control_that_grows() -> None:
    second = """  - version: "2"
    based_on: "1"
    published_at: 2026-01-01
    effective_at: 2026-02-01
    controls:
      - {id: training, kind: toggle, label: All, covers: {purposes: [ai-training, licensing], recipients: [us]}}
    rules:
      - id: selling
        purposes: [licensing]
        recipients: [us]
        regions: everywhere
        categories: [post]
        default: off
        control: training
        disclosed: We sell.
"""
    assert linted(tail=second) == [("wider-control", 45)]


NEVER = """      - id: no-scot
        purposes: [ai-training]
        recipients: [us]
        regions: [{region}]
        categories: [post]
        default: never
"""


def test_a_never_that_a_more_specific_rule_allows_is_odd() -> None:
    never = NEVER.format(region="EEA")
    default = ("default: off", "default: on\n        notice: {days: 1}")
    assert linted(("regions: everywhere", "regions: [GB]"), default, tail=never) == []
    assert linted(("regions: everywhere", "regions: [IE]"), default, tail=never) == [("never-overridden", 28)]
    assert linted(("regions: everywhere", "regions: [IE]"), tail=never) == []


def test_every_warning_reads_well() -> None:
    text = SMALL.replace("kind: house", "kind: observed").replace("kind: toggle", "kind: browser-signal")
    text = text.replace("published_at: 2025-01-01", "published_at: 2025-03-01").replace("[GB]", "[GB-SCT]")
    text = text.replace("        disclosed: We train if you say so.\n", "").replace(
        "        label: Train on my posts\n", ""
    )
    text = text.replace("purposes:\n", "groups: {idle: [FR]}\nsources: {idle: {title: A}}\npurposes:\n", 1)
    check_golden("policy/lint.txt", "".join(f"{problem}\n" for problem in lint_policy(text, "p.yaml")))
