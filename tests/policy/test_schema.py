"""The generated pages, and that the schema and the parser agree on good policies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from goldens import GOLDEN, check_golden
from policy.writing import SMALL
from sayso.intake.policies import pack_ids, read_policy_text
from sayso.policy.case_fields import CASE_TABLES
from sayso.policy.fields import TABLES
from sayso.policy.fieldtypes import Either, ListOf, OneOf, Text, shape
from sayso.policy.lint import WARNINGS
from sayso.policy.parse_report import CODES
from sayso.policy.schema import json_schema, reference_page

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


class Words(yaml.SafeLoader):
    """Reads YAML 1.2 as editors do: dates are words, and so are on, off, yes and no."""


Words.yaml_implicit_resolvers = {
    sign: [(tag, rule) for tag, rule in rules if not tag.endswith((":timestamp", ":bool"))]
    for sign, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def errors(text: str) -> list[str]:
    schema = json.loads(json_schema())
    Draft202012Validator.check_schema(schema)
    return [error.message for error in Draft202012Validator(schema).iter_errors(yaml.load(text, Words))]


def test_the_reference_page_is_the_one_committed() -> None:
    check_golden(REFERENCE / "policy-format.md", reference_page())


def test_the_schema_is_the_one_committed() -> None:
    check_golden(REFERENCE / "policy.schema.json", json_schema())


@pytest.mark.parametrize("pack", pack_ids())
def test_the_schema_accepts_the_packs(pack: str) -> None:
    assert errors(read_policy_text(pack)[0]) == []


def test_the_schema_accepts_every_phrase() -> None:
    assert errors((GOLDEN / "policy" / "show" / "all-phrases.yaml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("default: off", "default: of"),
        ("kind: toggle", "kind: switch"),
        ("regions: [GB]", "regions: GB"),
        ("categories: [post]", "catagories: [post]"),
        ("published_at: 2025-01-01", "published_at: 03/11/2025"),
        ("policy: house", "policy: Our House"),
        ("title: Our policy\n", ""),
        ("    controls:", "    forgetting: {within_days: -1}\n    controls:"),
        ("    controls:", "    forgetting: {keep_days: 1}\n    controls:"),
        ("    controls:", "    forgetting: soon\n    controls:"),
    ],
)
def test_the_schema_refuses_what_the_parser_refuses(old: str, new: str) -> None:
    assert errors(SMALL) == []
    assert errors(SMALL.replace(old, new, 1)) != []


def test_the_schema_accepts_the_booleans_that_some_readers_make() -> None:
    document = yaml.safe_load(
        SMALL.replace("2025-01-01", '"2025-01-01"').replace("2025-02-01", '"2025-02-01"')
    )
    assert document["versions"][0]["rules"][0]["default"] is False
    assert list(Draft202012Validator(json.loads(json_schema())).iter_errors(document)) == []


def test_every_code_is_on_the_page_and_shown_by_a_golden_or_a_test() -> None:
    page = reference_page()
    texts = "".join(file.read_text(encoding="utf-8") for file in (GOLDEN / "policy").rglob("*.txt"))
    tests = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    for code in (*CODES, *WARNINGS):
        assert f"| `{code}` |" in page
        assert f"[{code}]" in texts or f'"{code}"' in tests, f"nothing shows {code}"


def test_every_field_has_a_sentence_and_an_example() -> None:
    for table in (*TABLES, *CASE_TABLES):
        assert table.doc.endswith("."), table.name
        for field in table.fields:
            assert field.doc.endswith("."), field.key
            assert field.example


def test_options_of_one_key_are_told_apart_by_their_shape() -> None:
    for table in (*TABLES, *CASE_TABLES):
        for field in table.fields:
            if isinstance(field.type, Either):
                shapes = [shape(option) for option in field.type.options]
                assert len(shapes) == len(set(shapes)), field.key
    with pytest.raises(ValueError, match="several shapes"):
        shape(Either((OneOf(("all",)), ListOf(Text()))))
