"""CycloneDX 1.7: a model as an ML-BOM, with the data set that it stands on, and what it has forgotten.

Written as JSON by the standard's schema. Nothing in it names a member: counts, digests, and names that the office gave.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sayso.dataset.card import REMAINS
from sayso.dataset.manifest import Manifest
from sayso.models.manifest import ModelFile, ModelManifest
from sayso.reports.about import About
from sayso.reports.ids import name_uuid, urn
from sayso.reports.made import House, ModelVersion, version_name
from sayso.reports.usage import conditions
from sayso.values.canonical import Json
from sayso.values.moments import format_moment

SPEC = "1.7"
SCHEMA = f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json"
_KNOWN = {
    "suggestions": ("self-supervised", "text prediction", "counts of n-grams over a public base"),
    "neural-suggestions": (
        "self-supervised",
        "text prediction",
        "counts of n-grams over a frozen language model",
    ),
    "member-adapters": (
        "self-supervised",
        "text prediction",
        "low-rank adapters and counts of n-grams over a frozen language model",
    ),
    "recommendations": ("unsupervised", "recommendation", "EASE, joined with words and topics"),
}
"""By kind of model: how it learns, what for, and of which family it is; of somebody else's kind none of it is known."""
_EXACT = (
    "Whoever says no, deletes, or closes the account is left out of the next version of the data set, and the model follows: it is "
    "then what training on that version from nothing gives, digest for digest, and its certificate can be checked."
)


@dataclass(frozen=True, slots=True, eq=False)
class Modelled:
    """A model: its versions, oldest first, the manifest of the last, and that of its data set (``None``: missing)."""

    versions: tuple[ModelVersion, ...]
    manifest: ModelManifest
    dataset: Manifest | None

    @property
    def last(self) -> ModelVersion:
        """Return the last version."""
        return self.versions[-1]


def ml_bom(house: House, model: Modelled, about: About) -> dict[str, Json]:
    """Return the bill of materials of the last version of a model."""
    return _Bill(house, model, about).document()


class _Bill:
    """One bill, while it is written."""

    def __init__(self, house: House, model: Modelled, about: About) -> None:
        self.house, self.model, self.about, self.manifest = house, model, about, model.manifest
        self.data = urn(
            house.origin, "dataset", self.manifest.dataset.name, version_name(self.manifest.dataset.version)
        )

    def document(self) -> dict[str, Json]:
        """Return it whole."""
        serial = name_uuid(urn(self.house.origin, self.model.last.event.manifest))
        return {
            "$schema": SCHEMA,
            "bomFormat": "CycloneDX",
            "specVersion": SPEC,
            "serialNumber": f"urn:uuid:{serial}",
            "version": 1,
            "metadata": {
                "timestamp": format_moment(self.manifest.made_at),
                "tools": {"components": [_tool(self.manifest.code)]},
                "component": self._model(),
                "supplier": self._organisation(),
            },
            "components": [self._dataset(), *self._sources(), *self._base()],
            "dependencies": list(self._dependencies()),
        }

    def _name(self, version: int) -> str:
        return urn(self.house.origin, "model", self.manifest.name, version_name(version))

    def _organisation(self) -> dict[str, Json]:
        about = self.about
        url: dict[str, Json] = {"url": [about.url]} if about.url else {}
        return {"name": about.name or self.house.platform, **url}

    def _model(self) -> dict[str, Json]:
        manifest, before = self.manifest, self.model.versions[:-1]
        lineage: dict[str, Json] = (
            {"pedigree": {"ancestors": [self._ancestor(one) for one in before]}} if before else {}
        )
        return {
            "type": "machine-learning-model",
            "bom-ref": self._name(manifest.version),
            "supplier": self._organisation(),
            "name": manifest.name,
            "version": version_name(manifest.version),
            "description": conditions(self.house.policy, manifest.use),
            "components": [_file(self._name(manifest.version), one) for one in manifest.files],
            **lineage,
            "modelCard": self._card(),
            "properties": [*_grounds(manifest), *_lineage(self.model)],
        }

    def _ancestor(self, one: ModelVersion) -> dict[str, Json]:
        purged = [_property("purged", format_moment(one.purged))] if one.purged is not None else []
        return {
            "type": "machine-learning-model",
            "bom-ref": self._name(one.event.version),
            "name": one.event.name,
            "version": version_name(one.event.version),
            "properties": [
                _property("manifest", one.event.manifest),
                _property("dataset", f"{one.event.dataset} {version_name(one.event.dataset_version)}"),
                *purged,
            ],
        }

    # The model card

    def _card(self) -> dict[str, Json]:
        manifest = self.manifest
        return {
            "modelParameters": {
                **_approach(manifest.kind.name),
                "modelArchitecture": f"{manifest.kind.name}, {manifest.kind.version}",
                "datasets": [{"ref": self.data}],
            },
            "considerations": {
                "useCases": [conditions(self.house.policy, manifest.use)],
                "technicalLimitations": [*self._limits()],
                "ethicalConsiderations": [
                    {"name": "It is made of what members wrote.", "mitigationStrategy": _EXACT},
                    {"name": "What members wrote is personal data.", "mitigationStrategy": REMAINS},
                ],
            },
        }

    def _limits(self) -> Iterator[str]:
        manifest = self.manifest
        yield f"It has seen {manifest.dataset.rows:,} records of {manifest.dataset.members:,} members."
        for name, value in manifest.kind.settings:
            if name == "at_least":
                yield f"It shows only what at least {value} members wrote."

    # What it is made of

    def _dataset(self) -> dict[str, Json]:
        trained, known = self.manifest.dataset, self.model.dataset
        files = [_shard(self.data, one.name, one.file_sha256) for one in known.shards] if known else []
        return {
            "type": "data",
            "bom-ref": self.data,
            "name": trained.name,
            "version": version_name(trained.version),
            **self._licence(),
            **({"components": files} if files else {}),
            "data": [self._data()],
            "properties": [
                _property("manifest", trained.manifest),
                *(_dataset_grounds(known) if known else ()),
            ],
        }

    def _licence(self) -> dict[str, Json]:
        address = self.about.licence
        return {"licenses": [{"license": {"name": "of the data set", "url": address}}]} if address else {}

    def _data(self) -> dict[str, Json]:
        trained, use = self.manifest.dataset, self.manifest.use
        who: dict[str, Json] = {"organization": self._organisation()}
        known = self.model.dataset
        taken = known.redaction.taken if known else ()
        counts = [_property("rows", str(trained.rows)), _property("members", str(trained.members))]
        return {
            "type": "dataset",
            "name": trained.name,
            "contents": {"properties": counts},
            "classification": "personal data, under pseudonyms",
            "sensitiveData": [REMAINS, *(f"{one.label}: {one.spans:,} taken out" for one in taken)],
            "description": f"What members of {self.house.platform} wrote there. {conditions(self.house.policy, use)}",
            "governance": {"owners": [who], "custodians": [who]},
        }

    def _sources(self) -> Iterator[dict[str, Json]]:
        for one in self.model.dataset.sources if self.model.dataset else ():
            yield {
                "type": "data",
                "bom-ref": self._source(one.name),
                "name": one.name,
                "description": "A source that the platform brought in; it stays with the platform.",
                "properties": [_property("digest", one.digest)],
            }

    def _source(self, name: str) -> str:
        return urn(self.house.origin, "source", name)

    def _base(self) -> Iterator[dict[str, Json]]:
        """Yield what lies under the model, frozen, and was not made of what members wrote."""
        base = dict(self.manifest.kind.settings).get("base")
        if base is not None:
            yield {
                "type": "machine-learning-model",
                "bom-ref": f"urn:sayso:base:{base}",
                "name": f"base of {self.manifest.kind.name}",
                "description": "Frozen, and not made of what members wrote.",
                "properties": [_property("digest", str(base))],
            }

    def _dependencies(self) -> Iterator[dict[str, Json]]:
        below = [self.data, *(one["bom-ref"] for one in self._base())]
        yield {"ref": self._name(self.manifest.version), "dependsOn": below}
        sources = [one["bom-ref"] for one in self._sources()]
        yield {"ref": self.data, **({"dependsOn": sources} if sources else {})}


def _tool(code: str) -> dict[str, Json]:
    name, _, version = code.partition("/")
    return {"type": "application", "name": name, **({"version": version} if version else {})}


def _approach(kind: str) -> dict[str, Json]:
    if kind not in _KNOWN:
        return {}
    approach, task, family = _KNOWN[kind]
    return {"approach": {"type": approach}, "task": task, "architectureFamily": family}


def _file(parent: str, file: ModelFile) -> dict[str, Json]:
    return _shard(parent, file.name, file.sha256)


def _shard(parent: str, name: str, sha256: str) -> dict[str, Json]:
    return {
        "type": "file",
        "bom-ref": f"{parent}:{name}",
        "name": name,
        "hashes": [{"alg": "SHA-256", "content": sha256}],
    }


def _property(name: str, value: str) -> dict[str, Json]:
    return {"name": f"sayso:{name}", "value": value}


def _grounds(manifest: ModelManifest) -> Iterator[dict[str, Json]]:
    yield _property("purpose", manifest.use.purpose)
    yield _property("recipient", manifest.use.recipient)
    yield _property("state", manifest.state)
    yield _property("served", manifest.served)
    yield _property("log:origin", manifest.log.origin)
    yield _property("log:size", str(manifest.log.size))
    yield _property("log:root", manifest.log.root.hex())
    for name, value in manifest.kind.settings:
        yield _property(f"setting:{name}", str(value))


def _dataset_grounds(manifest: Manifest) -> Iterator[dict[str, Json]]:
    yield _property("policy", manifest.policy.id)
    yield _property("policy:version", manifest.policy.version or "none in force")
    yield _property("policy:digest", manifest.policy.digest)
    yield _property("considered", str(manifest.funnel.considered))
    yield _property("redaction", manifest.redaction.version)


def _lineage(model: Modelled) -> Iterator[dict[str, Json]]:
    """Yield each version's entry of the log, and what it forgot, in numbers."""
    for one in model.versions:
        name = version_name(one.event.version)
        yield _property(f"{name}:entry", str(one.entry))
        if one.forgot is not None:
            yield from (_property(f"{name}:forgot:{key}", value) for key, value in _forgot(one))


def _forgot(one: ModelVersion) -> Iterator[tuple[str, str]]:
    told = one.forgot
    if told is not None:
        yield "members", str(len(told.tags))
        yield "certificate", told.certificate
        yield "entry", str(one.forgot_entry)
    known = one.manifest.forgot if one.manifest else None
    if known is None:
        return
    for name, count in (("out", known.members_out), ("changed", known.members_changed)):
        yield f"members-{name}", "not known" if count is None else str(count)
    yield "trained-anew", known.anew or "no"
