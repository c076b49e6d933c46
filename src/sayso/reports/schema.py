"""The JSON Schema of a report's JSON form, made from the document model."""

from __future__ import annotations

from typing import Any

from sayso.reports.as_json import SCHEMA
from sayso.reports.document import State
from sayso.reports.reaching import SCHEMA as PROOF
from sayso.reports.reaching import Reached

_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) that every report's JSON form keeps to."""
    log = _object(origin=_TEXT, size={"type": "integer", "minimum": 0}, root={"pattern": "^[0-9a-f]{64}$"})
    policy = _object(id=_TEXT, digest=_TEXT, version={"type": ["string", "null"]})
    report = _object(
        schema={"const": SCHEMA},
        kind=_TEXT,
        title=_TEXT,
        subject=_TEXTS,
        made_at={"type": "string", "format": "date-time"},
        personal={"type": "boolean"},
        grounds=_object(log=log, policy=policy, code=_TEXT),
        cautions=_TEXTS,
        missing={"type": "array", "items": _object(field=_TEXT, question=_TEXT)},
        sections=_many("section"),
    )
    report["properties"]["evidence"] = {"$ref": "#/$defs/evidence"}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A report of Sayso"}
    return {**head, **report, "$defs": _parts()}


def _parts() -> dict[str, Any]:
    field = _object(
        type={"const": "field"},
        id=_TEXT,
        label=_TEXT,
        state={"enum": [str(state) for state in State]},
        answer=_TEXTS,
        basis=_TEXTS,
        findings=_TEXTS,
        question={"type": ["string", "null"]},
    )
    table = _object(
        type={"const": "table"},
        id=_TEXT,
        caption=_TEXT,
        columns=_TEXTS,
        rows={"type": "array", "items": _TEXTS},
    )
    section = _object(id=_TEXT, number=_TEXT, title=_TEXT, parts=_many("part"), sections=_many("section"))
    return {
        "field": field,
        "table": table,
        "note": _object(type={"const": "note"}, text=_TEXT, warning={"type": "boolean"}),
        "part": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in ("field", "table", "note")]},
        "section": section,
        "evidence": _evidence(),
    }


def _evidence() -> dict[str, Any]:
    """Return the schema of what the proof of an opt-out can be checked by."""
    number = {"type": "integer", "minimum": 0}
    perhaps = {"type": ["integer", "null"]}
    dataset = _object(
        name=_TEXT,
        version=number,
        entry=number,
        state={"enum": [str(state) for state in Reached]},
        word=perhaps,
        rows=perhaps,
        shard=_TEXT,
        pseudonym={"type": ["string", "null"]},
        inclusion={"type": "array", "items": {"type": "string", "contentEncoding": "base64"}},
        manifest=_TEXT,
    )
    model = _object(
        name=_TEXT,
        version=number,
        entry=number,
        state={"enum": [str(state) for state in Reached]},
        dataset=_TEXT,
        dataset_version=number,
        forgot=perhaps,
        manifest=_TEXT,
    )
    return _object(
        schema={"const": PROOF},
        tag={"pattern": "^[0-9a-f]+$"},
        words={"type": "array", "items": number},
        datasets={"type": "array", "items": dataset},
        models={"type": "array", "items": model},
        proofs={"type": "array", "items": {"type": "object"}},
    )


def _many(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}


def _object(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object that has these properties, all of them and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
