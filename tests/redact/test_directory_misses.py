"""No mention of a member who said no is missed: 10,000 generated posts with their names in every form that people write."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator

import pytest

from sayso.redact.directory import Directory, Entry, Mentions
from sayso.redact.folding import folded
from sayso.redact.spans import Span

GIVEN = """
Ada Grace Will Rose Mai Mark Hope Art Jürgen Søren Łukasz José Zoë Françoise Anna Katarzyna Ondřej Björn Chloé Nuño Marta Dagný
Agnieszka Tomáš Ingrid Beatriz Aurélie Günther Siân Niamh Vojtěch Renée Þóra Đorđe Jean-Luc Anna-Maria Will Li Bo Дмитрий Ольга
""".split()
SURNAMES = """
Lovelace Hopper Page Young Müller Straße Østergård Żółkiewska García Núñez Dvořáková Kowalczyk Brontë Saint-Exupéry O'Hara
Schröder Goethe Ångström Fernández Wójcik Nováková Lindqvist Abernathy Quackenbush Featherstone Vandermeer Castellanos Iwaszkiewicz
Hernández Björklund Bianchi Da-Silva Whittingham Krzyżanowski Oyelaran Thistlewood Петров Кузнецова Bell Stone Frost Moon
""".split()
ORDINARY = "the dev will sunshine page".split()
TEMPLATES = (
    "I think {} is right about that.",
    "thanks {}, that helped",
    "{} wrote this yesterday",
    "as ({}) said: no",
    "did you ask {}?",
    "Ich habe mit {} gesprochen.",
    "Danke {}!",
    "Merci à {} pour la réponse",
    "Gracias a {} por todo",
    "Zapytaj {} o to",
    "viděl jsem {} včera",
    "Спасибо {} за ответ",
    "ik zag {} gisteren",
    "Obrigado {}; foi ótimo",
    "«{}»",
    "*{}* and **{}**",
    "cc:{}\n\nbest",
    "😀{}😀",
)
HANDLE_TEMPLATES = (
    "ask @{}",
    "https://example.org/users/{}",
    "see example.org/{} now",
    "@{}: no",
    "(@{})",
    "RT @{}…",
)
NORDIC = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa"}
)
STROKES = str.maketrans("łŁøØđĐ", "lLoOdD")
CASES = (
    "s",
    "'s",
    "’s",
    "a",
    "u",
    "om",
    "em",
    "e",
    "y",
    "ovi",
    "ą",
    "ę",
    "owi",
    "ów",
    "ego",
    "emu",
    "n",
    "chen",
    "ito",
    "ita",
)


def _stripped(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.translate(STROKES))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _with_case(given: str, surname: str, chance: random.Random) -> str:
    ending = chance.choice(CASES)
    if ending not in ("s", "'s", "’s") and len(folded(surname).split()[-1]) < 5:
        ending = "s"
    if ending in ("ę", "y", "ą") and surname.endswith("a"):
        surname = surname[:-1]
    return f"{given} {surname}{ending}"


def _both_with_case(given: str, surname: str, chance: random.Random) -> str:
    long = [len(folded(part).split()[-1]) >= 5 for part in (given, surname)]
    ending = chance.choice(("owi", "em", "u", "s")) if all(long) else "s"
    return f"{given}{ending} {surname}{ending}"


FORMS = (
    lambda given, surname, chance: f"{given} {surname}",
    lambda given, surname, chance: f"{surname}, {given}",
    lambda given, surname, chance: f"{surname} {given}",
    lambda given, surname, chance: f"{given} {surname}".upper(),
    lambda given, surname, chance: f"{given} {surname}".lower(),
    lambda given, surname, chance: "".join(
        chance.choice((c.upper(), c.lower())) for c in f"{given} {surname}"
    ),
    lambda given, surname, chance: _stripped(f"{given} {surname}"),
    lambda given, surname, chance: unicodedata.normalize("NFD", f"{given} {surname}"),
    lambda given, surname, chance: f"{given} {surname}".translate(NORDIC),
    lambda given, surname, chance: f"{given}  {surname}",
    lambda given, surname, chance: f"{given}\n   {surname}",
    lambda given, surname, chance: f"{given}\u00a0{surname}",
    lambda given, surname, chance: f"{given} {chance.choice('BCDKM')}. {surname}",
    lambda given, surname, chance: f"{given} Maria {surname}",
    lambda given, surname, chance: f"Dr. {given} {surname}",
    lambda given, surname, chance: f"{given}-{surname}",
    lambda given, surname, chance: f"{given}_{surname}",
    lambda given, surname, chance: f"{given}.{surname}".lower(),
    lambda given, surname, chance: f"{given} {surname}-style",
    lambda given, surname, chance: "#" + (given + surname).replace("-", "").replace("'", ""),
    lambda given, surname, chance: "#" + (given + surname).replace("-", "").replace("'", "").lower(),
    lambda given, surname, chance: (
        (given + surname).replace("-", "").replace("'", "") + str(chance.randint(1, 99))
    ),
    lambda given, surname, chance: f"\u200b{given[0]}\u200b{given[1:]} {surname[:3]}\u200d{surname[3:]}",
    lambda given, surname, chance: "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in f"{given} {surname}"
    ),
    lambda given, surname, chance: f"@{given}{surname}".replace("-", "").replace("'", ""),
    _with_case,
    _both_with_case,
)


def _members(chance: random.Random) -> tuple[list[Entry], frozenset[str]]:
    """Return 3,000 members, most with ordinary names, and those of them who said no."""
    entries = []
    for number in range(3000):
        given, surname = chance.choice(GIVEN), chance.choice(SURNAMES)
        handle = chance.choice(
            (f"{given[:3]}{number}", f"{surname.lower()}_{number}", f"x{number}.{given[:2]}")
        )
        if number < len(ORDINARY):
            handle = ORDINARY[number]
        entries.append(Entry(f"m{number}", (f"{given} {surname}",), (_stripped(handle).replace("'", ""),)))
    refused = frozenset(chance.sample([entry.member for entry in entries], 400)) | {
        "m0",
        "m1",
        "m2",
        "m3",
        "m4",
    }
    return entries, refused


@pytest.fixture(scope="module")
def world() -> tuple[list[Entry], Mentions]:
    entries, refused = _members(random.Random(7))
    directory = Directory.of(entries, refused, b"key")
    return [entry for entry in entries if entry.member in refused], Mentions(directory, everybody=False)


BATCH = 500
"""Posts that are looked through at once, as a build does it; that each is judged alone is held by ``test_directory``."""


def _found(texts: list[str], finder: Mentions) -> Iterator[tuple[str, list[Span]]]:
    """Return every text with its mentions."""
    for at in range(0, len(texts), BATCH):
        batch = texts[at : at + BATCH]
        yield from zip(batch, finder.find(batch), strict=True)


def _left(text: str, spans: list[Span], sought: set[str]) -> set[str]:
    """Return which words of a name still stand in a text once the mentions are out."""
    for start, end, _ in sorted(spans, reverse=True):
        text = text[:start] + " \0 " + text[end:]
    return sought & set(folded(text).split())


def test_no_post_keeps_a_word_of_the_name_of_a_member_who_said_no(
    world: tuple[list[Entry], Mentions],
) -> None:
    refused, finder = world
    chance = random.Random(11)
    posts, sought = [], []
    for number in range(8500):
        form = FORMS[number % len(FORMS)]
        entry = chance.choice(refused)
        given, surname = entry.names[0].split(" ")
        written = form(given, surname, chance)
        template = chance.choice(TEMPLATES)
        kept = {word for word in folded(written).split() if len(word) > 1} - {"dr", "style"}
        posts.append(template.replace("{}", written))
        sought.append(kept - set(folded(template).split()))
    found = zip(_found(posts, finder), sought, strict=True)
    missed = [(text, left) for (text, spans), words in found if (left := _left(text, spans, words))]
    assert not missed, f"{len(missed)} misses: {missed[:12]}"


def test_no_post_keeps_the_handle_of_a_member_who_said_no(world: tuple[list[Entry], Mentions]) -> None:
    refused, finder = world
    chance = random.Random(13)
    posts, handles = [], []
    for number in range(1500):
        entry = chance.choice(refused)
        handle = chance.choice((str.upper, str.lower, str))(entry.handles[0])
        templates = HANDLE_TEMPLATES if entry.handles[0] in ORDINARY or number % 2 else TEMPLATES
        posts.append(chance.choice(templates).replace("{}", handle))
        handles.append(handle.lower())
    missed = [
        text
        for (text, spans), handle in zip(_found(posts, finder), handles, strict=True)
        if not any(handle in text[start:end].lower() for start, end, _ in spans)
    ]
    assert not missed, f"{len(missed)} misses: {missed[:12]}"


def test_umlauts_are_found_however_the_member_writes_their_own() -> None:
    for own, written in (
        ("Max Müller", "max mueller"),
        ("Max Mueller", "Max Müller"),
        ("Max Muller", "MAX MÜLLER"),
    ):
        finder = Mentions(Directory.of([Entry("m", (own,))], frozenset({"m"}), b""), everybody=False)
        assert [span[:2] for span in finder.find([written])[0]] == [(0, len(written))], (own, written)


@pytest.mark.parametrize(
    "text", ["昨日山田太郎と会った", "山田 太郎さん", "ขอบคุณสมชายใจดีมาก", "김철수가 말했다"]
)
def test_names_in_scripts_without_spaces_are_found_inside_runs_of_letters(text: str) -> None:
    entries = [Entry("a", ("山田 太郎",)), Entry("b", ("สมชายใจดี",)), Entry("c", ("김철수",))]
    finder = Mentions(Directory.of(entries, frozenset("abc"), b""), everybody=False)
    (span,) = finder.find([text])[0]
    assert re.sub(r"\s", "", text[span.start : span.end]) in {"山田太郎", "สมชายใจดี", "김철수"}
