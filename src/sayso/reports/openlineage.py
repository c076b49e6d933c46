"""OpenLineage events (spec 2-0-2) of what was built, trained and forgotten: START and COMPLETE of each run, by the log's moments.

Nothing in them names a member. Facets of Sayso's own (``sayso_grounds``, ``sayso_model``, ``sayso_forgot``) have the schema of
docs/reference/openlineage-facets.schema.json.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sayso.dataset.manifest import Manifest, SourceUsed, funnel_json
from sayso.dataset.rows import SCHEMA
from sayso.models.manifest import ModelManifest
from sayso.reports.ids import timed_uuid, urn
from sayso.reports.made import ModelVersion, PublishedVersion, version_name
from sayso.values.canonical import Json
from sayso.values.moments import Moment, format_moment

SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
OWN_FACETS = "urn:sayso:openlineage-facets:v1"
_FACETS = "https://openlineage.io/spec/facets"
Run = PublishedVersion | ModelVersion


def events(origin: str, runs: Iterable[Run]) -> tuple[dict[str, Json], ...]:
    """Return the events of runs in the order given: START where a run began, COMPLETE where its entry was logged."""
    return tuple(event for run in runs for event in _Told(origin, run).events())


class _Told:
    """One run as events."""

    def __init__(self, origin: str, run: Run) -> None:
        manifest = run.manifest
        self.run, self.space = run, f"sayso://{origin}"
        self.producer = urn(manifest.code) if manifest else "urn:sayso"
        self.began = _began(run)
        self.id = timed_uuid(run.at, urn(origin, run.event.manifest))

    def events(self) -> Iterator[dict[str, Json]]:
        yield self._event("START", min(self.began, self.run.at), [])
        yield self._event("COMPLETE", self.run.at, [self._output()])

    def _event(self, kind: str, at: Moment, outputs: list[Json]) -> dict[str, Json]:
        return {
            "eventTime": format_moment(at),
            "eventType": kind,
            "producer": self.producer,
            "schemaURL": SPEC,
            "run": {"runId": self.id, "facets": self._grounds()},
            "job": {"namespace": self.space, "name": _job(self.run), "facets": {"jobType": self._job_type()}},
            "inputs": list(self._inputs()),
            "outputs": outputs,
        }

    def _facet(self, schema: str, fields: dict[str, Json]) -> dict[str, Json]:
        return {"_producer": self.producer, "_schemaURL": schema, **fields}

    def _standard(self, name: str, version: str, fields: dict[str, Json]) -> dict[str, Json]:
        return self._facet(f"{_FACETS}/{version}/{name}.json#/$defs/{name}", fields)

    def _own(self, name: str, fields: dict[str, Json]) -> dict[str, Json]:
        return self._facet(f"{OWN_FACETS}#/$defs/{name}", fields)

    def _job_type(self) -> dict[str, Json]:
        kind = _job(self.run).partition("/")[0].upper()
        fields: dict[str, Json] = {"processingType": "BATCH", "integration": "SAYSO", "jobType": kind}
        return self._standard("JobTypeJobFacet", "2-0-4", fields)

    def _grounds(self) -> dict[str, Json]:
        run = self.run
        if isinstance(run, PublishedVersion):
            found = {"entry": run.entry, **(_dataset_grounds(run.manifest) if run.manifest else {})}
            return {"sayso_grounds": self._own("GroundsRunFacet", found)}
        made = {"entry": run.entry, **(_model_grounds(run.manifest) if run.manifest else {})}
        facets: dict[str, Json] = {"sayso_model": self._own("ModelRunFacet", made)}
        if run.forgot is not None:
            facets["sayso_forgot"] = self._own("ForgotRunFacet", _forgotten(run))
        return facets

    def _inputs(self) -> Iterator[dict[str, Json]]:
        run = self.run
        if isinstance(run, PublishedVersion):
            for source in run.manifest.sources if run.manifest else ():
                yield self._input(f"sources/{source.name}", source.digest)
            return
        yield self._input(f"datasets/{run.event.dataset}", version_name(run.event.dataset_version))
        if run.forgot is not None and run.event.version > 1:
            yield self._input(f"models/{run.event.name}", version_name(run.event.version - 1))

    def _input(self, name: str, version: str) -> dict[str, Json]:
        return {"namespace": self.space, "name": name, "facets": self._version(version), "inputFacets": {}}

    def _version(self, version: str) -> dict[str, Json]:
        return {"version": self._standard("DatasetVersionDatasetFacet", "1-0-1", {"datasetVersion": version})}

    def _output(self) -> dict[str, Json]:
        run, event = self.run, self.run.event
        change = "CREATE" if event.version == 1 else "OVERWRITE"
        state = self._standard("LifecycleStateChangeDatasetFacet", "1-0-1", {"lifecycleStateChange": change})
        facets = {**self._version(version_name(event.version)), "lifecycleStateChange": state}
        folder, counted = "models", {}
        if isinstance(run, PublishedVersion):
            folder = "datasets"
            facets |= self._columns(run.manifest.sources if run.manifest else ())
            counted = self._counted(run)
        name = f"{folder}/{event.name}"
        return {"namespace": self.space, "name": name, "facets": facets, "outputFacets": counted}

    def _counted(self, run: PublishedVersion) -> dict[str, Json]:
        files: dict[str, Json] = {"fileCount": len(run.manifest.shards)} if run.manifest else {}
        counts: dict[str, Json] = {"rowCount": run.event.records, **files}
        return {"outputStatistics": self._standard("OutputStatisticsOutputDatasetFacet", "1-0-2", counts)}

    def _columns(self, sources: tuple[SourceUsed, ...]) -> dict[str, Json]:
        columns: list[Json] = [
            {"name": name, "type": "STRING", "description": _COLUMNS[name][1], "ordinal_position": place}
            for place, name in enumerate(SCHEMA.names, 1)
        ]
        lineage: dict[str, Json] = {
            "fields": {name: {"inputFields": self._from(sources, name)} for name in SCHEMA.names},
            "dataset": [self._filtered(source, name) for source in sources for name in _DECIDING],
        }
        return {
            "schema": self._standard("SchemaDatasetFacet", "1-2-0", {"fields": columns}),
            "columnLineage": self._standard("ColumnLineageDatasetFacet", "1-2-0", lineage),
        }

    def _from(self, sources: tuple[SourceUsed, ...], column: str) -> list[Json]:
        origin, why, masking = _COLUMNS[column]
        kind = "TRANSFORMATION" if masking or origin != column else "IDENTITY"
        how: dict[str, Json] = {"type": "DIRECT", "subtype": kind, "description": why, "masking": masking}
        return [self._field(source, origin, how) for source in sources]

    def _filtered(self, source: SourceUsed, column: str) -> dict[str, Json]:
        why = "what the policy says of such records, of their authors, and of what those said"
        how: dict[str, Json] = {"type": "INDIRECT", "subtype": "FILTER", "description": why, "masking": False}
        return self._field(source, column, how)

    def _field(self, source: SourceUsed, column: str, how: dict[str, Json]) -> dict[str, Json]:
        place: dict[str, Json] = {"namespace": self.space, "name": f"sources/{source.name}", "field": column}
        return {**place, "transformations": [how]}


_COLUMNS: dict[str, tuple[str, str, bool]] = {
    "record": ("record", "a pseudonym of the record that holds in this data set alone", True),
    "member": ("author", "a pseudonym of the author that holds in this data set alone", True),
    "category": ("category", "the kind of record", False),
    "visibility": ("visibility", "who could see it", False),
    "language": ("language", "its language, as a BCP 47 tag", False),
    "created": ("created_at", "the month in which it was written", True),
    "text": ("text", "its text, personal data taken out", True),
    "redacted": ("text", "how much of which class was taken out of the text", True),
    "reply_to": ("reply_to", "the pseudonym of the record that it answers", True),
}
"""By column of a shard: the column of the source, what becomes of it, and whether that hides what was there."""
_DECIDING = ("author", "category", "visibility", "created_at", "collected_at", "deleted_at")


def _began(run: Run) -> Moment:
    """Return when a run began as far as is known: the moment of its decisions, or that of its entry."""
    if isinstance(run, PublishedVersion):
        return run.event.decided_at
    return run.manifest.made_at if run.manifest else run.at


def _job(run: Run) -> str:
    if isinstance(run, PublishedVersion):
        return f"build/{run.event.name}"
    return f"{'train' if run.forgot is None else 'forget'}/{run.event.name}"


def _dataset_grounds(manifest: Manifest) -> dict[str, Json]:
    policy, log = manifest.policy, manifest.log
    return {
        "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest},
        "use": {"purpose": manifest.use.purpose, "recipient": manifest.use.recipient},
        "log": {"origin": log.origin, "size": log.size, "root": log.root.hex()},
        "counts": funnel_json(manifest.funnel),
        "redaction": manifest.redaction.version,
    }


def _model_grounds(manifest: ModelManifest) -> dict[str, Json]:
    log, dataset = manifest.log, manifest.dataset
    return {
        "kind": {"name": manifest.kind.name, "version": manifest.kind.version},
        "use": {"purpose": manifest.use.purpose, "recipient": manifest.use.recipient},
        "dataset": {"name": dataset.name, "version": dataset.version, "manifest": dataset.manifest},
        "log": {"origin": log.origin, "size": log.size, "root": log.root.hex()},
        "state": manifest.state,
        "served": manifest.served,
    }


def _forgotten(run: ModelVersion) -> dict[str, Json]:
    """Return whom a version forgot, in numbers: the tags of the log are no member's id, and are left out all the same."""
    forgot = run.manifest.forgot if run.manifest else None
    known: dict[str, Json] = {"entry": run.forgot_entry, "members": len(run.forgot.tags) if run.forgot else 0}
    if forgot is None:
        return known
    changed: dict[str, Json] = {"membersOut": forgot.members_out, "membersChanged": forgot.members_changed}
    return {**known, **changed, "trainedAnew": forgot.anew}
