"""Posts and who took part in them, from the data beside the project: for benchmarks and tests of recommendations."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

from sayso.models.recommend import Interaction, Post


class Set(NamedTuple):
    """Posts, pairs to learn from, and pairs held out where the set comes with a split of its own."""

    posts: list[Post]
    pairs: list[Interaction]
    held: list[Interaction]


def movies(folder: Path) -> Set:
    """Read MovieLens-1M as implicit feedback, with the split that it comes with; films have no text and no topic here."""
    kept, held = (list(_lines(folder / name)) for name in ("train.txt", "test.txt"))
    films = sorted({pair.post for pair in (*kept, *held)})
    return Set([Post(film) for film in films], kept, held)


def _lines(path: Path) -> Iterator[Interaction]:
    for line in path.read_text().splitlines():
        user, *films = line.split()
        yield from (Interaction(user, film) for film in films)


def threads(folder: Path) -> Set:
    """Read a Stack Exchange dump as threads: title and question as text, tags as topics, whoever asked, answered or commented
    took part.
    """
    posts, thread_of, pairs = [], {}, []
    for row in ElementTree.parse(folder / "Posts.xml").getroot():
        if row.get("PostTypeId") == "1":
            author = row.get("OwnerUserId") or ""
            posts.append(Post(row.get("Id"), _tags(row.get("Tags")), _text(row), author))
        if row.get("PostTypeId") in ("1", "2"):
            thread_of[row.get("Id")] = row.get("ParentId") or row.get("Id")
            pairs.append((row.get("OwnerUserId"), thread_of[row.get("Id")]))
    comments = ElementTree.parse(folder / "Comments.xml").getroot()
    pairs += [(row.get("UserId"), thread_of.get(row.get("PostId"))) for row in comments]
    known = sorted({Interaction(member, post) for member, post in pairs if member and post})
    return Set(posts, known, [])


def _tags(tags: str | None) -> tuple[str, ...]:
    return tuple(re.findall(r"[^<>|]+", tags or ""))


def _text(row: ElementTree.Element) -> str:
    return f"{row.get('Title')}\n{html.unescape(re.sub(r'<[^>]+>', ' ', row.get('Body') or ''))}"


def articles(path: Path) -> Set:
    """Read who viewed, liked, saved or commented which article inside a company; the articles have no text and no topic here."""
    with path.open(newline="", encoding="utf-8") as file:
        pairs = {Interaction(row["personId"], row["contentId"]) for row in csv.DictReader(file)}
    return Set([Post(id) for id in sorted({pair.post for pair in pairs})], sorted(pairs), [])


def countries(path: Path) -> dict[str, str]:
    """Return the country from which each person of the articles' readers is seen most."""
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            seen[row["personId"]][row["userCountry"]] += bool(row["userCountry"])
    return {person: counts.most_common(1)[0][0] for person, counts in seen.items()}


def drawn(posts: int, members: int, each: int, seed: int = 1) -> Set:
    """Draw posts in topics of fifty, with 60 words each by Zipf's law, and members who keep to three topics: for times, not
    for quality.
    """
    draw = np.random.default_rng(seed)
    letters = np.array(
        [chr(97 + n // 676) + chr(97 + n // 26 % 26) + chr(97 + n % 26) for n in range(17_576)]
    )
    words = letters[(len(letters) ** draw.random((posts, 60))).astype(int)]
    topics = posts // 50
    told = [
        Post(f"p{n:06}", (f"t{n % topics}",), " ".join(row), f"m{n % members:06}")
        for n, row in enumerate(words)
    ]
    pairs = []
    for member in range(members):
        mine = draw.choice(topics, 3)[draw.integers(0, 3, each)]
        pairs += [
            Interaction(f"m{member:06}", f"p{n:06}") for n in mine + topics * draw.integers(0, 50, each)
        ]
    return Set(told, pairs, [])
