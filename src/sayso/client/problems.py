"""What a service refuses, as errors of the four families: each with the HTTP status and the problems it told (RFC 9457)."""

from __future__ import annotations

import json
from typing import Any

from sayso.errors import EdgeError, InputError, Problem, Refused, SaysoError


class _Told:
    status: int = 0
    """The HTTP status; 0 where nothing was answered."""

    problems: tuple[Problem, ...]

    @property
    def code(self) -> str:
        """Return the code of the first problem."""
        return self.problems[0].code


class Invalid(_Told, InputError):
    """What was sent cannot be read or makes no sense (400, 405, 413, 415, 422)."""


class NotFound(_Told, InputError):
    """There is nothing of that name, or nothing that one may see (404)."""


class NotSignedIn(_Told, Refused):
    """The token is missing, unknown, revoked or expired (401)."""


class NotAllowed(_Told, Refused):
    """The token does not open this (403)."""


class Conflict(_Told, Refused):
    """What was asked is understood and not allowed (409): a choice in the future, say."""


class NotThereYet(_Told, EdgeError):
    """The service has not got the entry that was asked for (412)."""


class TooMany(_Told, EdgeError):
    """The service is asked too often (429)."""


class ServiceFault(_Told, EdgeError):
    """The service failed; ``instance`` in the problem's advice is the number under which its operator finds why (500 and above)."""


class Unreachable(_Told, EdgeError):
    """No answer came: no connection, or not in time."""


class BadAnswer(_Told, EdgeError):
    """The answer is not what this client understands: another version, or not a Sayso service."""


_BY_STATUS: dict[int, type[SaysoError]] = {
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    412: NotThereYet,
    429: TooMany,
}


def error_of(status: int, body: bytes) -> SaysoError:
    """Return the error that an answer (400 and above) tells of."""
    kind = _BY_STATUS.get(status) or (ServiceFault if status >= 500 else Invalid)
    error = kind(*_problems(status, body))
    error.status = status  # type: ignore[attr-defined]  # all of them have it
    return error


def _problems(status: int, body: bytes) -> tuple[Problem, ...]:
    told = _object(body)
    several = told.get("problems")
    if isinstance(several, list) and several and all(isinstance(one, dict) for one in several):
        return tuple(_problem(status, one, "what") for one in several)
    return (_problem(status, told, "detail"),)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _problem(status: int, told: dict[str, Any], what: str) -> Problem:
    instance = told.get("instance")
    advice = str(told.get("advice") or (f"ask its operator about {instance}" if instance else ""))
    text = told.get(what) or told.get("title") or f"the service answered with status {status}"
    return Problem(str(told.get("code") or f"http-{status}"), str(text), advice=advice)


def unreachable(why: str) -> Unreachable:
    """Return the error for a request that nobody answered; ``why`` is the kind of failure."""
    advice = "see that the service runs and that this machine reaches it"
    return Unreachable(Problem("unreachable", f"the service did not answer ({why})", advice=advice))


def bad_answer(what: str) -> BadAnswer:
    """Return the error for an answer that is not understood."""
    return BadAnswer(Problem("bad-answer", what, advice="use a client of the service's version"))
