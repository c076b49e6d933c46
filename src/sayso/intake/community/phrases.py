"""The demo community's grammar: sentence templates with slots, by language, subject and part of a text.

The texts are written in a small format. ``[subject]`` starts a subject, in which ``= slot: one | two`` gives the fillings of
a slot; ``[subject.part]`` starts a list of templates, one a line; a line that begins with a blank continues the one before.
A template names slots as ``{slot}``: its subject's, or ``common``'s, or one that the writer fills (``name``, ``email``, ...).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from sayso.intake.community import (
    text_de,
    text_en_common,
    text_en_people,
    text_en_things,
    text_es,
    text_fr,
    text_it,
    text_nl,
    text_pt,
)
from sayso.intake.community.passage import Passage, join

TOPICS = ("hiring", "logistics", "teaching", "nursing", "gardening", "software", "accounting", "kitchen")


class Filler(Protocol):
    """Fills the slots that depend on who writes, and keeps to one filling where a text speaks of one thing."""

    def choose(self, slot: str, number: int) -> int:
        """Return which of a slot's ``number`` fillings to take, counted from 0."""
        ...

    def fill(self, slot: str) -> Passage:
        """Return the passage for a slot; raises ``KeyError`` for a slot that it does not know."""
        ...


class Slot(NamedTuple):
    """A place in a template: its name, and its fillings where the grammar gives them."""

    name: str
    fillings: tuple[Template, ...] = ()


Template: TypeAlias = "tuple[str | Slot, ...]"
Grammar: TypeAlias = Mapping[str, tuple[Template, ...]]

_SLOT = re.compile(r"\{([a-z_]+)\}")


def read_grammar(text: str) -> Grammar:
    """Return the templates of every ``subject.part`` in a text of the format above."""
    lines = re.sub(r"\n +", " ", text).splitlines()
    slots: dict[str, dict[str, list[str]]] = {"common": {}}
    parts: dict[str, list[str]] = {}
    subject = part = ""
    for line in filter(None, lines):
        if line.startswith("["):
            part = line.strip("[]")
            subject = part.split(".")[0]
        elif line.startswith("= "):
            name, _, fillings = line[2:].partition(":")
            slots.setdefault(subject, {})[name] = [one.strip() for one in fillings.split("|")]
        else:
            parts.setdefault(part, []).append(line)
    return {
        part: tuple(_compile(line, slots["common"] | slots.get(part.split(".")[0], {})) for line in found)
        for part, found in parts.items()
    }


def _compile(line: str, slots: Mapping[str, Sequence[str]], start: bool = True) -> Template:
    """Return a line as literals and slots; a filling at the start of a sentence gets a capital."""
    pieces: list[str | Slot] = []
    for number, piece in enumerate(_SLOT.split(line)):
        if number % 2 == 0:
            pieces.append(piece)
            start = start and not piece
        else:
            fillings = slots.get(piece, ())
            pieces.append(
                Slot(piece, tuple(_compile(_capital(one, start), slots, False) for one in fillings))
            )
            start = False
    return tuple(piece for piece in pieces if piece)


def _capital(text: str, start: bool) -> str:
    return text[:1].upper() + text[1:] if start else text


def expand(template: Template, filler: Filler) -> Passage:
    """Return the template with every slot filled, and where the filler's marks lie in it."""
    pieces: list[Passage] = []
    for piece in template:
        if isinstance(piece, str):
            pieces.append(Passage(piece))
        elif piece.fillings:
            pieces.append(expand(piece.fillings[filler.choose(piece.name, len(piece.fillings))], filler))
        else:
            pieces.append(filler.fill(piece.name))
    return pieces[0] if len(pieces) == 1 else join(pieces, "")


GRAMMARS: Mapping[str, Grammar] = {
    "en": read_grammar(text_en_people.TEXT + text_en_things.TEXT + text_en_common.TEXT),
    "de": read_grammar(text_de.TEXT),
    "fr": read_grammar(text_fr.TEXT),
    "es": read_grammar(text_es.TEXT),
    "pt": read_grammar(text_pt.TEXT),
    "nl": read_grammar(text_nl.TEXT),
    "it": read_grammar(text_it.TEXT),
}
LANGUAGES = tuple(GRAMMARS)
