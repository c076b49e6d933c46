"""``/v1/datasets`` and ``/v1/models``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request

from sayso.dataset.manifest import Manifest
from sayso.errors import InputError, Problem
from sayso.values.moments import format_moment
from sayso.web.api.answers import reads
from sayso.web.api.callers import Door
from sayso.web.api.gateway import opened_for
from sayso.web.api.paging import PageOf, page_of
from sayso.web.api.schemas.artefacts import (
    BuiltOn,
    DatasetFields,
    DatasetVersion,
    FunnelStep,
    ListedDataset,
    ListedModel,
    ModelFields,
    ModelVersionFields,
    ShardFields,
)
from sayso.web.api.schemas.common import Page, UseFields
from sayso.web.api.served import Served
from sayso.web.principals import STAFF, Principal
from sayso.wiring import Project
from sayso.workflows.logstate import stood
from sayso.workflows.office import published
from sayso.workflows.shelf import known_model

router = APIRouter(prefix="/v1", route_class=Served)
DATASETS = Door(("datasets:read",), office=STAFF)
MODELS = Door(("models:read",), office=STAFF)
ArtefactName = Annotated[str, Path(min_length=1, max_length=64)]


def _catalogue(project: Project) -> published.Catalogue:
    return published.catalogue(stood(project.yard).index)


@router.get("/datasets", tags=["data sets"], **reads(DATASETS))
def datasets(
    request: Request, paged: PageOf, who: Annotated[Principal, Depends(DATASETS)]
) -> Page[ListedDataset]:
    """List the data sets by name, each with its published version."""
    found = _catalogue(opened_for(request).project).datasets
    rest = [one for one in found if paged.after is None or one.name > paged.after]
    return page_of(paged, rest, lambda one: ListedDataset(**_dataset(one, one.last)), lambda one: one.name)


def _dataset(found: published.Dataset, version: published.DatasetVersion) -> dict[str, Any]:
    event = version.event
    return {
        "name": found.name,
        "version": event.version,
        "use": UseFields.of(version.use),
        "decided_at": format_moment(event.decided_at),
        "records": event.records,
        "manifest": event.manifest,
        "entry": version.entry,
        "published_at": format_moment(version.at),
    }


@router.get("/datasets/{name}", tags=["data sets"], **reads(DATASETS, 404))
def dataset(
    request: Request,
    name: ArtefactName,
    who: Annotated[Principal, Depends(DATASETS)],
    version: Annotated[int | None, Query(ge=1, description="Left out: the published one.")] = None,
) -> DatasetFields:
    """Give a version of a data set: its funnel, its shards, the models that stand on it, and all its versions."""
    project = opened_for(request).project
    found = next((one for one in _catalogue(project).datasets if one.name == name), None)
    versions = () if found is None else found.versions
    wanted = next((one for one in versions if version in (None, one.event.version)), None)
    if found is None or wanted is None:
        what = "no data set of this name, or no such version of it, was published"
        raise InputError(Problem("no-dataset", what, advice="see /v1/datasets"))
    manifest = published.manifest_at(project.yard, project.datasets, wanted)
    return DatasetFields(
        **_dataset(found, wanted),
        funnel=None if manifest is None else _funnel(manifest),
        shards=None if manifest is None else _shards(manifest),
        log_size=wanted.event.log_size,
        models=list(found.models),
        versions=[_version(one) for one in found.versions],
    )


def _funnel(manifest: Manifest) -> list[FunnelStep]:
    funnel = manifest.funnel
    decided = [
        FunnelStep(reason=str(one.reason), verdict=str(one.verdict), records=count)
        for one, count in funnel.outcomes
    ]
    withheld = [FunnelStep(reason=str(why), verdict=None, records=count) for why, count in funnel.withheld]
    return [*decided, *withheld]


def _shards(manifest: Manifest) -> list[ShardFields]:
    return [
        ShardFields(
            name=one.name,
            sha256=one.file_sha256,
            logical=one.logical,
            records=one.rows,
            members=one.members,
        )
        for one in manifest.shards
    ]


def _version(one: published.DatasetVersion) -> DatasetVersion:
    return DatasetVersion(
        version=one.event.version,
        entry=one.entry,
        published_at=format_moment(one.at),
        records=one.event.records,
        manifest=one.event.manifest,
        purged=one.purged,
        delivered_to=list(one.delivered),
    )


@router.get("/models", tags=["models"], **reads(MODELS))
def models(request: Request, paged: PageOf, who: Annotated[Principal, Depends(MODELS)]) -> Page[ListedModel]:
    """List the models by name, each with its last version."""
    project = opened_for(request).project
    found = _catalogue(project).models
    rest = [one for one in found if paged.after is None or one.name > paged.after]
    return page_of(paged, rest, lambda one: ListedModel(**_model(project, one)), lambda one: one.name)


def _model(project: Project, found: published.Model) -> dict[str, Any]:
    last = found.last
    manifest = known_model(project.shelf, last.event)
    return {
        "name": found.name,
        "version": last.event.version,
        "kind": None if manifest is None else manifest.kind.name,
        "dataset": BuiltOn(name=last.event.dataset, version=last.event.dataset_version),
        "served": None if manifest is None else manifest.served,
        "manifest": last.event.manifest,
        "entry": last.entry,
        "forgot": last.forgot,
        "behind": found.behind,
    }


@router.get("/models/{name}", tags=["models"], **reads(MODELS, 404))
def model(request: Request, name: ArtefactName, who: Annotated[Principal, Depends(MODELS)]) -> ModelFields:
    """Give a model with its versions: what each stands on, and how many members it forgot."""
    project = opened_for(request).project
    found = next((one for one in _catalogue(project).models if one.name == name), None)
    if found is None:
        raise InputError(Problem("no-model", "there is no model of this name", advice="see /v1/models"))
    return ModelFields(**_model(project, found), versions=[_model_version(one) for one in found.versions])


def _model_version(one: published.ModelVersion) -> ModelVersionFields:
    event = one.event
    return ModelVersionFields(
        version=event.version,
        entry=one.entry,
        made_at=format_moment(one.at),
        dataset=BuiltOn(name=event.dataset, version=event.dataset_version),
        manifest=event.manifest,
        forgot=one.forgot,
        purged=one.purged,
    )
