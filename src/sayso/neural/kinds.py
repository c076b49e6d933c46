"""The kinds of model that need the extra ``neural``, made from a project's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sayso.models.kind import Kind
from sayso.models.suggestions import SuggestionsKind
from sayso.neural.opening import language_base, opened
from sayso.neural.pieces import rules


def neural_suggestions(model: str, adapter: str, root: Path, cache: Path) -> Kind[Any]:
    """Return suggestions whose counts lie over a frozen language model.

    Raises ``InputError`` where the model or the adapter is none, ``EdgeError`` where something is not installed.
    """
    base = language_base(opened(model, root, cache))
    return SuggestionsKind(name="neural-suggestions", over=base, cuts=rules())


NEURAL: Mapping[str, Callable[[str, str, Path, Path], Kind[Any]]] = {"neural-suggestions": neural_suggestions}
"""Each kind with what makes it: of the model, the adapter, the project's folder, and where what was turned is kept."""
