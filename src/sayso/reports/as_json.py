"""A report as JSON: for programs, and for whoever fills in somebody else's form from it."""

from __future__ import annotations

import json
from typing import Any

from sayso.reports.document import Document, Field, Note, Part, Section, Table
from sayso.values.moments import format_moment

SCHEMA = "sayso-report/1"


def as_json(document: Document) -> str:
    """Return a report as JSON text of the schema ``sayso-report/1`` (docs/reference/report.schema.json)."""
    return json.dumps(json_fields(document), ensure_ascii=False, indent=2) + "\n"


def json_fields(document: Document) -> dict[str, Any]:
    """Return a report as a JSON object."""
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": document.kind,
        "title": document.title,
        "subject": list(document.subject),
        "made_at": format_moment(document.made_at),
        "personal": document.personal,
        "grounds": _grounds(document),
        "cautions": list(document.cautions),
        "missing": [{"field": field.id, "question": field.question} for field in document.missing],
        "sections": [_section(section) for section in document.sections],
    }
    if document.evidence is not None:
        found["evidence"] = document.evidence
    return found


def _grounds(document: Document) -> dict[str, Any]:
    grounds = document.grounds
    return {
        "log": {"origin": grounds.origin, "size": grounds.size, "root": grounds.root},
        "policy": {
            "id": grounds.policy,
            "digest": grounds.policy_digest,
            "version": grounds.policy_version,
        },
        "code": grounds.code,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "number": section.number,
        "title": section.title,
        "parts": [_part(part) for part in section.parts],
        "sections": [_section(below) for below in section.sections],
    }


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Field():
            return _field(part)
        case Table():
            return {
                "type": "table",
                "id": part.id,
                "caption": part.caption,
                "columns": list(part.columns),
                "rows": [list(row) for row in part.rows],
            }
        case Note():
            return {"type": "note", "text": part.text, "warning": part.warning}


def _field(field: Field) -> dict[str, Any]:
    return {
        "type": "field",
        "id": field.id,
        "label": field.label,
        "state": str(field.state),
        "answer": list(field.answer),
        "basis": list(field.basis),
        "findings": list(field.findings),
        "question": field.question or None,
    }
