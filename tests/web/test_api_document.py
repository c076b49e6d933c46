"""The API held to its own document by schemathesis: no 5xx, no answer that the document does not tell of."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from web.worlds_served import World

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what it imports is not ours to mend
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        allow_header_conformance,
        content_type_conformance,
        negative_data_rejection,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
        unsupported_method,
    )

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]
"""Not among them: that whatever fits the types is accepted. A purpose that the policy does not know fits, and is refused (422)."""
QUICK, LONG = 4, 150
"""Examples for each operation, and for each way to draw them."""


@pytest.fixture(scope="module")
def document(here: World) -> Any:
    """Return the document over the application itself, without the two parameters by which a request waits for seconds."""
    with here.client() as client:
        found = client.get("/v1/openapi.json").json()
    for path in found["paths"].values():
        for operation in path.values():
            held = operation.get("parameters", [])
            operation["parameters"] = [one for one in held if one["name"] not in ("Sayso-At-Least", "wait")]
    schema = schemathesis.openapi.from_dict(found)
    schema.app = here.app
    return schema


def hold(here: World, document: Any, token: str, examples: int, mode: GenerationMode) -> int:
    """Hold every operation to the document; return how many there are."""
    headers = {"Authorization": f"Bearer {token}", "Host": "localhost"}
    operations = [found.ok() for found in document.get_all_operations()]
    for operation in operations:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=examples, database=None, suppress_health_check=list(HealthCheck), deadline=None
        )
        def holds(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        try:
            holds()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # there is nothing to say wrongly where nothing is asked
    return len(operations)


MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.mark.parametrize("mode", MODES)
def test_a_service_gets_what_the_document_says(here: World, document: Any, mode: GenerationMode) -> None:
    assert hold(here, document, here.service(), QUICK, mode) > 25


@pytest.mark.parametrize("mode", MODES)
def test_a_member_gets_what_the_document_says(here: World, document: Any, mode: GenerationMode) -> None:
    assert hold(here, document, here.member(here.pair()[0]), QUICK, mode) > 25


@pytest.mark.deep
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("who", ["service", "member"])
def test_whatever_is_sent_the_document_says_what_comes(
    here: World, document: Any, mode: GenerationMode, who: str
) -> None:
    token = here.service() if who == "service" else here.member(here.pair()[0])
    assert hold(here, document, token, LONG, mode) > 25


def test_the_document_is_one_of_openapi_3_1(here: World) -> None:
    with here.client() as client:
        found = client.get("/v1/openapi.json").json()
    assert found["openapi"] == "3.1.0"
    ids = [one["operationId"] for path in found["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids))
    for path, operations in found["paths"].items():
        for method, one in operations.items():
            assert one["description"], f"{method} {path} says nothing of itself"
            assert "security" in one, f"{method} {path} does not say who may call it"
    for name, schema in found["components"]["schemas"].items():
        assert schema.get("description"), f"{name} says nothing of itself"
        assert schema.get("additionalProperties") is False, f"{name} takes what it does not know"
