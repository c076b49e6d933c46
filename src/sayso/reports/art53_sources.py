"""Section 2 of the public summary: where the data is from.

What a data set of Sayso holds is records of members, each with its author's standing: that is user data. Whether anything else
went into a model, the model's manifest says; for a data set alone a person has to.
"""

from __future__ import annotations

from collections.abc import Iterator

from sayso.reports.document import Field, Note, Part, Section
from sayso.reports.facts import Subject
from sayso.reports.filling import Filler
from sayso.reports.training import Training
from sayso.reports.wording import Words, counted, day, entries, listed, notice_table, purpose_of, rule_table

AI_CATEGORIES = frozenset({"ai-prompt", "ai-output", "ai-conversation"})
"""Categories of records that members made with an AI model."""

_COMMENTS = "Additional comments (optional)"
_NO = "No."


def sources(subject: Subject, fill: Filler, training: Training) -> Iterator[Section]:
    """Yield the six subsections of section 2."""
    closed = _closed(fill, training)
    yield Section("s2-1", "2.1", "Publicly available datasets", tuple(_public(fill, training, closed)))
    private = (
        Section(
            "s2-2-1",
            "2.2.1",
            "Datasets commercially licensed by rightsholders or their representatives",
            tuple(_licensed(fill, closed)),
        ),
        Section(
            "s2-2-2",
            "2.2.2",
            "Private datasets obtained from other third parties",
            tuple(_third(subject, fill, closed)),
        ),
    )
    yield Section(
        "s2-2", "2.2", "Private non-publicly available datasets obtained from third parties", (), private
    )
    yield Section(
        "s2-3", "2.3", "Data crawled and scraped from online sources", tuple(_crawled(fill, closed))
    )
    yield Section("s2-4", "2.4", "User data", tuple(_user(subject, fill, training)))
    yield Section("s2-5", "2.5", "Synthetic data", tuple(_synthetic(fill, closed)))
    yield Section("s2-6", "2.6", "Other sources of data", tuple(_other(fill, closed)))


def shortcut(fill: Filler, training: Training) -> tuple[Note, ...]:
    """Return what saves whoever answers from saying no six times, where it is not used yet."""
    if _closed(fill, training):
        return ()
    keys = "own_services_only" if training.whole else "own_services_only and nothing_else"
    return (
        Note(
            f"A yes to {keys} answers the questions of 2.1, 2.2, 2.3, 2.5 and 2.6 with no, unless something else is said."
        ),
    )


def _closed(fill: Filler, training: Training) -> tuple[str, ...]:
    """Return what says that nothing but members' records of the provider's own services went in; empty where nothing does."""
    if fill.said("own_services_only") is not True:
        return ()
    if training.whole and not training.unknown_base:
        return ("model manifest", "answer own_services_only")
    return ("answers nothing_else and own_services_only",) if fill.said("nothing_else") else ()


def _gate(fill: Filler, id: str, label: str, key: str, closed: tuple[str, ...]) -> tuple[Field, bool | None]:
    """Return the field that opens a subsection, and whether it is open (``None``: nobody has said)."""
    said = fill.said(key)
    if said is None and closed:
        return fill.known(id, label, _NO, basis=closed), False
    return fill.asked(id, label, key), said


def _public(fill: Filler, training: Training, closed: tuple[str, ...]) -> Iterator[Field]:
    label = "Were publicly available datasets used to train the model?"
    if training.base:
        yield fill.known(
            "public_datasets", label, "Yes: texts under what members taught it.", basis=("model manifest",)
        )
        yield fill.known("public_datasets_modalities", "Modalities", "Text", basis=("model manifest",))
        yield fill.known(
            "public_datasets_list",
            "List of large publicly available datasets",
            *training.base,
            basis=("model manifest",),
        )
        yield fill.asked(
            "public_datasets_other",
            "Description of other publicly available datasets",
            "public_datasets_other",
        )
    else:
        field, is_open = _gate(fill, "public_datasets", label, "public_datasets", closed)
        yield field
        yield fill.branch("public_datasets_modalities", "Modalities", "public_datasets_modalities", is_open)
        yield fill.branch(
            "public_datasets_list",
            "List of large publicly available datasets",
            "public_datasets_list",
            is_open,
        )
        label = "Description of other publicly available datasets"
        yield fill.branch("public_datasets_other", label, "public_datasets_other", is_open)
    yield fill.asked("comments_public", _COMMENTS, "comments_public")


def _licensed(fill: Filler, closed: tuple[str, ...]) -> Iterator[Field]:
    label = "Were licensing agreements concluded with rightsholders or their representatives?"
    field, is_open = _gate(fill, "licensed_datasets", label, "licensed_datasets", closed)
    yield field
    yield fill.branch("licensed_modalities", "Modalities", "licensed_modalities", is_open)


def _third(subject: Subject, fill: Filler, closed: tuple[str, ...]) -> Iterator[Field]:
    label = "Were private datasets obtained from other third parties?"
    opened: tuple[Field, bool | None]
    if _is_recipient_other(subject):
        known = "Yes: the data sets named here were handed on by the platform whose members made the records."
        opened = fill.known("third_party_datasets", label, known, basis=("data set manifests",)), True
    else:
        opened = _gate(fill, "third_party_datasets", label, "third_party_datasets", closed)
    field, is_open = opened
    yield field
    yield fill.branch("third_party_modalities", "Modalities", "third_party_modalities", is_open)
    yield fill.branch(
        "third_party_list", "List of those that are publicly known", "third_party_list", is_open
    )
    label = "Description of those that are not publicly known"
    yield fill.branch("third_party_description", label, "third_party_description", is_open)
    yield fill.asked("comments_third_party", _COMMENTS, "comments_third_party")


def _is_recipient_other(subject: Subject) -> bool:
    kinds = {one.id: one.kind for one in subject.ground.policy.recipients}
    return any(kinds.get(one.use.recipient) != "platform" for one in subject.datasets)


_CRAWLED = (
    ("crawler_names", "Crawler names or identifiers"),
    ("crawler_purposes", "Purposes of the crawlers"),
    ("crawler_behaviour", "General description of crawler behaviour"),
    ("crawler_period", "Period of data collection (MM/YYYY to MM/YYYY)"),
    ("crawler_content", "Type of content and online sources crawled"),
    ("crawler_modalities", "Modalities"),
    ("crawler_domains", "Summary of the most relevant domain names"),
)


def _crawled(fill: Filler, closed: tuple[str, ...]) -> Iterator[Field]:
    label = "Were crawlers used by the provider or on its behalf?"
    field, is_open = _gate(fill, "crawlers", label, "crawlers", closed)
    yield field
    for key, words in _CRAWLED:
        yield fill.branch(key, words, key, is_open)
    yield fill.asked("comments_crawlers", _COMMENTS, "comments_crawlers")


# 2.4 User data: what Sayso knows best


def _user(subject: Subject, fill: Filler, training: Training) -> Iterator[Part]:
    counts = dict(training.contents.categories) if training.contents else {}
    with_ai = sum(count for name, count in counts.items() if name in AI_CATEGORIES)
    yield _interactions(fill, training, with_ai)
    yield _services(subject, fill, training, with_ai)
    yield fill.asked(
        "services_description",
        "General description of these services or products",
        "services_description",
        _purposes(subject),
    )
    yield fill.known("user_modalities", "Modalities", "Text", basis=("the shards",))
    yield fill.asked("comments_user_data", _COMMENTS, "comments_user_data")
    url = fill.asked(
        "privacy_policy_url", "Where purposes, legal bases and notices are published", "privacy_policy_url"
    )
    yield Note(
        "Beyond the template: purpose, legal basis and notice for this user data (GDPR, Articles 13 and 14)."
    )
    yield url
    seen = training.visibilities
    yield fill.known("user_data_visibility", "Who could see these records", *seen, basis=("the shards",))
    version = subject.ground.version
    if version is not None:
        yield rule_table(
            subject.ground.policy, version, [one.use for one in subject.datasets], "user_data_rules"
        )
    yield notice_table(subject.ground.notices, "user_data_notices")


def _interactions(fill: Filler, training: Training, with_ai: int) -> Field:
    label = "Was data from user interactions with the AI model used to train it?"
    if training.contents is None:
        return fill.known(
            "user_data_model", label, "Not known any more: the bytes of a data set version were deleted."
        )
    answer = (
        f"Yes: {counted(with_ai, 'record')}."
        if with_ai
        else "No: no record of such a category is in the data sets."
    )
    return fill.known("user_data_model", label, answer, basis=("the shards",))


def _services(subject: Subject, fill: Filler, training: Training, with_ai: int) -> Field:
    label = "Was data from user interactions with the provider's other services or products used to train it?"
    if _is_recipient_other(subject):
        return fill.moot(
            "user_data_services",
            label,
            "The records are of members of another provider's service: see 2.2.2.",
        )
    rest = training.rows - with_ai
    names = listed([one.name for one in training.sources], "and") or "none"
    many = "source" if len(training.sources) == 1 else "sources"
    answer = f"Yes: {counted(rest, 'record')} of members, from the {many} {names}." if rest else _NO
    return fill.known(
        "user_data_services", label, answer, basis=_arrivals(training) or ("data set manifests",)
    )


def _arrivals(training: Training) -> tuple[str, ...]:
    return tuple(
        f"{one.name}: {entries(one.entries)}, {day(one.first)}" for one in training.sources if one.entries
    )


def _purposes(subject: Subject) -> tuple[str, ...]:
    words = Words(subject.ground.policy)
    uses = dict.fromkeys(purpose_of(words, one.use) for one in subject.datasets)
    return tuple(f"Used for {use}." for use in uses)


# 2.5 and 2.6


def _synthetic(fill: Filler, closed: tuple[str, ...]) -> Iterator[Field]:
    label = "Was synthetic AI-generated data created to train the model?"
    field, is_open = _gate(fill, "synthetic", label, "synthetic", closed)
    yield field
    yield fill.branch("synthetic_modalities", "Modalities", "synthetic_modalities", is_open)
    label = "General-purpose AI models used to generate it, with their summaries"
    yield fill.branch("synthetic_models", label, "synthetic_models", is_open)
    label = "Other AI models used, the provider's own included"
    yield fill.branch("synthetic_other_models", label, "synthetic_other_models", is_open)
    yield fill.asked("comments_synthetic", _COMMENTS, "comments_synthetic")


def _other(fill: Filler, closed: tuple[str, ...]) -> Iterator[Field]:
    field, is_open = _gate(fill, "other_sources", "Were other data sources used?", "other_sources", closed)
    yield field
    yield fill.branch(
        "other_sources_description", "Description of these sources", "other_sources_description", is_open
    )
    yield fill.asked("comments_other_sources", _COMMENTS, "comments_other_sources")
