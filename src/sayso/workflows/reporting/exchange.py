"""What other people's programs read of data sets and models: Croissant, OpenLineage and ML-BOM, from the facts of a project."""

from __future__ import annotations

from sayso.errors import InputError, IntegrityError, Place, Problem
from sayso.reports.about import About
from sayso.reports.croissant import croissant
from sayso.reports.made import PublishedVersion, version_name
from sayso.reports.ml_bom import Modelled, ml_bom
from sayso.reports.openlineage import events
from sayso.values.canonical import Json
from sayso.workflows.build import MANIFEST
from sayso.workflows.reporting.made import contents_of, dataset_versions, house_of, made, model_versions
from sayso.workflows.shelf import Shelf, model_of, stood_on


def croissant_of(shelf: Shelf, name: str, about: About, version: int | None = None) -> dict[str, Json]:
    """Return the Croissant document of a version of a data set, of the last where none is named.

    Raises ``InputError`` where there is none, ``IntegrityError`` where its manifest or a shard does not hold.
    """
    found = _version(dataset_versions(shelf, name), version)
    manifest = found.manifest
    if manifest is None:
        place = Place(f"datasets/{name}/{version_name(found.event.version)}/{MANIFEST}")
        what, advice = "the published manifest does not hold", "run `sayso verify`"
        raise IntegrityError(Problem("bad-manifest", what, place, advice))
    contents = (
        None
        if found.purged is not None
        else contents_of(shelf.datasets.shards(name, found.event.version), manifest)
    )
    return croissant(house_of(shelf), found, manifest, contents, about)


def _version(versions: tuple[PublishedVersion, ...], wanted: int | None) -> PublishedVersion:
    if wanted is None:
        return versions[-1]
    found = next((one for one in versions if one.event.version == wanted), None)
    if found is None:
        name, last = versions[-1].event.name, versions[-1].event.version
        advice = f"the last is {last}"
        raise InputError(Problem("no-version", f"the data set {name} has no version {wanted}", advice=advice))
    return found


def events_of(shelf: Shelf, name: str | None = None) -> tuple[dict[str, Json], ...]:
    """Return the OpenLineage events of a data set or a model, of all where none is named, in the order of the log.

    Raises ``InputError`` where there is neither of that name.
    """
    return events(house_of(shelf).origin, made(shelf, name))


def bom_of(shelf: Shelf, name: str, about: About) -> dict[str, Json]:
    """Return the ML-BOM of the last version of a model.

    Raises ``InputError`` where there is none, ``IntegrityError`` where its manifest does not hold.
    """
    versions = model_versions(shelf, name)
    manifest = model_of(shelf, shelf.log(), name)
    return ml_bom(house_of(shelf), Modelled(versions, manifest, stood_on(shelf, manifest)), about)
