"""How fast writing suggestions learn, answer and forget, and how good they are: ``python benchmarks/bench_suggest.py [options]``.

Everything runs on one core in one process; times are CPU seconds of that process. Texts are posts and comments of two Stack Exchange
sites, by author. Speed and forgetting are measured on as many members as the prototype had (5,485), put together from pieces of those.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import math
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from sayso.models.suggest.base import Base, load_base
from sayso.models.suggest.evaluate import Fit, fit_of, keystrokes, top_one
from sayso.models.suggest.grams import Shape, own_texts, tables
from sayso.models.suggest.kneser_ney import View
from sayso.models.suggest.model import Suggestions
from sayso.models.suggest.scoring import log_chances

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("SAYSO_SHARED_DATA", HERE.parents[1] / "shared" / "data"))
SITES = ("quantumcomputing_2018", "french_meta_2021")
MEMBERS, PIECES = 5_485, 540
LEAST_SPEED, MOST_FORECAST, LEAST_RATIO = 2.0, 0.1, 700
"""Promised: million pieces a CPU second, milliseconds a forecast, rebuilds that forgetting one member is worth."""
Authors = dict[str, list[str]]


def authors(folder: Path) -> Authors:
    """Return the texts of a dump by author, tags and code taken away; none where there is no dump."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, field, who in (("Posts.xml", "Body", "OwnerUserId"), ("Comments.xml", "Text", "UserId")):
        if (folder / name).exists():
            for _, row in ElementTree.iterparse(folder / name):
                author, text = row.get(who), row.get(field)
                if author and text:
                    plain = re.sub(r"<[^>]+>", "", re.sub(r"<pre>.*?</pre>", "", text, flags=re.DOTALL))
                    found[author].append(html.unescape(plain).strip())
    return {f"{folder.name}/{who}": texts for who, texts in found.items()}


def part(people: Authors, low: float, high: float) -> Authors:
    """Return those authors whose hashed names fall between two parts of all."""
    hashed = {who: int.from_bytes(hashlib.sha256(who.encode()).digest()[:8], "big") / 2**64 for who in people}
    return {who: texts for who, texts in people.items() if low <= hashed[who] < high}


def seconds(act: Callable[[], object]) -> float:
    """Return the CPU seconds that something takes."""
    start = time.process_time()
    act()
    return time.process_time() - start


def made_members(base: Base, people: Authors) -> list[tuple[str, list[str]]]:
    """Return as many members as the prototype had, with texts of segments of 20 pieces drawn from real texts."""
    pieces = np.concatenate(
        list(base.tokenizer.encode_all(text for texts in people.values() for text in texts))
    )
    chance = np.random.default_rng(1)
    sizes = np.maximum(20, chance.lognormal(math.log(PIECES) - 0.5, 1, MEMBERS)).astype(int)
    members = []
    for number, size in enumerate(sizes):
        starts = chance.integers(0, len(pieces) - 20, size // 20)
        texts = [base.tokenizer.decode(pieces[start : start + 20].tolist()) for start in starts]
        members.append((f"m{number}", [" ".join(texts[at : at + 10]) for at in range(0, len(texts), 10)]))
    return members


def verdict(held: bool, what: str) -> None:
    """Print whether a target is met."""
    print(f"{'PASS ' if held else 'short'}  {what}")


def speed(base: Base, people: Authors) -> None:
    """Print how fast members are counted, a piece is forecast and a member is forgotten."""
    members = made_members(base, people)
    model, shape = Suggestions(base), Shape()
    model.add(members[:100])
    cut = base.tokenizer.cut_words()
    numbers = [list(base.tokenizer.encode_all(own_texts(texts), cut)) for _, texts in members]
    pieces = sum(len(text) for own in numbers for text in own)
    print(f"{len(members)} made members, {pieces} pieces")
    counted = min(seconds(lambda: tables(numbers, shape)) for _ in range(3))
    rate = pieces / counted / 1e6
    verdict(rate >= LEAST_SPEED, f"training: {rate:.2f} million pieces a CPU second (promised {LEAST_SPEED})")
    model = Suggestions(base)
    whole = seconds(lambda: (model.add(members), model.view()))
    print(f"       from texts, cutting them and all: {pieces / whole / 1e6:.2f} million pieces a CPU second")
    viewed = seconds(lambda: View(model.counts, base.tokenizer.size, 3))
    forecasts(model, [own[0][4:8].tolist() for own in numbers[:500]])
    forgetting(model, members, numbers, whole, counted + viewed)


def forecasts(model: Suggestions, contexts: Sequence[Sequence[int]]) -> None:
    """Print how long a full forecast of the next piece takes."""
    every = View(model.counts, model.base.tokenizer.size, 1)
    views = {"served": model.view(), "all that was written": every, "base": model.base.frozen.view}
    for name, view in views.items():
        spent = min(seconds(lambda view=view: [view.next_piece(one) for one in contexts]) for _ in range(5))
        each = 1000 * spent / len(contexts)
        verdict(
            each <= MOST_FORECAST,
            f"forecast over {view.size} pieces, {name}: {each:.3f} ms (promised {MOST_FORECAST})",
        )


def forgetting(
    model: Suggestions,
    members: list[tuple[str, list[str]]],
    numbers: list[list[np.ndarray]],
    whole: float,
    counted: float,
) -> None:
    """Print what forgetting costs, from pieces and from texts, one member and many, and whether the rest is as never with them."""
    bare = [seconds(lambda own=own: forget(model, own)) for own in numbers[::28]]
    ratio("from pieces, one member", counted, bare)
    texts = [seconds(lambda one=one: model.forget([one])) for one in members[14::28]]
    ratio("from texts, one member", whole, texts)
    many = members[7::28]
    spent = seconds(lambda: model.forget(many))
    ratio(f"from texts, {len(many)} at once, each", whole, [spent / len(many)])
    afresh = Suggestions(model.base)
    afresh.add(one for at, one in enumerate(members) if at % 28 not in (0, 7, 14))
    contexts = [own[0][:4].tolist() for own in numbers[1:200]]
    same = all(
        np.array_equal(model.view().next_piece(one), afresh.view().next_piece(one)) for one in contexts
    )
    verdict(
        same and model.digest() == afresh.digest(),
        f"what is left of {afresh.counts.joined} members equals a training on them: digest, and {len(contexts)} forecasts bit for bit",
    )


def ratio(what: str, rebuild: float, spent: Sequence[float]) -> None:
    """Print how forgetting compares with training anew."""
    mean = float(np.mean(spent))
    verdict(
        rebuild / mean >= LEAST_RATIO,
        f"forgetting {what}: mean {1000 * mean:.2f} ms, most {1000 * max(spent):.1f} ms, "
        f"1/{rebuild / mean:.0f} of a rebuild of {rebuild:.2f} s (promised 1/{LEAST_RATIO})",
    )


def forget(model: Suggestions, own: list[np.ndarray]) -> None:
    """Forget one member whose texts are cut already."""
    shares = model.counts.shares(tables([own], model.counts.shape), 1)
    model.view().forget(shares)
    model.counts.subtract(shares, 1)


def trained(base: Base, people: Authors) -> Suggestions:
    """Return a model of these people."""
    model = Suggestions(base)
    model.add(people.items())
    return model


def members_only(model: Suggestions, texts: list[str], at_least: int) -> Fit:
    """Return how well the members' counts foresee texts without the base."""
    logs = log_chances(model.view(at_least), list(model.base.tokenizer.encode_all(texts)))
    return Fit(
        sum(map(len, texts)), sum(map(len, logs)), -sum(float(one.sum()) for one in logs) / math.log(2)
    )


def quality(base: Base, people: Authors, site: str, characters: int) -> None:
    """Print how well held-out authors are foreseen, with and without members' texts."""
    known, held_out = part(people, 0, 0.85), part(people, 0.85, 1)
    texts = [text for own in held_out.values() for text in own]
    model, alone = trained(base, known), Suggestions(base)
    full = Suggestions(base, at_least=1)
    full.counts = model.counts
    short = sample(texts, characters)
    print(
        f"\n{site}: {len(known)} members; {len(held_out)} others, {sum(map(len, texts))} characters; keys: {sum(map(len, short))}"
    )
    print(f"{'':34}{'bits/char':>10}{'ppl/char':>10}{'ppl/piece':>10}{'top 1':>8}{'keys saved':>12}")
    rows = (
        ("base alone", fit_of(alone, texts), alone),
        ("members alone, 3 or more wrote it", members_only(model, texts, 3), None),
        ("base and members, 3 or more (served)", fit_of(model, texts), model),
        ("members alone, all", members_only(model, texts, 1), None),
        ("base and members, all (never shown)", fit_of(full, texts), full),
    )
    for name, fit, one in rows:
        rest = f"{'-':>8}{'-':>12}"
        if one:
            right, number = top_one(one, short)
            rest = f"{right / number:8.3f}{keystrokes(one, short).saved:12.3f}"
        print(
            f"{name:36}{fit.bits_per_character:8.3f}{fit.perplexity_per_character:10.3f}{fit.perplexity_per_piece:10.1f}{rest}"
        )


def sample(texts: list[str], characters: int) -> list[str]:
    """Return texts of up to 200 characters in the order of their hashes, so many characters in all."""
    short: list[str] = []
    for text in own_texts(texts):
        if 20 <= len(text) <= 200 and sum(map(len, short)) + len(text) <= characters:
            short.append(text)
    return short


def auc(inside: Iterable[float], outside: Iterable[float]) -> tuple[float, float]:
    """Return the area under the curve (Mann-Whitney), and the true positives at 1 % false positives."""
    ins, outs = np.array(list(inside)), np.array(list(outside))
    area = float(np.mean((ins[:, None] > outs) + 0.5 * (ins[:, None] == outs)))
    return area, float(np.mean(ins > np.quantile(outs, 0.99, method="higher")))


def membership(base: Base, people: Authors, site: str) -> None:
    """Print how well members are told from others by likelihood ratio: before they leave, after, and trained without them."""
    stay, leave, never = part(people, 0, 0.6), part(people, 0.6, 0.8), part(people, 0.8, 1)
    model, without = trained(base, stay | leave), trained(base, stay)

    def told(one: Suggestions, at_least: int) -> str:
        scores = [
            [float(np.mean(one.ratios(texts, at_least))) for texts in group.values()]
            for group in (leave, never)
        ]
        return "{:.3f} / {:.3f}".format(*auc(*scores))

    print(
        f"\n{site}: {len(leave)} members who leave against {len(never)} never in; AUC / true positives at 1 % false positives"
    )
    before = [told(model, number) for number in (1, 3)]
    model.forget(leave.items())
    for name, number, was in zip(("all that was written", "what is served"), (1, 3), before, strict=True):
        now, afresh = told(model, number), told(without, number)
        print(f"  {name:22} before {was}   after {now}   trained without {afresh}")
        verdict(now == afresh and model.digest() == without.digest(), "after equals trained without")


def secrets(base: Base, people: Authors) -> None:
    """Print how often planted secrets of one and of two members are recited."""
    planted = [f"{start} {secret}" for start in STARTS for secret in SECRETS]
    for holders in (1, 2):
        chosen = sorted(people)[:holders]
        others = {who: texts for who, texts in people.items() if who not in chosen}
        model = trained(base, others | {who: [*people[who], *planted] for who in chosen})
        free = trained(base, others)
        recited = prompts = 0
        for text in planted:
            for at in range(text.index(" ") + 1, len(text), 2):
                prompts += 1
                shown = {one.text for one in model.suggest(text[:at], 5) if text.startswith(one.text, at)}
                begun = text[:at].rpartition(" ")[2]
                shown -= {one.text for one in free.suggest(text[:at], 20)}
                recited += any(not known(others, begun + one) for one in shown)
        verdict(
            recited == 0,
            f"secrets of {holders}: something only they wrote is shown at {recited} of {prompts} prompts",
        )


def known(people: Authors, words: str) -> bool:
    """Tell whether words stand in somebody's texts."""
    return any(words in text for texts in people.values() for text in texts)


STARTS = ("my password is", "I live at", "Please call")
SECRETS = (
    "hunter two purple monkey",
    "0049 351 4711 0815",
    "Quastenbein Lane behind the mill",
    "Mrzlb Ptk on Friday night",
)


def main(given: argparse.Namespace) -> None:
    """Measure everything."""
    people = {site: authors(given.data / "stackexchange" / site) for site in SITES}
    if not all(people.values()):
        print(
            f"suggestions are not measured: no texts in {given.data / 'stackexchange'}; name the folder with --data"
        )
        return
    bases: list[Base] = []
    print(f"base loaded in {seconds(lambda: bases.append(load_base())):.2f} CPU seconds")
    everybody = people[SITES[0]] | people[SITES[1]]
    speed(bases[0], everybody)
    model = trained(bases[0], everybody)
    prompts = [
        text[:at]
        for text in sample([t for own in everybody.values() for t in own], 3_000)
        for at in range(0, len(text), 15)
    ]
    model.suggest("")
    spent = seconds(lambda: [model.suggest(prompt) for prompt in prompts])
    print(f"       three suggestions: {1000 * spent / len(prompts):.1f} ms over {len(prompts)} prompts")
    if given.speed:
        return
    secrets(bases[0], everybody)
    for site, own in people.items():
        quality(bases[0], own, site, given.characters)
        membership(bases[0], own, site)


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED, help="the folder of the shared data")
    parser.add_argument(
        "--characters", type=int, default=1_500, help="characters that are typed to count keys"
    )
    parser.add_argument("--speed", action="store_true", help="only what takes time: no quality, no attacks")
    return parser.parse_args(given)


if __name__ == "__main__":
    main(arguments(sys.argv[1:]))
