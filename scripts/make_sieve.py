"""Fit the sieve of the light tagger to its network anew: ``python scripts/make_sieve.py SHARED/data FOLDER``.

Needs ``faker`` and ``mimesis`` (extra ``neural``), no torch. Nobody's annotations are read: the network says what is to pass. The
texts are those that the network learnt from and the posts of the Stack Exchange sites; what the sieve loses of a part that it did
not see is printed.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np

from sayso.redact.sieve import stored
from sayso.redact.tagger import lexicon_of, network_of
from sayso.redact.training.sentences import Maker
from sayso.redact.training.sieving import fitted, lost
from sayso.redact.training.templates import LANGUAGES

SETS = ("btc_train", "wnut17_train", "wikigold_train", "so_train")
MADE = 800
PARTS = 5
"""Of so many parts of the texts one sets the limit and one shows what is lost; the others are learnt from."""
WAYS = (str.lower, str.lower, str.upper, str.title)
TAG = re.compile(r"<[^>]+>")


def posts(data: Path) -> Iterator[str]:
    """Yield the posts and comments of the Stack Exchange sites, without tags."""
    for site in sorted((data / "stackexchange").iterdir()):
        for name, field in (("Posts", "Body"), ("Comments", "Text")):
            for row in ElementTree.parse(site / f"{name}.xml").getroot():
                yield html.unescape(TAG.sub("", row.get(field) or ""))


def annotated(data: Path) -> Iterator[str]:
    """Yield the texts of the sets to learn from, without what people marked in them."""
    for name in SETS:
        for line in (data / "pii" / f"{name}.jsonl").read_text("utf-8").splitlines():
            yield json.loads(line)["text"]


def groups(data: Path) -> dict[str, list[str]]:
    """Return the texts by where they come from, each group in a fixed disorder."""
    chance = Random(1)
    made = [
        maker.sentence().text
        for maker in (Maker(one, 3) for one in (*LANGUAGES, "plain"))
        for _ in range(MADE)
    ]
    found = {"posts": list(posts(data)), "annotated": list(annotated(data)), "made": made}
    shares = {"posts": 0.15, "annotated": 0.5, "made": 0.3}
    found["other letters"] = [
        chance.choice(WAYS)(text)
        for name, share in shares.items()
        for text in found[name]
        if chance.random() < share
    ]
    for texts in found.values():
        chance.shuffle(texts)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("folder", type=Path)
    given = arguments.parse_args()
    file = given.folder / "light.npz"
    lexicon = lexicon_of((given.folder / "lexicon.npz").read_bytes())
    network, _ = network_of(file.read_bytes())
    texts = groups(given.data)
    learnt = [text for some in texts.values() for place, text in enumerate(some) if place % PARTS > 1]
    limiting = [text for name, some in texts.items() if name != "made" for text in some[1::PARTS]]
    sieve = fitted(lexicon, network, learnt, limiting)
    for name, some in texts.items():
        out, gone, passed, read = lost(sieve, lexicon, network, some[::PARTS])
        print(
            f"{name}: {gone} of {out} words are lost ({gone / out:.2%}); {passed / read:.1%} of {read} tokens pass"
        )
    with np.load(io.BytesIO(file.read_bytes())) as arrays:
        kept = {name: array for name, array in arrays.items() if not name.startswith("sieve_")}
    np.savez_compressed(file, **kept, **stored(sieve))


if __name__ == "__main__":
    main()
