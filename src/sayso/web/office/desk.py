"""What every page of the office needs: who may read and who may write, the project, and words for uses and states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sayso.errors import InputError, Problem
from sayso.policy.describe import Words
from sayso.policy.model import Policy
from sayso.policy.wording import capital
from sayso.values.uses import Use
from sayso.web.api.gateway import opened_for
from sayso.web.doors import role, word
from sayso.web.jobs import Job
from sayso.web.pages import site_of
from sayso.web.principals import ANSWERING, STAFF, Principal, Role
from sayso.wiring import Project
from sayso.workflows.office.overview import State

Reader = Annotated[Principal, Depends(role(*STAFF))]
Officer = Annotated[Principal, Depends(role(Role.OFFICE))]
Answerer = Annotated[Principal, Depends(role(*ANSWERING))]
Runner = Annotated[Principal, Depends(role(Role.OFFICE, Role.ENGINEER))]
PATIENCE = 4.0
"""Seconds that a page waits for work to end before it shows how far it is."""

STATES: dict[State, tuple[str, str]] = {
    State.NO_CHOICE: ("On, no choice", "used, and members are not asked"),
    State.OPT_OUT: ("On, opt-out", "used unless the member says no"),
    State.OPT_IN: ("Opt-in", "used only after the member's yes"),
    State.NO_NOTICE: ("No notice yet", "the rule asks for a notice that nobody there has had long enough"),
    State.SUSPENDED: ("Suspended", "stopped by a regulator or the office"),
    State.REGION_UNKNOWN: (
        "Region unknown",
        "rules differ by region, and nobody knows where these members live",
    ),
    State.NEVER: ("Never", "the rules say never here"),
    State.NOT_DISCLOSED: ("Not disclosed", "no rule names it here, so it is not allowed"),
    State.NOT_IN_FORCE: ("Nothing in force", "no policy version is in force"),
    State.MIXED: ("Differs", "the regions of the group differ"),
}


def project_of(request: Request) -> Project:
    """Return the project that a request is answered from."""
    return opened_for(request).project


def office_page(request: Request, template: str, **values: Any) -> Response:
    """Return a page of the office, with what all of them show: what was just written, and what whoever reads it may do."""
    project, site = project_of(request), site_of(request)
    session = request.state.session
    role_ = session.principal.role if session and session.principal else None
    shown: dict[str, Any] = {
        "policy": project.policy,
        "words": Words(project.policy),
        "capital": capital,
        "states": STATES,
        "use_name": use_namer(project.policy),
        "may_act": role_ is Role.OFFICE,
        "may_run": role_ in (Role.OFFICE, Role.ENGINEER),
        "written": _written(request, project),
    }
    return site.page(request, f"office/{template}", **(shown | values))


def _written(request: Request, project: Project) -> int | None:
    """Return the entry that a page is to confirm, where the address names one that there is."""
    text = request.query_params.get("entry", "")
    number = int(text) if text.isdecimal() and len(text) < 16 else None
    return number if number is not None and number < project.log.size() else None


def use_namer(policy: Policy) -> Callable[[Use], str]:
    """Return what names a use: "AI models that write, by this community"."""
    words = Words(policy)

    def named(use: Use) -> str:
        return f"{capital(words.purpose(use.purpose))}, by {words.recipient(use.recipient)}"

    return named


def use_key(use: Use) -> str:
    """Return a use as addresses name it."""
    return f"{use.purpose}@{use.recipient}"


def use_of(text: str, uses: tuple[Use, ...]) -> Use | None:
    """Return the use that an address names, else the first; ``None`` where there is none."""
    return next((use for use in uses if use_key(use) == text), uses[0] if uses else None)


def back(path: str, entry: int | None) -> Response:
    """Return the way back to a page that says what was written."""
    return RedirectResponse(path if entry is None else f"{path}?entry={entry}", 303)


def several(form: FormData, name: str) -> tuple[str, ...]:
    """Return the values of a field: those that were ticked, or written with commas between them."""
    found = [value for value in form.getlist(name) if isinstance(value, str)]
    return tuple(part.strip() for value in found for part in value.split(",") if part.strip())


def required(form: FormData, name: str, label: str) -> str:
    """Return a field that has to be filled in; raises ``InputError``."""
    value = word(form, name).strip()
    if not value:
        raise InputError(Problem("missing-field", f"{label} is missing", advice="go back and fill it in"))
    return value


def result_of(job: Job, wait: float = PATIENCE) -> Any:
    """Return what came of work that ends in time, ``None`` where it goes on; raises what ended it."""
    job.ended.wait(wait)
    if job.error is not None:
        raise type(job.error)(*job.error.problems)  # a new one: each raising adds to an error's traceback
    return None if job.runs else job.result
