"""What the OpenAPI document says of each route beyond its types: who may call it, headers, and what may go wrong."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from sayso.web.api.callers import Door
from sayso.web.api.schemas.common import ProblemFields
from sayso.web.api.served import AT_LEAST, ENTRY, KEY, LOG_SIZE, REPLAYED
from sayso.web.faults import PROBLEM

_WHAT = {
    400: "The body is not JSON.",
    401: "There is no token, or it is not good.",
    403: "The token is not for this: a scope is missing, or it is for others.",
    404: "It is not there, or not there for whoever asks.",
    405: "This cannot be done here that way.",
    409: "Understood, and not allowed as things stand.",
    412: "The log does not have the entry that was asked for, and did not get it within five seconds.",
    413: "The body is longer than 1 MiB.",
    415: "The body is not JSON.",
    422: "A field is missing, unknown, or not of the form asked for.",
    429: "Too many requests in too short a time.",
    500: "Something went wrong that should not; `instance` has the number under which the server's log has it.",
    503: "A disk, a lock or a provider failed; try again.",
}
_READ, _WRITE = (401, 403, 412, 422, 500, 503), (400, 401, 403, 409, 412, 413, 415, 422, 429, 500, 503)
_NUMBER = {"type": "string", "pattern": "^[0-9]+$"}
_SIZE_HEADER = {"description": "The number of entries that the log has.", "schema": _NUMBER}
_HEADERS_OUT = {
    401: {"WWW-Authenticate": {"description": "RFC 6750, section 3.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": _NUMBER}},
    503: {"Retry-After": {"description": "Seconds to wait.", "schema": _NUMBER}},
}
_AT_LEAST = {
    "name": AT_LEAST,
    "in": "header",
    "description": "Answer from a log that has this entry: wait up to five seconds for it, then refuse (412).",
    "schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of an earlier answer: nothing is sent where it would be the same (304).",
    "schema": {"type": "string"},
}
_KEY = {
    "name": KEY,
    "in": "header",
    "description": "A random text of the caller's: the same request with the same key is carried out once, within 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def reads(door: Door, *more: int) -> dict[str, Any]:
    """Return what a route that reads adds to the document; ``more`` are statuses beside the usual."""
    responses = _problems((*_READ, *more))
    responses[200] = {
        "headers": {
            LOG_SIZE: _SIZE_HEADER,
            "ETag": {"description": "A strong entity tag.", "schema": {"type": "string"}},
        }
    }
    responses[304] = {"description": "What the caller has is still so."}
    extra = {"security": _security(door), "parameters": [_AT_LEAST, _IF_NONE_MATCH]}
    return {"responses": responses, "openapi_extra": extra}


def writes(door: Door, *more: int) -> dict[str, Any]:
    """Return what a route that writes adds to the document."""
    responses = _problems((*_WRITE, *more))
    responses[201] = {
        "headers": {
            ENTRY: {"description": "The last entry that was written.", "schema": _NUMBER},
            LOG_SIZE: _SIZE_HEADER,
            "Location": {
                "description": "Where the entry is.",
                "schema": {"type": "string", "format": "uri-reference"},
            },
            REPLAYED: {
                "description": "`true` where the answer was given before.",
                "schema": {"const": "true"},
            },
        }
    }
    extra = {"security": _security(door), "parameters": [_AT_LEAST, _KEY]}
    return {"responses": responses, "openapi_extra": extra, "status_code": 201}


def asks(door: Door, *more: int) -> dict[str, Any]:
    """Return what a route adds to the document that reads, with a question too long for an address."""
    responses = _problems((*_WRITE, *more))
    responses[200] = {"headers": {LOG_SIZE: _SIZE_HEADER}}
    return {"responses": responses, "openapi_extra": {"security": _security(door), "parameters": [_AT_LEAST]}}


def _problems(statuses: tuple[int, ...]) -> dict[int | str, dict[str, Any]]:
    content = {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{ProblemFields.__name__}"}}}
    return {
        status: {
            "description": _WHAT[HTTPStatus(status)],
            "content": content,
            **({"headers": _HEADERS_OUT[status]} if status in _HEADERS_OUT else {}),
        }
        for status in sorted(set(statuses))
    }


def _security(door: Door) -> list[dict[str, list[str]]]:
    ways: list[dict[str, list[str]]] = [{"service": [scope]} for scope in door.scopes or ()]
    if door.scopes == ():
        ways.append({"service": []})
    if door.members:
        ways.append({"member": []})
    if door.office:
        ways.append({"session": []})
    return ways
