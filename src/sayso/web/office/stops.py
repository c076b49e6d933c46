"""Suspensions: what stands, what another would stop, and setting and lifting them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from sayso.values.regions import COUNTRIES
from sayso.web.doors import Form, word
from sayso.web.jobs import Report
from sayso.web.office.desk import Officer, Reader, back, office_page, project_of, required, result_of, several
from sayso.web.office.forms import brief, moment_of
from sayso.web.pages import site_of
from sayso.workflows.office.overview import named_groups
from sayso.workflows.office.stops import Preview, preview, suspensions
from sayso.workflows.suspend import Stop, resume, suspend

router = APIRouter()
PREVIEW = "preview"


@router.get("/office/suspensions")
def suspensions_page(request: Request, _: Reader, region: str = "", purpose: str = "") -> Response:
    """Show what is stopped, and the form that shows what another suspension would stop."""
    project = project_of(request)
    now = project.clock.now()
    version = project.policy.in_force(now)
    return office_page(
        request,
        "suspensions.html",
        found=suspensions(project.yard, now),
        region=region if region[:2] in COUNTRIES else "",
        purpose=purpose,
        groups=named_groups(project.policy, version) if version else (),
    )


@router.post("/office/suspensions/preview")
def preview_page(request: Request, _: Officer, form: Form) -> Response:
    """Show what a suspension would stop, and the form that sets it."""
    project, jobs = project_of(request), site_of(request).jobs
    stop = _stop(form)
    suspend(project.book, stop, dry_run=True)  # what is wrong with it is said before anything is counted
    key = (stop, project.policy.digest)
    last = jobs.last(PREVIEW)
    if last is None or not last.answers(key):

        def work(report: Report) -> Preview:
            return preview(project.yard, stop, report)

        last = jobs.start(PREVIEW, key, work)
    found = result_of(last) if last.key == key else None
    return office_page(request, "preview.html", found=found, job=last, stop=stop, fields=_fields(form))


@router.post("/office/suspensions")
def set_it(request: Request, _: Officer, form: Form) -> Response:
    """Set a suspension."""
    return back("/office/suspensions", suspend(project_of(request).book, _stop(form)).written.number)


@router.post("/office/suspensions/lift")
def lift(request: Request, _: Officer, form: Form) -> Response:
    """End a suspension, from now on."""
    wanted = required(form, "suspension", "the suspension")
    return back("/office/suspensions", resume(project_of(request).book, wanted).written.number)


def _stop(form: FormData) -> Stop:
    return Stop(
        several(form, "purposes") or (required(form, "purposes", "a purpose"),),
        brief(required(form, "authority", "the authority"), "the authority"),
        brief(word(form, "reference"), "the reference"),
        several(form, "regions"),
        several(form, "recipients"),
        moment_of(word(form, "starts_at"), "the start"),
        moment_of(word(form, "until"), "the end"),
    )


def _fields(form: FormData) -> tuple[tuple[str, str], ...]:
    """Return what the form said, to be sent once more."""
    names = ("purposes", "authority", "reference", "regions", "recipients", "starts_at", "until")
    return tuple(
        (name, value)
        for name, value in form.multi_items()
        if name in names and isinstance(value, str) and value
    )
