"""A public adapter in a folder: learnt from texts that no member wrote, with a description of where it comes from.

The folder can be read by ``peft`` too. ``sayso.json`` says which texts it was learnt from, by their digest, over which model, by which
settings and versions; its own digest names the adapter.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sayso.errors import InputError, IntegrityError, Problem
from sayso.models.kind import arrays_digest
from sayso.models.suggest.grams import own_texts
from sayso.neural.files import library
from sayso.neural.language_model import LanguageModel
from sayso.neural.learning import Apprentice, Block, Recipe, Weights, blocks_of
from sayso.neural.opening import Opened
from sayso.neural.pieces import SHIFT, rules
from sayso.values.canonical import canonical

FORMAT = "sayso-adapter-v1"
DESCRIPTION, WEIGHTS = "sayso.json", "adapter_model.safetensors"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an adapter is to be learnt from: blocks of pieces, and the digest and number of the texts that they are of."""

    blocks: tuple[Block, ...]
    texts: int
    characters: int
    digest: str

    @property
    def pieces(self) -> int:
        """Return how many pieces there are."""
        return sum(map(len, self.blocks))


def planned(model: Opened, texts: Sequence[str], recipe: Recipe, most: int = 0) -> Plan:
    """Return what is learnt from some texts, each once, in the order of their SHA-256; at most so many pieces, 0 for all.

    The digest is the SHA-256 of the texts' own, in that order: it stays the same whatever files they come in.
    """
    whole = own_texts(text for text in texts if text.strip())
    hashed = hashlib.sha256()
    for text in whole:
        hashed.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    numbers = ([one - SHIFT for one in model.pieces.encode(text)] for text in whole)
    blocks = blocks_of(numbers, *LanguageModel(model.pieces, model.folder).edges, recipe.block)
    if most:
        blocks = blocks[: max(1, most // recipe.block)]
    return Plan(tuple(blocks), len(whole), sum(map(len, whole)), hashed.hexdigest())


def learn(
    model: Opened, plan: Plan, recipe: Recipe, out: Path, tell: Callable[[int], None]
) -> dict[str, Any]:
    """Write the adapter learnt from a plan into a folder that is not there yet, and return its description.

    Raises ``InputError`` where there is nothing to learn from, ``EdgeError`` where a library is missing.
    """
    if not plan.blocks:
        raise InputError(
            Problem("no-texts", "there is nothing to learn from", advice="give texts that no member wrote")
        )
    apprentice = Apprentice(model.folder, recipe)
    weights = apprentice.learn(apprentice.fresh, plan.blocks, tell)
    said = _description(model, plan, recipe, weights)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as place:
        draft = Path(place) / "draft"
        apprentice.save(draft)
        (draft / DESCRIPTION).write_bytes(canonical(said))
        os.replace(draft, out)
    return said


def _description(model: Opened, plan: Plan, recipe: Recipe, weights: Weights) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "model": model.digest,
        "texts": {"number": plan.texts, "characters": plan.characters, "sha256": plan.digest},
        "pieces": plan.pieces,
        "recipe": {name: str(value) for name, value in asdict(recipe).items()},
        "versions": versions(),
        "weights": arrays_digest(weights),
    }


def versions() -> str:
    """Return the versions on which the bits of an adapter depend, and the kind of processor."""
    names = ("torch", "transformers", "peft")
    known = [f"{name} {library(name).__version__}" for name in names]
    return ", ".join([rules(), *known, library("torch").backends.cpu.get_cpu_capability()])


@dataclass(frozen=True, slots=True)
class Adapter:
    """A public adapter: the digest of its description, that of the texts that it was learnt from, its weights."""

    digest: str
    texts: str
    rank: int
    alpha: int
    weights: Weights


def read_adapter(folder: Path, model: Opened) -> Adapter:
    """Return the adapter of a folder.

    Raises ``InputError`` where there is none, or it is of another model, ``IntegrityError`` where its weights are not those that it
    describes.
    """
    try:
        data = (folder / DESCRIPTION).read_bytes()
        said = json.loads(data)
        weights = library("safetensors.numpy").load_file(folder / WEIGHTS)
        ranks = int(said["recipe"]["rank"]), int(said["recipe"]["alpha"])
        named, texts, digest = said["model"], said["texts"]["sha256"], said["weights"]
    except (OSError, ValueError, KeyError, TypeError):
        what = "there is no adapter in the folder that neural: names"
        raise InputError(Problem("no-adapter", what, advice="make one with `sayso adapter`")) from None
    if named != model.digest:
        what = "the adapter was learnt over another language model"
        raise InputError(Problem("other-model", what, advice="make one over this with `sayso adapter`"))
    if arrays_digest(weights) != digest:
        what = "the adapter's weights are not those that it was written with"
        raise IntegrityError(Problem("changed-model", what, advice="make it again with `sayso adapter`"))
    return Adapter("sha256:" + hashlib.sha256(data).hexdigest(), texts, *ranks, weights)
