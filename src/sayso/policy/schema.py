"""The JSON Schema (draft 2020-12) and the reference page of the policy format, made from the tables the parser reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from sayso.policy.case_fields import CASE_TABLES
from sayso.policy.fields import POLICY, TABLES
from sayso.policy.fieldtypes import (
    Either,
    Field,
    Forest,
    Id,
    ListOf,
    MapOf,
    Nested,
    OneOf,
    Ref,
    Table,
    Text,
    Type,
    When,
    Whole,
)
from sayso.policy.lint import WARNINGS
from sayso.policy.parse_block import expected
from sayso.policy.parse_report import CODES
from sayso.values.canonical import Json

# A YAML reader of version 1.1 makes booleans of these words; Sayso reads them as words, so the schema allows both.
_BOOLEANS = {"on": True, "off": False, "yes": True, "no": False}


def json_schema() -> str:
    """Return the JSON Schema of a policy file as JSON text, for editors that complete and check YAML by it.

    What a schema cannot say (names that have to be declared, rules that clash) is left to ``sayso policy lint``.
    """
    schema: dict[str, Json] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:sayso:policy:1",
        "title": "Sayso policy, format version 1",
        **_object(POLICY),
        "$defs": {table.name: _object(table) for table in TABLES if table is not POLICY}
        | {"purposes": _FOREST},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


_FOREST: Json = {
    "type": ["object", "null"],
    "propertyNames": {"pattern": f"^{Id().pattern}$"},
    "additionalProperties": {"$ref": "#/$defs/purposes"},
}


def _object(table: Table) -> dict[str, Json]:
    return {
        "type": "object",
        "description": table.doc,
        "properties": {field.key: _property(field) for field in table.fields},
        "required": [field.key for field in table.fields if field.required],
        "additionalProperties": False,
    }


def _property(field: Field) -> Json:
    kind = _of(field.type)
    empty: list[Json] = [] if field.required else [{"type": "null"}]
    return (
        {"description": field.doc, "anyOf": [kind, *empty]} if empty else {"description": field.doc, **kind}
    )


def _of(kind: Type) -> dict[str, Json]:
    match kind:
        case Text(optional=True):
            return {"type": ["string", "number", "boolean", "null"]}
        case Text() | Ref():
            return {"type": ["string", "number", "boolean"]}
        case Id(pattern):
            return {"type": ["string", "number"], "pattern": f"^{pattern}$"}
        case When():
            return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}"}
        case Whole(least, most):
            return {"type": "integer", "minimum": least, "maximum": most}
        case OneOf(words):
            return {"enum": list(_spellings(words))}
        case ListOf(item, least):
            return {"type": "array", "items": _of(item), "minItems": least}
        case MapOf(key, value, least):
            return _map(key, value, least)
        case Forest():
            return {"$ref": "#/$defs/purposes"}
        case Nested(table):
            return {"$ref": f"#/$defs/{table.name}"}
        case Either(options):
            return {"anyOf": [_of(option) for option in options]}


def _map(key: Id | Ref, value: Type, least: int) -> dict[str, Json]:
    names: Json = {"pattern": f"^{key.pattern}$"} if isinstance(key, Id) else {}
    return {
        "type": "object",
        "propertyNames": names,
        "additionalProperties": _of(value),
        "minProperties": least,
    }


def _spellings(words: Iterable[str]) -> Iterator[Json]:
    for word in words:
        yield word
        if word in _BOOLEANS:
            yield _BOOLEANS[word]
        if word.isdigit():
            yield int(word)


_HEAD = """# The policy format, version 1

A policy is one YAML file. This page is generated from the tables that the parser reads (`sayso.policy.fields`), and so is
`policy.schema.json` beside it, which editors can check and complete by.

How a file is read:

- Every value is read as the words that are written: `on`, `no` and `2024-09-18` are not turned into anything else.
- Moments are RFC 3339 (`2024-09-18T09:30:00Z`); a day alone is its first instant in UTC. Spans are closed at their start and
  open at their end.
- Regions are ISO 3166-1 countries (`GB`), ISO 3166-2 subdivisions (`US-CA`) or groups; a country holds its subdivisions. `EU`
  and `EEA` are built in.
- A rule that names a purpose covers the purposes below it. What no rule names is not allowed.
- Of the rules that speak of a use, category and visibility, the one whose region is the most specific applies: subdivision, then
  country, then group, then everywhere. Two that are equally specific are an error.
- Anchors, aliases, tags and duplicate keys are errors; so are files over 1 MiB or deeper than 50 levels.
- All problems are reported at once, each as `file:line:column`, what is wrong, what to do, and a code.
- The digest of a policy is that of its meaning: order, layout, comments and evidence do not change it.

Keys marked * are needed.
"""

_CASES_HEAD = """
## Case files

`sayso policy test CASES.yaml` runs a table of expectations without any state. A choice without `version` was shown the version
in force at its moment.
"""


def reference_page() -> str:
    """Return the reference page of the policy format as Markdown."""
    parts = [_HEAD, *(_section(table, "##") for table in TABLES)]
    parts += [_CASES_HEAD, *(_section(table, "###") for table in CASE_TABLES)]
    parts += ["\n## Errors\n\nA file with one of these is not a policy.\n\n", _codes(CODES)]
    parts += ["\n## Warnings\n\nWhat `sayso policy lint` says of a file that is one.\n\n", _codes(WARNINGS)]
    return "".join(parts)


def _section(table: Table, mark: str) -> str:
    rows = "".join(
        f"| {_key(field)} | {_cell(_expected(field))} | {_cell(_doc(field))} |\n" for field in table.fields
    )
    return f"\n{mark} {table.name}\n\n{table.doc}\n\n| key | holds | means |\n|---|---|---|\n{rows}"


def _key(field: Field) -> str:
    return f"`{field.key}`{'*' if field.required else ''}"


def _expected(field: Field) -> str:
    return expected(field.type).split(" (", 1)[0] if isinstance(field.type, Nested) else expected(field.type)


def _doc(field: Field) -> str:
    example = f" Example: `{field.example}`" if field.example != "[...]" else ""
    return f"{field.doc}{example}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _codes(codes: dict[str, str]) -> str:
    rows = "".join(f"| `{code}` | {_cell(meaning)} |\n" for code, meaning in sorted(codes.items()))
    return f"| code | when |\n|---|---|\n{rows}"
