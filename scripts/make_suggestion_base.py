"""Writes what suggestions start from: a tokenizer and counts of n-grams, of public texts that no member of any platform wrote.

    python3.11 -m pip download --no-deps --dest FOLDER chatterbot-corpus==1.3.3 homeassistant==2025.4.4
    python3.11 -m pip download --no-deps --no-binary :all: --dest FOLDER django==5.2.19 flask==3.1.3 pytest==8.4.2 sphinx==8.2.3
    python3.11 scripts/make_suggestion_base.py FOLDER src/sayso/models/weights

The same packages and the same Python (3.11.7: its documentation is one of the sources) give the same base, digest for digest.
``src/sayso/models/weights/NOTICE`` names the licences; the digests of the packages stand here.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import pydoc_data.topics
import re
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import yaml

from sayso.models.suggest.base import base_of, stored
from sayso.models.suggest.bpe import learnt
from sayso.models.suggest.grams import Shape
from sayso.models.suggest.tokenizer import Tokenizer
from sayso.redact.spans import Label

PIECES, NUMBERED, SHAPE = 4096, 4, Shape(3, 12)
DOCS = ("django-5.2.19", "sphinx-8.2.3", "pytest-8.4.2", "flask-3.1.3")
CHAT, HOUSE = "chatterbot_corpus-1.3.3-py2.py3-none-any.whl", "homeassistant-2025.4.4-py3-none-any.whl"
DIGESTS = {
    CHAT: "86de5300afb9a80826386339d3bec79c0a72eb0358abb8327e2ecef5ae0ce154",
    HOUSE: "b7970fe3ce3a9d032a3a5dee3cbf71b227e7f23fad14a23855ee252542ef2631",
    "django-5.2.19.tar.gz": "ad03d8abc51dbff95ebf34b27123cf0c26a3b62db7ba0cd520783686362533d1",
    "flask-3.1.3.tar.gz": "0ef0e52b8a9cd932855379197dd8f94047b359ca0a78695144304cb45f87c9eb",
    "pytest-8.4.2.tar.gz": "86c0d0b93306b961d58d62a4db4879f27fe25513d4b969df351abdddb3c30e01",
    "sphinx-8.2.3.tar.gz": "398ad29dee7f63a75888314e9424d40f52ce5a6a87ae88e7071e80af296ec348",
}
LANGUAGES = {
    "english": "en",
    "german": "de",
    "french": "fr",
    "spanish": "es",
    "portuguese": "pt-BR",
    "dutch": "nl",
    "italian": "it",
}
NOTED = re.compile(
    r"\.\. (?:note|warning|tip|admonition|seealso|versionadded|versionchanged|deprecated|important)"
)
WORD = re.compile(r"[(\"']*[^\W\d_][^\W\d_'’-]*[).,;:!?\"']*")
NOT_PROSE = re.compile(r"[=~^*\-#\"'+.]{4,}|[{}|\\@]|^:|^\d+\.|>>>")


def prose(text: str) -> Iterator[str]:
    """Yield the paragraphs of reStructuredText that are prose, each as one line, without mark-up."""
    deeper_than: int | None = None
    for block in re.split(r"\n[ \t]*\n", text.expandtabs(4)):
        lines = block.strip("\n").split("\n")
        first, depth = lines[0].strip(), len(lines[0]) - len(lines[0].lstrip())
        if deeper_than is not None and depth > deeper_than:
            continue
        directive = first.startswith(".. ") and not NOTED.match(first)
        deeper_than = depth if directive or lines[-1].rstrip().endswith("::") else None
        if not first.startswith((".. ", "__", ">>>", "$ ", "|", "+-", "==")):
            yield from paragraph(" ".join(map(str.strip, lines)))


def paragraph(text: str) -> Iterator[str]:
    """Yield a paragraph without mark-up where at least five words, and three in four of them, are plain words."""
    if NOT_PROSE.search(text):
        return
    text = re.sub(r":[\w:+.-]+:`~?([^`<]*?)\s*(?:<[^`>]+>)?`", r"\1", text)
    text = re.sub(r"`([^`<]+?)\s*<[^`>]+>`_+", r"\1", text)
    text = re.sub(r"\*+([^*]+)\*+", r"\1", re.sub(r"`+([^`]*)`+_*", r"\1", text))
    text = " ".join(re.sub(r"^[*\-] ", "", text.replace("::", ":")).split())
    words = text.split()
    if len(words) >= 5 and 4 * sum(map(bool, map(WORD.fullmatch, words))) >= 3 * len(words):
        yield text


def documents(folder: Path) -> Iterator[str]:
    """Yield the prose of the manuals that packages bring."""
    for name in DOCS:
        with tarfile.open(folder / f"{name}.tar.gz") as archive:
            for member in sorted(archive.getmembers(), key=lambda one: one.name):
                file = (
                    archive.extractfile(member)
                    if re.search(r"/docs?/.*\.(?:txt|rst)$", member.name)
                    else None
                )
                if file and "locale" not in member.name:
                    yield from prose(file.read().decode())


def python_itself() -> Iterator[str]:
    """Yield the prose of Python's own help and of its standard library's docstrings."""
    for topic in sorted(pydoc_data.topics.topics):
        yield from prose(pydoc_data.topics.topics[topic])
    library = Path(os.__file__).parent
    skipped = re.compile(r"site-packages|test|lib2to3|pydoc_data|encodings")
    for path in sorted(library.rglob("*.py"), key=lambda one: one.as_posix()):
        if not skipped.search(path.relative_to(library).as_posix()):
            tree = ast.parse(path.read_bytes())
            for node in ast.walk(tree):
                if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield from prose(ast.get_docstring(node) or "")


def talk(folder: Path) -> Iterator[str]:
    """Yield the turns of made conversations."""
    with zipfile.ZipFile(folder / CHAT) as archive:
        for name in sorted(archive.namelist()):
            if any(f"/data/{language}/" in name for language in LANGUAGES) and name.endswith(".yml"):
                for turns in yaml.safe_load(archive.read(name))["conversations"]:
                    yield from (" ".join(turn.split()) for turn in turns if isinstance(turn, str))


def house(folder: Path) -> Iterator[str]:
    """Yield what a program says to people, in seven languages."""
    with zipfile.ZipFile(folder / HOUSE) as archive:
        for name in sorted(archive.namelist()):
            if any(name.endswith(f"/translations/{language}.json") for language in LANGUAGES.values()):
                for text in leaves(json.loads(archive.read(name))):
                    yield from filter(None, map(said, text.split("\n")))


def leaves(value: object) -> Iterator[str]:
    """Yield the strings within JSON."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, str):
        yield value


def said(line: str) -> str:
    """Return a line without mark-up, or nothing where it is not three words of prose."""
    line = re.sub(r"[*`#]+", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line))
    words = line.split()
    return " ".join(words) if len(words) >= 3 and not re.search(r"[{}<>|\\/]|https?:", line) else ""


def check(folder: Path) -> None:
    """Stop where a package is not the one that the base was made of."""
    for name, digest in DIGESTS.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise SystemExit(f"{name}: another digest than {digest}")


def labels() -> list[str]:
    """Return what redaction leaves in the place of personal data: each label alone, and with the first numbers."""
    return [f"[{label}]" for label in Label] + [
        f"[{label} {number}]" for label in Label for number in range(1, NUMBERED + 1)
    ]


def tokenizer_of(texts: list[str]) -> Tokenizer:
    """Return a tokenizer learnt from texts."""
    bare = Tokenizer(labels(), [])
    words: Counter[bytes] = Counter()
    for text in texts:
        words.update(word.encode() for word in bare.words(text) if not word[-1].isdecimal())
    return Tokenizer(bare.labels, learnt(words, PIECES - bare.size))


def main() -> None:
    """Make the base."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("packages", type=Path)
    arguments.add_argument("out", type=Path)
    given = arguments.parse_args()
    check(given.packages)
    sources = {"manuals": documents(given.packages), "python": python_itself()}
    sources |= {"talk": talk(given.packages), "house": house(given.packages)}
    texts: dict[str, None] = {}
    for name, source in sources.items():
        before = len(texts)
        texts |= dict.fromkeys(source)
        print(f"{name}: {len(texts) - before} paragraphs")
    tokenizer = tokenizer_of(list(texts))
    numbers = list(tokenizer.encode_all(texts))
    arrays = stored(tokenizer, numbers, SHAPE)
    np.savez_compressed(given.out / "suggestions.npz", **arrays)
    print(sum(map(len, texts)), "characters,", sum(map(len, numbers)), "pieces,", base_of(arrays).digest)


if __name__ == "__main__":
    main()
