"""What was made of members' records, the log, and what verification finds."""

from __future__ import annotations

import json
from base64 import b64encode
from itertools import islice

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sayso.errors import InputError, IntegrityError, Problem
from sayso.ledger.checkpoints import format_note
from sayso.ledger.codec import encode, type_name
from sayso.ledger.events import Entry
from sayso.ledger.receipts import format_receipt
from sayso.policy.reasons import step_names
from sayso.web.api.gateway import opened_for
from sayso.web.doors import Form
from sayso.web.jobs import Report
from sayso.web.office.desk import Reader, Runner, office_page, project_of
from sayso.web.office.pictures import Step, funnel, tree
from sayso.web.pages import site_of
from sayso.wiring import Project
from sayso.workflows.delivering.standing import Standing, standings
from sayso.workflows.lineage import Node, flat, lineage
from sayso.workflows.logbook import entry as entry_of
from sayso.workflows.logbook import page
from sayso.workflows.logstate import stood
from sayso.workflows.office.inspection import Inspection, inspect, last_inspection
from sayso.workflows.office.published import catalogue, manifest_at

router = APIRouter()
VERIFYING, PAGE = "verify", 50


@router.get("/office/datasets")
def datasets_page(request: Request, _: Reader) -> Response:
    """Show the published data sets."""
    found = catalogue(stood(project_of(request).yard).index)
    return office_page(request, "datasets.html", datasets=found.datasets)


@router.get("/office/datasets/{name}")
def dataset_page(request: Request, _: Reader, name: str, version: int | None = None) -> Response:
    """Show a version of a data set: its funnel, what redaction took out, its lineage."""
    project = project_of(request)
    found = next((one for one in catalogue(stood(project.yard).index).datasets if one.name == name), None)
    shown = next((v for v in found.versions if version in (None, v.event.version)), None) if found else None
    if found is None or shown is None:
        raise InputError(Problem("unknown-name", "no such data set was published", advice="see the list"))
    manifest = manifest_at(project.yard, project.datasets, shown)
    names = step_names() | {
        "nothing-left": "nothing left of it",
        "no-longer-permitted": "taken back meanwhile",
    }
    picture = None
    if manifest is not None:
        said = f"Funnel: of {manifest.funnel.considered:,} records, {manifest.rows:,} were published. The table below says the same."
        picture = funnel(manifest.funnel, said, names)
    tree_of = lineage(project.yard, project.datasets, name)
    return office_page(
        request,
        "dataset.html",
        found=found,
        shown=shown,
        manifest=manifest,
        picture=picture,
        names=names,
        lineage=tree_of,
        tree=_tree(tree_of),
        lines=tuple(flat(tree_of)),
        handed=_standings(project, name),
    )


def _standings(project: Project, name: str) -> tuple[Standing, ...]:
    try:
        return standings(project.yard, project.datasets, project.deliveries, name)
    except IntegrityError:
        return ()  # verification names what does not hold


def _tree(node: Node) -> object:
    steps = [Step(depth, one.kind, _words(one)) for depth, one in flat(node)]
    return tree(steps, f"Lineage of {node.name} as a tree. The list below says the same.")


def _words(node: Node) -> str:
    kind = "" if node.kind in ("version", "event") else f"{node.kind} "
    return f"{kind}{node.name}{': ' if node.facts else ''}{', '.join(node.facts)}"


@router.get("/office/models")
def models_page(request: Request, _: Reader) -> Response:
    """Show the models, and whether each follows its data set."""
    found = catalogue(stood(project_of(request).yard).index)
    return office_page(request, "models.html", models=found.models)


@router.get("/office/models/{name}")
def model_page(request: Request, _: Reader, name: str) -> Response:
    """Show a model: its versions, whom they forgot, what they stand on."""
    project = project_of(request)
    found = next((one for one in catalogue(stood(project.yard).index).models if one.name == name), None)
    if found is None:
        raise InputError(Problem("unknown-name", "there is no such model", advice="see the list"))
    tree_of = lineage(project.yard, project.datasets, name)
    return office_page(request, "model.html", found=found, tree=_tree(tree_of), lines=tuple(flat(tree_of)))


@router.get("/office/log")
def log_page(request: Request, _: Reader, start: int = -PAGE) -> Response:
    """Show a page of the log, the latest entries where no other is asked for."""
    log = project_of(request).log
    size = log.size()
    first = max(0, size + start) if start < 0 else start
    entries = tuple(islice(page(log, first, None), PAGE))
    rows = [(one, type_name(one.event), _fields(one)) for one in reversed(entries)]
    return office_page(request, "log.html", size=size, first=first, rows=rows, step=PAGE)


def _fields(one: Entry) -> tuple[tuple[str, str], ...]:
    """Return the fields of an entry for people; tags and digests by their beginnings."""
    leaf = json.loads(encode(one.event, one.logged_at))
    return tuple(
        (name, _short(value)) for name, value in leaf.items() if name not in ("v", "type", "logged_at")
    )


def _short(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_short(each) for each in value[:6]) + (
            f" and {len(value) - 6} more" if len(value) > 6 else ""
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text if len(text) <= 30 or " " in text else text[:16] + "…"


@router.get("/office/log/{number}")
def entry_page(request: Request, _: Reader, number: int) -> Response:
    """Show an entry, and the proof that it is in the log."""
    one = entry_of(project_of(request).log, number)
    receipt = opened_for(request).notary.receipt(number)
    return office_page(
        request,
        "entry.html",
        one=one,
        kind=type_name(one.event),
        fields=_fields(one),
        leaf=receipt.leaf.decode(),
        proof=[b64encode(step).decode() for step in receipt.proof],
        note=format_note(receipt.checkpoint),
        size=receipt.checkpoint.size,
    )


@router.get("/office/log/{number}/receipt")
def receipt_file(request: Request, _: Reader, number: int) -> Response:
    """Hand out the receipt of an entry."""
    text = format_receipt(opened_for(request).notary.receipt(number))
    headers = {"Content-Disposition": f'attachment; filename="entry-{number}.json"'}
    return Response(text, media_type="application/json", headers=headers)


@router.get("/office/problems")
def problems_page(request: Request, _: Reader) -> Response:
    """Show what verification found last, and how far it is where it runs."""
    project, job = project_of(request), site_of(request).jobs.last(VERIFYING)
    return office_page(
        request,
        "problems.html",
        job=job if job is not None and job.runs else None,
        failed=job.problems if job is not None else (),
        found=last_inspection(project.shelf),
        size=project.log.size(),
    )


@router.post("/office/problems")
def verify_all(request: Request, _: Runner, __: Form) -> Response:
    """Begin to verify everything."""
    project, jobs = project_of(request), site_of(request).jobs

    def work(report: Report) -> Inspection:
        done = 0

        def progress(rows: int) -> None:
            nonlocal done
            done += rows
            report(done, 0)

        return inspect(project.shelf, project.log, project.deliveries, progress)

    jobs.start(VERIFYING, project.log.size(), work).ended.wait(2.0)
    return RedirectResponse("/office/problems", 303)
