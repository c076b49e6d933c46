"""What a model, or data sets for one, were made of, as numbers and in words: sizes, languages, periods, and what lies underneath."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from sayso.reports.facts import Contents, DatasetIn, SourceIn, Subject
from sayso.reports.wording import Words, counted
from sayso.values.moments import Moment

SIZES = (
    (10**9, "Less than 1 billion tokens"),
    (10**13, "1 billion to 10 trillions tokens"),
    (None, "More than 10 trillions tokens"),
)
"""The ranges of the template for text, each with its first size beyond; its own words, a missing space apart."""

PUBLIC_BASE = "b40ff2f8786c8ed3d3bc57d04460d4f9b1dda7a3f0eae73b81130d9c179b4c73"
"""The digest of the base that comes with Sayso's suggestions (``models/weights/NOTICE``)."""

BASE_TEXTS = (
    "documentation of Python 3.11.7 (PSF-2.0)",
    "manuals of Django 5.2.19 (BSD-3-Clause)",
    "manuals of Sphinx 8.2.3 (BSD-2-Clause)",
    "manuals of pytest 8.4.2 (MIT)",
    "manuals of Flask 3.1.3 (BSD-3-Clause)",
    "conversations of chatterbot-corpus 1.3.3 (BSD-3-Clause)",
    "translations of homeassistant 2025.4.4 (Apache-2.0)",
)
"""What that base was made of: publicly available texts that no member wrote."""

_LANGUAGES = {
    "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "et": "Estonian", "fi": "Finnish", "fr": "French", "ga": "Irish", "hr": "Croatian", "hu": "Hungarian", "it": "Italian",
    "lt": "Lithuanian", "lv": "Latvian", "mt": "Maltese", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "sk": "Slovak", "sl": "Slovenian", "sv": "Swedish", "ar": "Arabic", "hi": "Hindi", "ja": "Japanese",
    "ko": "Korean", "nb": "Norwegian", "ru": "Russian", "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip
"""Names of languages by BCP 47 tag: the official ones of the Union, and some more."""


Counts: TypeAlias = tuple[tuple[str, int], ...]
GONE = "Not known any more: the bytes of a data set version were deleted."
"""What is said of what only the shards knew."""


SEEN_BY = {"public": "everybody", "network": "some members", "private": "nobody else"}
"""Who sees a record of which visibility."""


@dataclass(frozen=True, slots=True)
class Training:
    """Everything that a report's data sets hold together.

    ``contents`` is ``None`` where the bytes of one of them were deleted. ``base`` names the public texts under a model, ``underneath``
    the digest of a language model that lies under it (empty: none). ``whole`` tells that a model's manifest says what it was trained
    on: nothing else went in.
    """

    rows: int
    members: int
    contents: Contents | None
    sources: tuple[SourceIn, ...]
    base: tuple[str, ...] = ()
    underneath: str = ""
    unknown_base: bool = False
    whole: bool = False

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages with their shares, the most frequent first."""
        return self._shares(self.contents.languages, named) if self.contents else (GONE,)

    def kinds(self, words: Words) -> tuple[str, ...]:
        """Return the kinds of record with their shares, the most frequent first."""
        return self._shares(self.contents.categories, words.category) if self.contents else (GONE,)

    @property
    def visibilities(self) -> tuple[str, ...]:
        """Return who could see the records, with shares, the most frequent first."""
        return self._shares(self.contents.visibilities, SEEN_BY.__getitem__) if self.contents else (GONE,)

    def _shares(self, counts: Counts, name: Callable[[str], str]) -> tuple[str, ...]:
        return shares(counts, name) or ("Nothing: no record is in it.",)


def training_of(subject: Subject) -> Training:
    """Return what the data sets of a report hold together, and what lies under its model."""
    base = dict(subject.model.manifest.kind.settings) if subject.model else {}
    found = str(base.get("base", ""))
    return Training(
        sum(one.manifest.rows for one in subject.datasets),
        sum(one.manifest.members for one in subject.datasets),
        _together(subject.datasets),
        _sources(subject.datasets),
        BASE_TEXTS if found == PUBLIC_BASE else (),
        str(base.get("model", "")),
        bool(found) and found != PUBLIC_BASE and not base.get("model"),
        subject.model is not None,
    )


def _together(datasets: Iterable[DatasetIn]) -> Contents | None:
    parts = [one.contents for one in datasets]
    known = [one for one in parts if one is not None]
    if len(known) < len(parts):
        return None
    firsts = [one.first_month for one in known if one.first_month]
    lasts = [one.last_month for one in known if one.last_month]
    return Contents(
        added(one.categories for one in known),
        added(one.languages for one in known),
        added(one.visibilities for one in known),
        min(firsts, default=None),
        max(lasts, default=None),
        sum(one.text_bytes for one in known),
    )


def _sources(datasets: Iterable[DatasetIn]) -> tuple[SourceIn, ...]:
    found = {source.name: source for one in datasets for source in one.sources}
    return tuple(found[name] for name in sorted(found))


def added(parts: Iterable[Iterable[tuple[str, int]]]) -> tuple[tuple[str, int], ...]:
    """Return counts by name added up, the greatest first.

    >>> added([(("en", 1), ("de", 5)), (("en", 2),)])
    (('de', 5), ('en', 3))
    """
    sums: Counter[str] = Counter()
    for part in parts:
        for name, count in part:
            sums[name] += count
    return tuple(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))


def shares(counts: Iterable[tuple[str, int]], name: Callable[[str], str] = str) -> tuple[str, ...]:
    """Return counts with their shares in words, in the order given.

    >>> shares((("posts", 3), ("comments", 1)))
    ('posts: 75.0 % (3 records)', 'comments: 25.0 % (1 record)')
    """
    pairs = tuple(counts)
    total = sum(count for _, count in pairs) or 1
    return tuple(
        f"{name(one)}: {count / total:.1%}".replace("%", " %") + f" ({counted(count, 'record')})"
        for one, count in pairs
    )


def named(language: str) -> str:
    """Return a language's name with its tag; empty is not known.

    >>> named("de"), named("tlh"), named("")
    ('German (de)', 'tlh', 'not known')
    """
    if not language:
        return "not known"
    name = _LANGUAGES.get(language.split("-")[0].lower())
    return f"{name} ({language})" if name else language


def size_bin(text_bytes: int) -> str:
    """Return the template's range for a text's size, by the most tokens that it can have.

    No tokenizer that cuts bytes or characters makes more tokens than there are bytes in UTF-8, so the range is no guess where the
    bytes are fewer than its end.

    >>> size_bin(999_999_999), size_bin(10**9)
    ('Less than 1 billion tokens', '1 billion to 10 trillions tokens')
    """
    return next(words for end, words in SIZES if end is None or text_bytes < end)


def last_arrival(sources: Iterable[SourceIn]) -> Moment | None:
    """Return when anything of some sources was last brought in, ``None`` where there is none."""
    return max((one.last for one in sources), default=None)
