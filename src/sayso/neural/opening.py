"""A frozen language model as the base of writing suggestions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sayso.models.suggest.base import Base, load_base
from sayso.neural.files import digest_of, folder_of, located
from sayso.neural.language_model import LanguageModel
from sayso.neural.pieces import LanguagePieces


@dataclass(frozen=True, slots=True)
class Opened:
    """A frozen language model: its folder, the digest of the files that it was given as, its tokenizer."""

    folder: Path
    digest: str
    pieces: LanguagePieces


def opened(model: str, root: Path, cache: Path) -> Opened:
    """Return a model by its name, or its path relative to ``root``; a GGUF file is turned into a folder under ``cache``.

    Raises ``InputError`` where it is none or its tokenizer does not work on bytes, ``EdgeError`` where something is not installed.
    """
    path = located(model, root)
    digest = digest_of(path)
    folder = folder_of(path, digest, cache)
    return Opened(folder, digest, LanguagePieces(folder))


def language_base(model: Opened, adapter: str = "", worn: Callable[[], Any] | None = None) -> Base:
    """Return a model as the base of suggestions; texts are held against the public text, which is quicker.

    ``adapter`` is the digest of a public adapter, and ``worn`` returns the network that wears it.
    """
    digest = hashlib.sha256(f"sayso-language-model-v1 {model.digest} {adapter}".encode()).hexdigest()
    return Base(model.pieces, LanguageModel(model.pieces, model.folder, worn), digest, load_base())
