"""Where a project keeps what it publishes: the part of its file that names addresses."""

from __future__ import annotations

import json

from sayso.policy.parse_report import Report
from sayso.policy.yamltext import Word
from sayso.values.addresses import parse_address


def parse_place(word: Word | None, report: Report) -> str:
    """Return the address that a word says, ``""`` where there is none; what is wrong with it is reported."""
    if word is None or not word.text:
        return ""
    try:
        return str(parse_address(word.text))
    except ValueError as error:
        advice = (
            "write s3://bucket/path, gs://bucket/path or file:///path; credentials come from the environment"
        )
        report.add("bad-value", str(error), word.place, advice)
        return ""


def places_text(datasets: str, models: str) -> str:
    """Return the lines that say where data sets and models are kept, each after a line end; none where neither is said."""
    said = [(key, where) for key, where in (("datasets", datasets), ("models", models)) if where]
    head = "\n# Where what is published is kept (docs/how-to/object-storage.md)." if said else ""
    return head + "".join(f"\n{key}: {json.dumps(where)}" for key, where in said)
