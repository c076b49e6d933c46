"""Documentation of training data for California: AB 2013 (Civil Code, sections 3110 and 3111), its twelve items."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sayso.reports.answers import Given
from sayso.reports.document import STATED, Document, Field, Part, Section
from sayso.reports.facts import DatasetIn, Subject
from sayso.reports.filling import Filler
from sayso.reports.training import Training, training_of
from sayso.reports.wording import Words, counted, day, entries, listed, months, purpose_of, rule_table, span

KIND = "ab2013"

ITEMS = (
    "The sources or owners of the data sets",
    "How the data sets further the intended purpose of the system",
    "The number of data points",
    "The types of data points",
    "Copyright, trademark or patent, or public domain",
    "Whether the data sets were purchased or licensed",
    "Whether the data sets include personal information",
    "Whether the data sets include aggregate consumer information",
    "Cleaning, processing or other modification, and what for",
    "The period in which the data was collected",
    "The dates on which the data sets were first used in development",
    "Whether synthetic data generation was or is used",
)
"""The twelve items of section 3111(a), in short."""

_HIGH_LEVEL = (
    "High-level summary of the data sets used in the development of a generative AI system or service (Civil Code, section 3111(a)). "
    "Whether the section applies to the system is for people who know the law to say."
)


def ab2013(subject: Subject, given: Given) -> Document:
    """Return the documentation of data sets, or of those that a model stands on, item by item."""
    fill, training = Filler(given), training_of(subject)
    items = tuple(
        Section(f"item-{number}", f"({number})", title, tuple(make(subject, fill, training)))
        for number, (title, make) in enumerate(zip(ITEMS, _MAKERS, strict=True), 1)
    )
    return Document(
        KIND,
        "Training data documentation (California, AB 2013)",
        subject.names,
        subject.ground.made_at,
        subject.ground.grounds,
        (_developer(fill), *items),
        (_HIGH_LEVEL, STATED),
    )


def _developer(fill: Filler) -> Section:
    fields = (
        fill.asked("provider_name", "Developer", "provider_name"),
        fill.asked("provider_contact", "Contact", "provider_contact"),
    )
    return Section("developer", "", "Developer", fields)


def _each(subject: Subject) -> tuple[str, ...]:
    return tuple(f"data set manifest {one.digest}" for one in subject.datasets)


def _owners(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    names = tuple(
        f"{one.name}: {counted(one.records, 'record')} of {counted(one.members, 'member')}, last brought in on {day(one.last)}"
        for one in training.sources
    )
    found = names or ("None is named in the manifests.",)
    log = tuple(sorted(entry for one in training.sources for entry in one.entries))
    yield fill.known(
        "sources", "Sources, as they were brought in", *found, basis=(entries(log),) if log else ()
    )
    yield fill.asked("dataset_owners", "Owners", "dataset_owners")
    if training.base:
        yield fill.known("base", "Public texts under the model", *training.base, basis=("model manifest",))


def _purpose(subject: Subject, fill: Filler, training: Training) -> Iterator[Part]:
    words = Words(subject.ground.policy)
    uses = tuple(dict.fromkeys(f"{one.called}: {purpose_of(words, one.use)}" for one in subject.datasets))
    yield fill.known("purposes", "The use that each was decided and built for", *uses, basis=_each(subject))
    yield fill.asked("intended_purpose", "How that furthers the intended purpose", "intended_purpose")


def _number(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    each = [
        f"{one.called}: {counted(one.manifest.rows, 'record')} of {counted(one.manifest.members, 'member')}"
        for one in subject.datasets
    ]
    total = () if len(each) == 1 else (f"Together: {counted(training.rows, 'record')}",)
    yield fill.known("data_points", "Number of data points", *each, *total, basis=_each(subject))


def _types(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    kinds = training.kinds(Words(subject.ground.policy))
    yield fill.known("types", "Types of records", *kinds, basis=("the shards",))
    yield fill.known("languages", "Languages of the texts", *training.languages, basis=("the shards",))
    labels = "No labels by people: each record has its kind, its language, its month and counts of what redaction took out."
    yield fill.known("labels", "Labels", labels, basis=("the form of a data set",))


def _property(subject: Subject, fill: Filler, training: Training) -> Iterator[Part]:
    licences = (
        f"Records of the source {one.name} under the licence {name or 'not stated'}: {count:,}."
        for one in training.sources
        for name, count in one.licences
    )
    label = "Intellectual property in the data sets"
    yield fill.asked("intellectual_property", label, "intellectual_property", licences)


def _licensed(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    label = "Purchased or licensed by the developer"
    if fill.said("licensed_datasets") is None and fill.said("own_services_only"):
        answer = "No: members of the developer's own services made what the sources hold."
        yield fill.known("purchased", label, answer, basis=("answer own_services_only",))
    else:
        yield fill.asked("purchased", label, "licensed_datasets")


def _personal(subject: Subject, fill: Filler, training: Training) -> Iterator[Part]:
    answer = (
        "Yes, treat them as personal information (Civil Code, section 1798.140(v)): the records are what people wrote, under "
        "pseudonyms."
    )
    taken = (_taken(one) for one in subject.datasets)
    rest = "What detectors miss is still there."
    yield fill.known(
        "personal_information", "Personal information", answer, *taken, rest, basis=_each(subject)
    )
    version = subject.ground.version
    if version is not None:
        uses = [one.use for one in subject.datasets]
        yield rule_table(subject.ground.policy, version, uses, "personal_information_rules")


def _taken(dataset: DatasetIn) -> str:
    used = dataset.manifest.redaction
    spans = ", ".join(f"{one.label} {one.spans:,}" for one in used.taken) or "none"
    return f"Taken out of {dataset.called} before use, by class: {spans}."


def _aggregate(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    answer = "No: the data sets hold single records, and no figures about groups of consumers (Civil Code, section 1798.140(b))."
    yield fill.known(
        "aggregate_information", "Aggregate consumer information", answer, basis=("the form of a data set",)
    )


def _processed(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    for one in subject.datasets:
        funnel, used = one.manifest.funnel, one.manifest.redaction
        yield fill.known(
            f"processing_{one.manifest.name}",
            f"Processing of {one.called}",
            f"Of {counted(funnel.considered, 'record')}, those were left out that policy, notices and choices do not permit; "
            f"{counted(one.manifest.rows, 'record')} were published.",
            f"Personal data was taken out of the texts ({used.version}); members and records got pseudonyms; moments became months. "
            "What for: so that people are not found again in what a model learns.",
            basis=(f"data set manifest {one.digest}",),
        )


def _period(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    contents = training.contents
    written = months(contents.first_month, contents.last_month) if contents else "not known any more"
    arrived = [f"{one.name}: {span(one.first, one.last)}" for one in training.sources]
    yield fill.known("written", "The records were written", written, basis=("the shards",))
    yield fill.known(
        "collected", "They were brought into the project", *(arrived or ("not known",)), basis=("the log",)
    )
    yield fill.asked("collection_ongoing", "Does collection go on?", "collection_ongoing")


def _first_used(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    for one in subject.datasets:
        models = listed(list(one.models), "and")
        first = (
            "In no model yet." if one.first_trained is None else f"{day(one.first_trained)}, for {models}."
        )
        published = f"First published on {day(one.versions[0].at)} ({entries((one.versions[0].entry,))})."
        label = f"First use of {one.manifest.name} in training"
        yield fill.known(f"first_used_{one.manifest.name}", label, first, published, basis=("the log",))


def _synthetic(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    label = "Synthetic data generation"
    closed = fill.said("own_services_only") and (training.whole or fill.said("nothing_else"))
    if fill.said("synthetic") is None and closed:
        yield fill.known(
            "synthetic", label, "No: members made all records.", basis=("answer own_services_only",)
        )
    else:
        yield fill.asked("synthetic", label, "synthetic")


_MAKERS: tuple[Callable[[Subject, Filler, Training], Iterator[Part]], ...] = (
    _owners,
    _purpose,
    _number,
    _types,
    _property,
    _licensed,
    _personal,
    _aggregate,
    _processed,
    _period,
    _first_used,
    _synthetic,
)
"""What makes each item, in their order."""
