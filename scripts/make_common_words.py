"""Writes the two word lists of the directory matcher: words that are more often no name, and places.

    pip install faker mimesis
    python scripts/make_common_words.py src/sayso/redact/data

Both sources are under the MIT licence: Faker (words of its ``lorem`` providers, names) and Mimesis (words, names, cities, countries).
"""

from __future__ import annotations

import importlib
import json
import sys
from importlib.resources import files
from itertools import chain
from pathlib import Path

from sayso.redact.folding import folded

LOCALES = (
    "cs",
    "da",
    "de",
    "en",
    "es",
    "fr",
    "hu",
    "it",
    "nl",
    "no",
    "pl",
    "pt",
    "pt-br",
    "ru",
    "sv",
    "tr",
    "uk",
)
LOREM = ("cs_CZ", "da_DK", "de_DE", "en_US", "es_ES", "fr_FR", "it_IT", "nl_BE", "pl_PL", "ru_RU", "uk_UA")
# Names that are ordinary words too: the sources above hold them among their words next to names that are not.
BOTH = """
amber angel art august autumn ben bill bishop black blue bob brown buck bush carol chance chase chip christian chuck clay
cliff colt cook crystal dale dawn daisy dean destiny don dot drew duke earl early eden eve faith fall fern field fisher flora
ford forest fox frank gale gay gene gift ginger glen grace grant gray green guy hall harmony harry hazel heath heather heaven
herb hill holly honey hope hunter iris ivory ivy jack jade jasmine jay jean jewel jimmy john joy judge june justice king kit
knight lake lance lane laurel law lee lily long lord love lucky major marina mark market marsh marshall mason max may melody
mercy mike mill miles miller mine misty monk moon moss nick norm north ocean olive opal page paris park pat patience pearl
penny peg pepper pete phoenix pierce pink piper poppy porter pot potter price pride prince queen rain randy ray red reed rich
river rob robin rock rod roman rose rosemary rowan ruby rush rusty sage sally sandy savanna say scarlet scott serenity shade
sharp shell silver sky smith song south star stark steel stone storm sue summer sunny tanner taylor terra tiger tony trinity
trip trinity turner van victor victoria viola violet wade walker ward warren water wayne west white will willow win winter
wolf wood woods young mai an bo do go ha he ho hu in is la le li lo lu ma mi mo my na ni no o on or pa ran san sang see shall
she so son su sun ta tan tang the ti to tu tuan wan wang wen wu xu ye yes yi you yu linda bella clara felix dolores luz paz
sol mar rosa blanca iris consuelo alba aurora estrella rey angel leon marina gloria victoria paloma pilar reyes flores cruz
campos rios ramos serra silva costa santos reis rocha moreira wolf fuchs vogel koch bauer klein gross lang kurz schwarz weiss
jung ernst frei stern wald winter sommer berg stein blum rosen haas lange kaiser petit grand blanc noir roi leroy boulanger
berger fontaine rose marguerite aime pierre olivier luc de den der het van vos bakker visser smit mulder jong groot wit zwart
bianchi rossi verdi bruno serena gioia luce stella bianca rosso conti greco marino fiore vita nova vera nadia nadezhda lyubov
вера надежда любовь роман слава лев майя роза лилия
""".split()


def words() -> set[str]:
    named = names()
    found = set(chain.from_iterable(_text(locale).get("words", []) for locale in LOCALES))
    lorem = (
        importlib.import_module(f"faker.providers.lorem.{locale}").Provider.word_list for locale in LOREM
    )
    plain = set(map(folded, chain.from_iterable(lorem)))
    return {word for word in map(folded, found) if word not in named} | plain | set(map(folded, BOTH))


def places() -> set[str]:
    held = [_address(locale) for locale in LOCALES]
    found = set(chain.from_iterable(data.get("city", []) for data in held))
    for data in held:
        found |= set(
            chain.from_iterable(_leaves(data.get(kind, [])) for kind in ("country", "continent", "state"))
        )
    return set(map(folded, found))


def names() -> set[str]:
    found: set[str] = set()
    for locale in LOCALES:
        data = json.loads(_data(locale, "person"))
        found |= set(_leaves(data["names"])) | set(_leaves(data["surnames"]))
    return set(map(folded, found))


def _leaves(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value
    return [leaf for part in inner for leaf in _leaves(part)]  # type: ignore[attr-defined]


def _text(locale: str) -> dict[str, list[str]]:
    return json.loads(_data(locale, "text"))


def _address(locale: str) -> dict[str, list[str]]:
    return json.loads(_data(locale, "address"))


def _data(locale: str, kind: str) -> str:
    return (files("mimesis") / "datasets" / locale / f"{kind}.json").read_text(encoding="utf-8")


def main(folder: Path) -> None:
    for name, found in (("common_words.txt", words()), ("places.txt", places() - words())):
        kept = sorted(word for word in found if word and " " not in word and not word.isdecimal())
        (folder / name).write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
