"""Makings for the tests of reports: facts whose every part is fixed."""

from __future__ import annotations

from dataclasses import replace

from sayso.dataset.funnel import Withheld, tally
from sayso.dataset.manifest import LogUsed, Manifest, PolicyUsed, Shard, SourceUsed, manifest_digest
from sayso.dataset.taken import Recall, RedactionUsed, Taken
from sayso.intake.policies import load_policy
from sayso.models.manifest import Forgot, KindUsed, ModelManifest, TrainedOn, model_digest
from sayso.reports.answers import NOTHING, Given, read_answers
from sayso.reports.document import Grounds
from sayso.reports.facts import (
    Contents,
    DatasetIn,
    Ground,
    Handed,
    ModelIn,
    NoticeSent,
    SourceIn,
    Subject,
    VersionIn,
)
from sayso.reports.questions import QUESTIONS, Answers
from sayso.reports.training import PUBLIC_BASE
from sayso.values.decisions import Outcome, Reason, Verdict
from sayso.values.moments import Moment, parse_moment
from sayso.values.uses import Use

NOW = parse_moment("2026-11-23T08:00:00Z")
POLICY = load_policy("opt-out-with-notice")
USE = Use("content-generation", "platform")
GROUNDS = Grounds("sayso/forum", 389, "5c" * 32, POLICY.id, POLICY.digest, "2024-02-01", "sayso/0.1.0")
NOTICE = NoticeSent(
    "2024-02-01",
    parse_moment("2024-02-01"),
    parse_moment("2024-02-01"),
    "e-mail",
    (116,),
)


def ground(at: Moment = NOW) -> Ground:
    """Return a project under a house policy, in which one notice was given to everyone."""
    return Ground(POLICY, (NOTICE,), at, GROUNDS)


def source(name: str = "forum") -> SourceIn:
    """Return a source that was brought in twice."""
    first, last = parse_moment("2026-01-02T03:00:00Z"), parse_moment("2026-02-03T04:00:00Z")
    return SourceIn(name, first, last, (1, 40), 200, 2721, (("CC BY-SA 4.0", 2700), ("", 21)))


def manifest(name: str = "writers", rows: int = 511, use: Use = USE) -> Manifest:
    """Return the manifest of the third version of a data set."""
    return Manifest(
        name,
        3,
        use,
        PolicyUsed(POLICY.id, POLICY.digest, "2024-02-01"),
        parse_moment("2026-03-04T05:00:00Z"),
        LogUsed("sayso/forum", 386, bytes(range(32))),
        (SourceUsed("forum", "sha256:" + "cd" * 32),),
        RedactionUsed(
            "sayso-redact/3", "0" * 64, (Taken("EMAIL", 10, 9),), (Recall("EMAIL", "planted", 86, 92),)
        ),
        "sayso/0.1.0",
        (Shard("shards/0000.parquet", "01" * 32, "02" * 32, rows, min(rows, 82)),),
        tally(
            [
                (Outcome(Verdict.DENY, Reason.SAID_NO), 7),
                (Outcome(Verdict.PERMIT, Reason.OPTED_IN), rows + 2),
            ],
            [(Withheld.NOTHING_LEFT, 2)],
        ),
        "0123456789abcdef",
        "sha256:" + "ef" * 32,
    )


def contents() -> Contents:
    """Return what the shards of that version hold."""
    return Contents(
        (("comment", 300), ("post", 211)),
        (("en", 400), ("de", 100), ("", 11)),
        (("public", 511),),
        "2023-01",
        "2026-02",
        81_146,
    )


def versions(of: str, *days: str) -> tuple[VersionIn, ...]:
    """Return versions that were logged on some days, the first of them purged where there are several."""
    return tuple(
        VersionIn(number, 380 + number, parse_moment(day), f"sha256:{of}{number}")
        for number, day in enumerate(days, 1)
    )


def dataset(name: str = "writers", use: Use = USE) -> DatasetIn:
    """Return the third version of a data set, which a model was trained on."""
    whole = manifest(name, use=use)
    logged = versions("d", "2026-03-01", "2026-03-02", "2026-03-04")
    return DatasetIn(
        whole,
        manifest_digest(whole),
        logged[-1],
        logged,
        contents(),
        (source(),),
        (Handed(2, "licensee", parse_moment("2026-03-03"), 385),),
        ("writers-suggestions",),
        parse_moment("2026-03-02"),
    )


def model(base: str = PUBLIC_BASE, **settings: str) -> ModelIn:
    """Return the second version of a model of suggestions over a base."""
    data = manifest()
    whole = ModelManifest(
        "writers-suggestions",
        2,
        KindUsed(
            "suggestions",
            "sayso-suggestions/1",
            (("at_least", 3), *((("base", base),) if base else ()), *settings.items()),
        ),
        USE,
        TrainedOn("writers", 3, manifest_digest(data), data.rows, data.members),
        parse_moment("2026-03-05"),
        LogUsed("sayso/forum", 387, bytes(range(32))),
        "sha256:" + "11" * 32,
        "sha256:" + "22" * 32,
        (),
        "sayso/0.1.0",
        Forgot(2, 1, 0, "sha256:" + "33" * 32, "sha256:" + "44" * 32),
        "sha256:" + "55" * 32,
    )
    logged = versions("m", "2026-03-02", "2026-03-05")
    return ModelIn(whole, model_digest(whole), logged[-1], logged)


def of_model(**parts: str) -> Subject:
    """Return a model with the data set that it stands on."""
    return Subject(ground(), (dataset(),), model(**parts))


def of_datasets(use: Use = USE) -> Subject:
    """Return a data set."""
    return Subject(ground(), (dataset(use=use),))


def at(subject: Subject, day: str) -> Subject:
    """Return a subject as it was asked for on another day."""
    return replace(subject, ground=ground(parse_moment(day)))


def given(**answers: str) -> Given:
    """Return answers, each as it would be written in the file."""
    lines = [f"{key}: {value}" for key, value in answers.items()]
    return read_answers("\n".join(["sayso_answers: 1", *lines]), "answers.yaml") if answers else NOTHING


_PLAIN = {Answers.TEXT: "said of {}", Answers.LIST: "[one of {0}, two of {0}]", Answers.YES_NO: "yes"}


def everything() -> Given:
    """Return an answer to every question, a yes wherever there is a yes to give."""
    answers = {one.key: _PLAIN.get(one.kind, "2026-03-01").format(one.key) for one in QUESTIONS}
    answers["published_summaries"] = "[2026-03-01 https://example.org/1, 2026-06-01 https://example.org/2]"
    return given(**answers)
