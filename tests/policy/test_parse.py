"""What the parser makes of a good policy, and that nothing at all makes it fall over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.writing import SMALL, expressible, write_policy
from sayso.errors import Problem
from sayso.intake.policies import pack_ids, read_policy_text
from sayso.policy.model import Default, Kind, MemberPredicate, Policy, Reach, RecordPredicate, Window
from sayso.policy.parse import parse_policy
from sayso.policy.parse_meaning import meaning
from sayso.policy.parse_report import LIMIT, Report
from sayso.policy.yamltext import MAX_BYTES, Fields, Items, Tree, Word, read_fast, read_slowly, read_yaml
from sayso.values.moments import parse_moment
from sayso.values.records import VISIBILITIES
from spec.worlds import policies


def parsed(text: str) -> Policy:
    found = parse_policy(text, "p.yaml")
    assert isinstance(found, Policy), "\n".join(map(str, found))
    return found


def problems(text: str) -> tuple[Problem, ...]:
    found = parse_policy(text, "p.yaml")
    assert not isinstance(found, Policy)
    return found


def codes(text: str) -> list[str]:
    return [problem.code for problem in problems(text)]


def changed(*pairs: tuple[str, str], tail: str = "") -> str:
    text = SMALL
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text + tail


def test_a_small_policy_is_read_whole() -> None:
    policy = parsed(SMALL)
    assert (policy.id, policy.title, policy.kind) == ("house", "Our policy", Kind.HOUSE)
    assert policy.purposes.lineage("content-generation") == ("content-generation", "ai-training")
    assert [(one.id, one.kind, one.name) for one in policy.recipients] == [
        ("us", "platform", "us"),
        ("buyer", "licensee", "The Buyer"),
    ]
    rule = policy.versions[0].rules[0]
    assert rule.regions == ("everywhere",)
    assert rule.visibility == VISIBILITIES
    assert rule.default is Default.OFF
    assert rule.control == "training"
    assert (rule.member, rule.record, rule.notice_days) == (MemberPredicate(), RecordPredicate(), None)
    assert policy.versions[0].controls[0].reach is Reach.PROSPECTIVE


def test_words_stay_words() -> None:
    policy = parsed(
        changed(("[GB]", "[NO]"), ("default: never", "default: no-choice"), ("[yes]", "[no, off, 1]"))
    )
    rule = policy.versions[0].rules[1]
    assert rule.regions == ("NO",)
    assert rule.member.conditions[0].values == frozenset({"no", "off", "1"})


def test_all_is_every_recipient_and_every_visibility() -> None:
    policy = parsed(changed(("recipients: [buyer]", "recipients: all\n        visibility: all")))
    assert policy.versions[0].rules[1].recipients == ("us", "buyer")
    assert policy.versions[0].rules[1].visibility == VISIBILITIES


def test_notice_none_is_no_notice() -> None:
    with_none = parsed(changed(tail="        notice: none\n"))
    assert with_none.versions[0].rules[1].notice_days is None
    assert parsed(changed(tail="        notice: {days: 0}\n")).versions[0].rules[1].notice_days == 0
    assert with_none.digest == parsed(SMALL).digest


def test_windows_are_moments() -> None:
    rule = parsed(
        changed(
            tail="        record: {created: {from: 2020-01-01}, collected: {until: 2021-01-01T12:00:00Z}}\n"
        )
    )
    record = rule.versions[0].rules[1].record
    assert record.created == Window(parse_moment("2020-01-01"), None)
    assert record.collected == Window(None, parse_moment("2021-01-01T12:00:00Z"))


def test_groups_hold_groups_and_the_built_in_ones_are_there() -> None:
    policy = parsed(
        changed(("purposes:\n", "groups:\n  european: [EEA, CH, alpine]\n  alpine: [AT, LI]\npurposes:\n"))
    )
    european = policy.group("european")
    assert european is not None
    assert {"CH", "IE", "LI", "NO"} <= european
    assert "GB" not in european
    assert policy.group("EU") == policy.group("EEA") - {"IS", "LI", "NO"}  # type: ignore[operator]


def test_categories_may_carry_labels() -> None:
    policy = parsed(
        changed(("categories: [post, comment]", "categories: {post: Posts, comment: What you  comment}"))
    )
    assert [(one.id, one.label) for one in policy.categories] == [
        ("post", "Posts"),
        ("comment", "What you comment"),
    ]


def test_a_version_takes_over_rules_replaces_and_drops() -> None:
    tail = """  - version: "2"
    based_on: "1"
    drop: [not-here]
    published_at: 2026-01-01
    effective_at: 2026-02-01
    rules:
      - id: train
        purposes: [ai-training]
        recipients: [us]
        regions: everywhere
        categories: [comment]
        default: never
"""
    policy = parsed(changed(tail=tail))
    first, second = policy.versions
    assert [rule.id for rule in second.rules] == ["train"]
    assert second.rules[0].categories == ("comment",)
    assert second.controls == first.controls


def test_versions_are_in_the_order_of_their_moments() -> None:
    tail = '  - version: "0"\n    published_at: 2020-01-01\n    effective_at: 2020-01-01\n'
    assert [version.id for version in parsed(changed(tail=tail)).versions] == ["0", "1"]


def test_a_suspension_may_have_started_in_an_interval() -> None:
    text = changed(
        (
            "versions:\n",
            """sources:
  press: {title: A release}
suspensions:
  - id: uk
    regions: [GB, EU]
    purposes: [ai-training]
    recipients: [us]
    from: {not_before: 2025-01-01, not_after: 2025-02-01}
    evidence: [press]
  - {id: all, regions: everywhere, purposes: [ai-training], from: 2025-03-01, until: 2025-04-01, authority: ICO}
claims:
  - {id: redaction, what: We redact., status: claimed, evidence: [press]}
purpose_labels: {ai-training: Training AI}
versions:
""",
        )
    )
    policy = parsed(text)
    uk, everywhere = policy.suspensions
    assert (uk.starts_earliest, uk.starts_latest) == (parse_moment("2025-01-01"), parse_moment("2025-02-01"))
    assert uk.regions is not None
    assert {"GB", "IE"} <= uk.regions
    assert (uk.recipients, uk.until) == (frozenset({"us"}), None)
    assert (everywhere.regions, everywhere.recipients) == (None, None)
    assert policy.claims[0].evidence == ("press",)
    assert policy.purpose_labels == (("ai-training", "Training AI"),)


def test_the_digest_ignores_layout_comments_order_and_evidence() -> None:
    first = parsed(SMALL)
    reordered = changed(
        ("[post, comment]\nv", "[comment, post]\nv"), ("title: Our policy", "title:   'Our   policy'")
    )
    second = parsed("# a comment\n" + reordered)
    assert first.digest == second.digest
    sourced = changed(
        ("versions:\n", "sources: {terms: {title: Terms}}\nversions:\n"), tail="        evidence: [terms]\n"
    )
    assert parsed(sourced).digest == first.digest


@pytest.mark.parametrize(
    "pair",
    [
        ("default: off", "default: never"),
        ("effective_at: 2025-02-01", "effective_at: 2025-02-02"),
        ("label: Train on my posts", "label: Train on my words"),
        ("regions: [GB]", "regions: [FR]"),
        ("kind: toggle", "kind: objection-form"),
        ("[post, comment]", "[post, comment, note]"),
        ("minor: [yes]", "minor: [no]"),
        ("title: Our policy", "title: Our rules"),
        ("{purposes: [ai-training], recipients: [us]}", "{purposes: [ai-training], recipients: all}"),
    ],
)
def test_the_digest_sees_what_changes_a_decision_or_what_a_member_is_told(pair: tuple[str, str]) -> None:
    assert parsed(changed(pair)).digest != parsed(SMALL).digest


def test_problems_come_in_the_order_of_the_file_and_all_at_once() -> None:
    text = changed(("kind: platform", "kind: plat"), ("default: off", "default: of"), ("[GB]", "[UK]"))
    found = problems(text)
    assert [problem.code for problem in found] == ["bad-value", "bad-value", "bad-region"]
    lines = [problem.place.line for problem in found if problem.place and problem.place.line]
    assert lines == sorted(lines)


def test_an_empty_optional_key_is_the_same_as_none() -> None:
    assert (
        parsed(changed(tail="        except:\n        notice: ~\n        basis: null\n")).digest
        == parsed(SMALL).digest
    )


def test_a_rule_that_is_wrong_does_not_clash_as_well() -> None:
    tail = """      - id: again
        purposes: [ai-training]
        recipients: [us]
        regions: everywhere
        except: [Narnia]
        categories: [post]
        default: never
"""
    assert codes(changed(tail=tail)) == ["bad-region"]


def test_a_clash_that_two_versions_share_is_reported_once() -> None:
    tail = """      - id: again
        purposes: [ai-training]
        recipients: [us]
        regions: everywhere
        categories: [post]
        default: never
  - {version: "2", based_on: "1", published_at: 2026-01-01, effective_at: 2026-02-01}
"""
    assert codes(changed(tail=tail)) == ["clash"]


def test_a_file_of_more_than_a_mebibyte_is_refused() -> None:
    assert codes("#" * (MAX_BYTES + 1)) == ["too-large"]
    assert codes("é" * (MAX_BYTES // 2 + 1)) == ["too-large"]


def test_a_file_full_of_rubbish_is_refused_in_short() -> None:
    text = "".join(f"k{number}: 1\n" for number in range(LIMIT + 100))
    found = problems(text)
    assert found[-1].code == "too-many"
    assert len(found) == LIMIT + 1


def test_a_moment_outside_the_calendar_is_refused() -> None:
    assert codes(changed(("2025-01-01", '"0001-01-01T00:00:00+23:59"'))) == ["bad-date"]


def test_a_code_that_is_not_documented_cannot_be_reported() -> None:
    with pytest.raises(KeyError):
        Report("p.yaml").add("no-such-code", "x", problems("")[0].place)  # type: ignore[arg-type]


@given(st.text(max_size=300))
def test_no_text_makes_the_parser_raise(text: str) -> None:
    assert isinstance(parse_policy(text, "p.yaml"), (Policy, tuple))


SIGNS = [*"-:?&*!|>'\"%@#[]{},\n\ta0~\\\x85\ud800", "<<", "---", "...", "&a", "*a", "!!int"]


@given(st.lists(st.sampled_from(SIGNS), max_size=40))
def test_no_yaml_makes_the_parser_raise(parts: list[str]) -> None:
    found = parse_policy(" ".join(parts), "p.yaml")
    assert isinstance(found, tuple)
    assert found


PIECES = (
    *("a", "b: ", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", ":", " ", "'", '"', "|", "|-\n  ", ">", "> \n  ", "#", " #"),
    *("&x ", "*x", "!t ", "? ", "%YAML 1.1\n", "---\n", "~", "null", "é", "key: v\n", "k: [a, b]\n", "k: {a: }\n", "\\n", "a:b", "''"),
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_what_libyaml_reads_is_what_pyyaml_reads_in_the_same_places(text: str) -> None:
    report = Report("p.yaml")
    tree = read_fast(text, Report("p.yaml"))
    assert tree is None or (tree, 0) == (read_slowly(text, report), report.count)


def test_the_packs_are_read_by_libyaml() -> None:
    assert yaml.__with_libyaml__
    for pack in pack_ids():
        assert read_fast(read_policy_text(pack)[0], Report("p.yaml")) is not None


TOP = (
    *("groups", "purposes", "purpose_labels", "recipients", "categories"),
    *("sources", "claims", "suspensions", "versions", "kind"),
)
KEYS = (
    *("id", "rules", "controls", "purposes", "recipients", "regions", "default", "from"),
    *("member", "record", "not", "created", "us", "versions", "covers"),
)
WORDS = ("", "1", "post", "everywhere", "all", "off", "2025-01-01", "GB", "?", "train", "none", "x y")
trees = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(TOP), trees, max_size=6))
def test_no_shape_makes_the_parser_raise(tree: dict[str, object]) -> None:
    text = "".join(f"{key}: {_flow(value)}\n" for key, value in tree.items())
    assert isinstance(parse_policy(f"sayso: 1\npolicy: p\ntitle: t\n{text}", "p.yaml"), (Policy, tuple))


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {_flow(inner)}' for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    return f'"{value}"'


@settings(max_examples=60, deadline=None)
@given(policies())
def test_a_policy_written_out_and_parsed_means_the_same(policy: Policy) -> None:
    sayable = expressible(policy)
    assert meaning(parsed(write_policy(sayable))) == meaning(sayable)


def _words(tree: Tree) -> Iterator[Word]:
    match tree:
        case Word():
            yield tree
        case Items(items):
            for item in items:
                yield from _words(item)
        case Fields(pairs):
            for key, value in pairs:
                yield key
                yield from _words(value)


def test_places_count_lines_and_columns_from_one() -> None:
    tree = read_yaml("a: x\nb:\n  - 'y'\n", Report("p.yaml"))
    assert tree is not None
    assert [(word.text, word.place.line, word.place.column) for word in _words(tree)] == [
        ("a", 1, 1),
        ("x", 1, 4),
        ("b", 2, 1),
        ("y", 3, 5),
    ]
