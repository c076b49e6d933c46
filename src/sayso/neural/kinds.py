"""The kinds of model that need the extra ``neural``, made from a project's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from sayso.models.kind import Kind, Settings
from sayso.models.suggest.base import Base
from sayso.models.suggestions import SuggestionsKind
from sayso.neural.adapters import Adapter, read_adapter, versions
from sayso.neural.language_model import LanguageModel
from sayso.neural.learning import SLICE, Apprentice, Recipe, worn
from sayso.neural.member_adapters import Cut, MemberAdapters
from sayso.neural.opening import Opened, language_base, opened
from sayso.neural.pieces import rules


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a project says: a model and a public adapter (empty for none), relative to ``root``.

    ``cache`` is where what was turned is kept; ``cut`` says how members are dealt where adapters learn from them.
    """

    model: str
    adapter: str
    root: Path
    cache: Path
    cut: Cut


def neural_suggestions(wanted: Wanted) -> Kind[Any]:
    """Return suggestions whose counts lie over a frozen language model.

    Raises ``InputError`` where the model or the adapter is none, ``EdgeError`` where something is not installed.
    """
    known, public = _known(wanted)
    return SuggestionsKind(
        called="neural-suggestions", over=_base(known, public), named=_named(known, public)
    )


def member_adapters(wanted: Wanted) -> Kind[Any]:
    """Return suggestions by counts and by adapters that members taught, over a frozen language model; raises the same."""
    known, public = _known(wanted)
    recipe = Recipe(block=SLICE)
    if public is not None:
        recipe = replace(recipe, rank=public.rank, alpha=public.alpha)
    named = (*_named(known, public), ("recipe", str(recipe)), ("versions", versions()))
    return MemberAdapters(
        SuggestionsKind(called="member-adapters", over=_base(known, public), named=named),
        wanted.cut,
        LanguageModel(known.pieces, known.folder),
        partial(Apprentice, known.folder, recipe),
        None if public is None else public.weights,
    )


def _known(wanted: Wanted) -> tuple[Opened, Adapter | None]:
    known = opened(wanted.model, wanted.root, wanted.cache)
    return known, read_adapter(wanted.root / wanted.adapter, known) if wanted.adapter else None


def _base(known: Opened, public: Adapter | None) -> Base:
    if public is None:
        return language_base(known)
    return language_base(known, public.digest, partial(worn, known.folder, public.weights, public.alpha))


def _named(known: Opened, public: Adapter | None) -> Settings:
    """Return what manifests say of a model and of the adapter on it."""
    named: Settings = (("model", f"sha256:{known.digest}"), ("cuts", rules()))
    if public is None:
        return named
    return (*named, ("adapter", public.digest), ("adapter_texts", f"sha256:{public.texts}"))


NEURAL: Mapping[str, Callable[[Wanted], Kind[Any]]] = {
    "neural-suggestions": neural_suggestions,
    "member-adapters": member_adapters,
}
"""Each kind with what makes it."""
