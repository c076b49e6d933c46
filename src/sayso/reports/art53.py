"""The public summary of training content: AI Act, Article 53(1)(d), by the template of the Commission (C(2025) 8311).

Every section and field of the template is there, in its order and under its numbers. What the manifest, the log and the policy know
is filled in; the rest is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from sayso.policy.model import Reach
from sayso.reports.answers import Given
from sayso.reports.art53_sources import shortcut, sources
from sayso.reports.document import STATED, Document, Field, Note, Section, State
from sayso.reports.facts import Subject, VersionIn
from sayso.reports.filling import Filler
from sayso.reports.training import GONE, Training, last_arrival, size_bin, training_of
from sayso.reports.update_clock import UpdateClock, update_clock
from sayso.reports.wording import (
    Words,
    counted,
    day,
    entries,
    forgetting_words,
    listed,
    month,
    months,
)

KIND = "art53"

_NOT_LAWFUL = (
    "This follows the template of the European Commission. Sayso does not judge whether the model is a general-purpose AI model to "
    "which Article 53 applies, nor whether its training was lawful."
)
_TEXT_ONLY = "None: the data sets hold text and nothing else."


def art53(subject: Subject, given: Given) -> Document:
    """Return the public summary for a model, or for data sets that a model is to be trained on."""
    fill, training = Filler(given), training_of(subject)
    clock = update_clock(given.summaries, _versions(subject))
    sections = (
        Section("summary", "", "This summary", tuple(_summary(subject, fill, given, clock))),
        Section("s1", "1", "General information", (), tuple(_general(subject, fill, training))),
        Section(
            "s2",
            "2",
            "List of data sources",
            shortcut(fill, training),
            tuple(sources(subject, fill, training)),
        ),
        Section("s3", "3", "Data processing aspects", (), tuple(_processing(subject, fill))),
        Section("clock", "", "When the next update is due", tuple(_due(subject, clock))),
    )
    return Document(
        KIND,
        "Public summary of training content (AI Act, Article 53(1)(d))",
        subject.names,
        subject.ground.made_at,
        subject.ground.grounds,
        sections,
        (_NOT_LAWFUL, STATED),
    )


def clock_of(subject: Subject, given: Given) -> UpdateClock:
    """Return the clock of the summary of a model, or of data sets."""
    return update_clock(given.summaries, _versions(subject))


def _versions(subject: Subject) -> tuple[VersionIn, ...]:
    if subject.model is not None:
        return subject.model.versions
    return tuple(one for dataset in subject.datasets for one in dataset.versions)


def _summary(subject: Subject, fill: Filler, given: Given, clock: UpdateClock) -> Iterator[Field | Note]:
    before = len(given.summaries)
    yield fill.known(
        "summary_version",
        "Version of the summary",
        f"{before + 1}",
        basis=(f"{_many(before)} published before, by the answers",),
    )
    links = tuple(f"{day(one.at)}: {one.address or 'no address given'}" for one in given.summaries)
    label, question = "Previous versions, with links", "published_summaries"
    if links:
        yield Field("previous_summaries", label, State.GIVEN, links, (question,), (), question)
    else:
        yield fill.asked("previous_summaries", label, question)
    yield fill.known("last_update", "Last update", day(subject.ground.made_at), basis=("the day of making",))
    if clock.newer is not None:
        yield Note(_replaced(clock.newer), warning=True)


def _many(summaries: int) -> str:
    return counted(summaries, "summary", "summaries") if summaries else "no summary"


def _replaced(newer: VersionIn) -> str:
    what = f"Version {newer.version} of it was published on {day(newer.at)}, after the last summary"
    return f"{what} ({entries((newer.entry,))}): that summary is out of date, and this one is to replace it."


# 1. General information


def _general(subject: Subject, fill: Filler, training: Training) -> Iterator[Section]:
    yield Section(
        "s1-1",
        "1.1",
        "Provider identification",
        (
            fill.asked("provider_name", "Provider name", "provider_name", _by(subject)),
            fill.asked("provider_contact", "Provider contact details", "provider_contact"),
            fill.asked(
                "authorised_representative",
                "Authorised representative, name and contact details",
                "authorised_representative",
            ),
        ),
    )
    yield Section("s1-2", "1.2", "Model identification", tuple(_model(subject, fill, training)))
    parts = (*_modalities(subject, fill, training), *_characteristics(subject, fill, training))
    yield Section(
        "s1-3", "1.3", "Modalities, overall training data size and other characteristics", tuple(parts)
    )


def _by(subject: Subject) -> tuple[str, ...]:
    names = {one.id: one.name for one in subject.ground.policy.recipients}
    found = dict.fromkeys(names.get(one.use.recipient, one.use.recipient) for one in subject.datasets)
    return (f"The data sets were made for use by {listed(list(found), 'and')}.",)


def _model(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    model, label = subject.model, "Versioned model name(s)"
    if model is None:
        models = sorted({name for one in subject.datasets for name in one.models})
        known = f"Trained on these data sets so far: {listed(models, 'and')}." if models else "None yet."
        yield fill.known("model_name", label, known, basis=("the log",))
    else:
        kind = model.manifest.kind
        yield fill.known(
            "model_name",
            label,
            f"{model.called}, of the kind {kind.name} ({kind.version})",
            basis=(f"model manifest {model.digest}", entries((model.this.entry,))),
        )
    yield _dependencies(subject, fill, training)
    yield fill.asked("market_date", "Date of placement on the Union market", "market_date", _made(subject))


def _dependencies(subject: Subject, fill: Filler, training: Training) -> Field:
    label = "Model dependencies, with a link to the summary of the model it was built on"
    if subject.model is not None and not training.underneath and not training.unknown_base:
        return fill.known(
            "model_dependencies", label, "None: no other model lies under it.", basis=("model manifest",)
        )
    findings = (
        f"It was trained over a frozen language model with the digest {training.underneath}. Only what was added to it is "
        "reported here, as the template asks of whoever modifies a model.",
    )
    return fill.asked("model_dependencies", label, "base_model", findings if training.underneath else ())


def _made(subject: Subject) -> tuple[str, ...]:
    if subject.model is None:
        return ()
    made = subject.model.this
    return (f"This version was made on {day(made.at)} ({entries((made.entry,))}).",)


def _modalities(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    contents, rows = training.contents, counted(training.rows, "record")
    held = f"Yes: {rows} of {counted(training.members, 'member')}."
    yield fill.known("modality_text", "Text: included", held, basis=("data set manifests",))
    label = "Text: training data size"
    if contents is None:
        yield fill.known("size_text", label, GONE, "Their number of records is above.", basis=("the log",))
    else:
        most = (
            f"At most {contents.text_bytes:,} tokens: the texts have {contents.text_bytes:,} bytes in UTF-8."
        )
        base = ("The public texts under the model are not counted.",) if training.base else ()
        yield fill.known(
            "size_text", label, size_bin(contents.text_bytes), most, *base, basis=("the shards",)
        )
    kinds = training.kinds(Words(subject.ground.policy))
    yield fill.known("content_text", "Text: types of content", *kinds, basis=("the shards",))
    for name in ("Image", "Audio", "Video", "Other"):
        key = name.lower()
        yield fill.known(
            f"modality_{key}",
            f"{name}: included, size and types of content",
            _TEXT_ONLY,
            basis=("data set manifests",),
        )


def _characteristics(subject: Subject, fill: Filler, training: Training) -> Iterator[Field]:
    arrived, contents = last_arrival(training.sources), training.contents
    numbers = tuple(sorted(entry for one in training.sources for entry in one.entries))
    written = months(contents.first_month, contents.last_month) if contents else "not known"
    yield fill.known(
        "latest_acquisition",
        "Latest date of data acquisition or collection (MM/YYYY)",
        "not known" if arrived is None else month(arrived),
        f"The records themselves were written in: {written}.",
        basis=(entries(numbers), "the shards") if numbers else (),
    )
    yield fill.asked(
        "continuously_trained",
        "Is the model continuously trained on new data?",
        "continuously_trained",
        _trainings(subject),
    )
    yield fill.known("languages", "Linguistic characteristics", *training.languages, basis=("the shards",))
    yield fill.asked("other_characteristics", "Other relevant characteristics", "other_characteristics")
    yield fill.asked("comments_general", "Additional comments (optional)", "comments_general")


def _trainings(subject: Subject) -> tuple[str, ...]:
    if subject.model is None:
        return ()
    made = [f"v{one.version:04d} on {day(one.at)}" for one in subject.model.versions]
    forgot = subject.model.manifest.forgot
    why = "; this version was made so that members are forgotten" if forgot else ""
    return (f"Versions in the log: {listed(made, 'and')}{why}.",)


# 3. Data processing aspects


def _processing(subject: Subject, fill: Filler) -> Iterator[Section]:
    reservations = (
        fill.asked("code_of_practice", "Signatory of the Code of Practice", "code_of_practice"),
        fill.asked(
            "reservation_measures",
            "Measures to respect reservations of rights against text and data mining, and opt-out protocols honoured",
            "reservation_measures",
            _opt_outs(subject),
        ),
        fill.asked("comments_reservations", "Additional comments (optional)", "comments_reservations"),
    )
    yield Section(
        "s3-1",
        "3.1",
        "Respect of reservation of rights from the text and data mining exception",
        reservations,
    )
    label = "Measures to avoid or remove illegal content under Union law"
    illegal = fill.asked("illegal_content_measures", label, "illegal_content_measures")
    yield Section("s3-2", "3.2", "Removal of illegal content", (illegal,))
    yield Section("s3-3", "3.3", "Other information (optional)", tuple(_other(subject, fill)))


def _opt_outs(subject: Subject) -> Iterator[str]:
    version, policy = subject.ground.version, subject.ground.policy
    if version is None:
        return
    uses = [one.use for one in subject.datasets]
    for control in version.controls:
        if any(control.touches(use, policy.purposes) for use in uses):
            kind = str(control.kind).replace("-", " ")
            what = "what exists, too" if control.reach is Reach.RETROACTIVE else "later uses"
            yield f"Members can say no by “{control.label or control.id}” ({kind}); a no reaches {what}."
    yield forgetting_words(version.forgetting)


def _other(subject: Subject, fill: Filler) -> Iterator[Field]:
    yield fill.asked("other_information", "Other information", "other_information")
    for dataset in subject.datasets:
        used = dataset.manifest.redaction
        taken = sum(one.spans for one in used.taken)
        what = f"{counted(taken, 'passage')} of personal data were taken out of the texts before training, by {used.version}."
        yield fill.known(
            f"redaction_{dataset.manifest.name}",
            f"Personal data taken out of {dataset.called}",
            what if taken else "Nothing that the detectors know was in the texts.",
            "What detectors miss is still there: the texts are to be treated as personal data.",
            basis=(f"data set manifest {dataset.digest}",),
        )


def _due(subject: Subject, clock: UpdateClock) -> Iterator[Field | Note]:
    fill = Filler(Given())
    start = (
        "the last summary was published" if clock.published else "the first version was published in the log"
    )
    yield Note(
        "Not a field of the template: the summary is to be updated at least every six months, and when the model changes."
    )
    yield fill.known(
        "next_update",
        "Next update due by",
        day(clock.last_day),
        f"Six months from {day(clock.since)}, when {start}.",
        basis=("the answers",) if clock.published else ("the log",),
    )
    if clock.is_overdue(subject.ground.made_at):
        yield Note(f"Overdue: an update was due by {day(clock.last_day)}.", warning=True)
    if clock.newer is not None:
        yield Note(_replaced(clock.newer), warning=True)
