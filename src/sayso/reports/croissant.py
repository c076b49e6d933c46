"""Croissant 1.1 with the RAI vocabulary 1.0: a data set version as machine learning libraries load it, and under which conditions.

The file belongs beside the folder ``shards`` that it describes. Everything in it comes from the manifest, the policy, the log and
counts of the shards; what only a person knows is left out where nobody gave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sayso.dataset.card import LEFT_OUT, REMAINS
from sayso.dataset.funnel import stages
from sayso.dataset.manifest import Manifest
from sayso.dataset.rows import SCHEMA
from sayso.dataset.taken import recall_of
from sayso.reports.about import About
from sayso.reports.ids import urn
from sayso.reports.made import Contents, House, PublishedVersion
from sayso.reports.usage import conditions, dataset_name, offer, promise, ruling_rules, ruling_version
from sayso.values.canonical import Json
from sayso.values.moments import format_moment

CROISSANT, RAI = "http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"
PARQUET = "application/x-parquet"
_CR = (
    "arrayShape citeAs column containedIn equivalentProperty extract field fileProperty fileObject fileSet format includes isArray "
    "isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source "
    "subField transform"
)
CONTEXT: Mapping[str, Json] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "prov": "http://www.w3.org/ns/prov#",
    "dpv": "https://w3id.org/dpv#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sayso": "urn:sayso:terms:",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{name: f"cr:{name}" for name in _CR.split()},
}
_FIELDS = {
    "record": "A pseudonym of the record, the same in every version of this data set and in no other data set.",
    "member": "A pseudonym of whoever wrote it, the same in every version of this data set and in no other data set.",
    "category": "What kind of record it is.",
    "visibility": "Who could see it: public, network or private.",
    "language": "Its language as a BCP 47 tag, where that is known.",
    "created": "The month in which it was written, yyyy-mm, where that is known.",
    "text": "Its text, with personal data taken out; labels in brackets stand where it was.",
    "redacted": "What was taken out: labels and how often, as EMAIL:1 URL:2.",
    "reply_to": "The pseudonym of the record that it answers, where it answers one.",
}


def croissant(
    house: House, version: PublishedVersion, manifest: Manifest, contents: Contents | None, about: About
) -> dict[str, Json]:
    """Return the Croissant document of a version; ``contents`` is ``None`` where its bytes are deleted."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "identifier": {"@id": dataset_name(house, version)},
        "conformsTo": [CROISSANT, RAI],
        "name": manifest.name,
        "description": _description(house, manifest),
        "url": about.url or dataset_name(house, version),
        "version": f"{manifest.version}.0.0",
        "datePublished": format_moment(version.at),
        "dateCreated": format_moment(manifest.decided_at),
        "isLiveDataset": False,
        "citeAs": f"{house.platform}: {manifest.name}, version {manifest.version}, {version.event.manifest}",
        "creator": _organisation(house, about),
        "publisher": _organisation(house, about),
        "license": about.licence or _conditions(house, version),
        "usageInfo": offer(house, version, manifest.use),
        **_languages(contents),
        "keywords": [
            "personal data",
            "pseudonymised",
            manifest.use.purpose,
            *(contents.categories if contents else ()),
        ],
        **_provenance(house, manifest),
        **_rai(house, version, manifest, contents),
        "distribution": [*_files(manifest), _file_set()],
        "recordSet": [_records(manifest)],
    }


def _description(house: House, manifest: Manifest) -> str:
    many = f"{manifest.rows:,} records of {manifest.members:,} members of {house.platform} in {len(manifest.shards):,} shards"
    return (
        f"{many}, personal data taken out, under pseudonyms. {conditions(house.policy, manifest.use)} That a record is here means "
        "that the stated policy, the notices and the choices on record allow it; it never means that this is lawful."
    )


def _organisation(house: House, about: About) -> dict[str, Json]:
    url: dict[str, Json] = {"url": about.url} if about.url else {}
    return {"@type": "sc:Organization", "name": about.name or house.platform, **url}


def _conditions(house: House, version: PublishedVersion) -> dict[str, Json]:
    """Return the offer in the place of a licence: nothing else gives a right to the data."""
    return {
        "@type": "sc:CreativeWork",
        "name": "the usage conditions",
        "url": f"{dataset_name(house, version)}:offer",
    }


def _languages(contents: Contents | None) -> dict[str, Json]:
    known = [one for one in contents.languages if one is not None] if contents else []
    return {"inLanguage": known} if known else {}


def _provenance(house: House, manifest: Manifest) -> dict[str, Json]:
    policy, log = manifest.policy, manifest.log
    activity: dict[str, Json] = {
        "@type": "prov:Activity",
        "prov:label": f"build by {manifest.code}",
        "prov:startedAtTime": format_moment(manifest.decided_at),
        "sayso:policy": policy.id,
        "sayso:policyVersion": policy.version or "none in force",
        "sayso:policyDigest": policy.digest,
        "sayso:logOrigin": log.origin,
        "sayso:logSize": log.size,
        "sayso:logRoot": log.root.hex(),
    }
    sources = [
        {"@id": urn(house.origin, "source", one.name), "sayso:digest": one.digest} for one in manifest.sources
    ]
    agent: dict[str, Json] = {"@type": "prov:Agent", "prov:label": house.platform}
    return {
        "prov:wasDerivedFrom": sources,
        "prov:wasGeneratedBy": activity,
        "prov:wasAttributedTo": agent,
        **({"sayso:previous": manifest.previous} if manifest.previous else {}),
    }


# Responsible AI


def _rai(
    house: House, version: PublishedVersion, manifest: Manifest, contents: Contents | None
) -> dict[str, Json]:
    used, rules = manifest.redaction, ruling_rules(house.policy, version)
    found: dict[str, Json] = {
        "rai:dataCollection": _collection(house, manifest),
        "rai:dataCollectionType": ["User-generated content data"],
        "rai:dataCollectionRawData": "Stays with the platform and is not part of the data set.",
        "rai:dataCollectionMissingData": "Records whose author's region decides and is not known are left out, and so are records "
        "whose author is not known: a doubt means no.",
        "rai:dataPreprocessingProtocol": [_redacting(manifest), *_taken(manifest)],
        "rai:dataManipulationProtocol": "Ids are pseudonyms that hold in this data set alone, moments are months. A member's records "
        "lie in one shard; a shard in which nothing changed is the same, bit for bit, in the next version.",
        "rai:personalSensitiveInformation": [
            REMAINS,
            *(f"{one.label}: {one.spans:,} taken out" for one in used.taken),
        ],
        "rai:dataBiases": list(_left_out(manifest)),
        "rai:dataLimitations": [REMAINS, *_recalls(manifest)],
        "rai:dataUseCases": [
            conditions(house.policy, manifest.use),
            *(_rule(one.disclosed) for one in rules if one.disclosed),
        ],
        "rai:dataReleaseMaintenancePlan": "What members take back is left out of the next version, and named in the feed of removals. "
        + promise(ruling_version(house.policy, version)),
    }
    if contents is not None and contents.first and contents.last:
        found["rai:dataCollectionTimeframe"] = [contents.first, contents.last]
    return found


def _collection(house: House, manifest: Manifest) -> str:
    sources = ", ".join(one.name for one in manifest.sources) or "no source"
    return f"What members of {house.platform} wrote there, brought in from {sources}."


def _redacting(manifest: Manifest) -> str:
    return f"Personal data was taken out by {manifest.redaction.version}; the column `redacted` counts it for each record."


def _taken(manifest: Manifest) -> Iterator[str]:
    for label, spans, records in manifest.redaction.taken:
        yield f"{label}: {spans:,} taken out, in {records:,} of the records"


def _recalls(manifest: Manifest) -> Iterator[str]:
    for label, words in recall_of(manifest.redaction.measured).items():
        yield f"{label}: the detectors find {words}"


def _left_out(manifest: Manifest) -> Iterator[str]:
    """Yield whom the gate left out: those who say no, or of whom too little is known, are not in it, and may write otherwise."""
    yield (
        f"{manifest.funnel.considered:,} records were considered and {manifest.rows:,} published. Who says no, was not told in time, "
        "or is not known well enough is not in it, and may write otherwise than who is."
    )
    for step in stages(manifest.funnel):
        if (step.denied or step.unknown) and step.name in LEFT_OUT:
            yield f"{step.name}: {step.denied + step.unknown:,} left out ({LEFT_OUT[step.name]})"


def _rule(disclosed: str) -> str:
    return f"Disclosed to members as: {disclosed}"


# Files and records


def _files(manifest: Manifest) -> Iterator[dict[str, Json]]:
    for shard in manifest.shards:
        yield {
            "@type": "cr:FileObject",
            "@id": shard.name,
            "name": shard.name,
            "description": f"{shard.rows:,} records of {shard.members:,} members",
            "contentUrl": shard.name,
            "encodingFormat": PARQUET,
            "sha256": shard.file_sha256,
        }


def _file_set() -> dict[str, Json]:
    return {
        "@type": "cr:FileSet",
        "@id": "shards",
        "name": "shards",
        "description": "All shards, in the folder beside this file.",
        "encodingFormat": PARQUET,
        "includes": "shards/*.parquet",
    }


def _records(manifest: Manifest) -> dict[str, Json]:
    return {
        "@type": "cr:RecordSet",
        "@id": "records",
        "name": "records",
        "description": f"The {manifest.rows:,} published records.",
        "key": {"@id": "records/record"},
        "field": [_field(name) for name in SCHEMA.names],
    }


def _field(name: str) -> dict[str, Json]:
    return {
        "@type": "cr:Field",
        "@id": f"records/{name}",
        "name": name,
        "description": _FIELDS[name],
        "dataType": "sc:Text",
        "source": {"fileSet": {"@id": "shards"}, "extract": {"column": name}},
    }
