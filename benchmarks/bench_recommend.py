"""How good recommendations are, how fast they forget, and whether anyone can tell: ``python benchmarks/bench_recommend.py [options]``.

Quality needs the data beside the project (SAYSO_SHARED_DATA names its folder); what is not there is left out and said. Times are of
one process's CPU, ratios within one run. ``implicit`` (ALS) is compared with where it is installed. Set OMP_NUM_THREADS=1 for
figures a core.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import mean
from typing import TypeVar

import numpy as np
from recommend_sets import Set, articles, countries, drawn, movies, threads
from scipy import sparse

from sayso.models.recommend import (
    Interaction,
    Ledger,
    Model,
    Published,
    Settings,
    certified,
    evaluate,
    fit,
    fold,
    forget,
    ledger_of,
    publish,
    recommend,
    refit,
    split,
)
from sayso.models.recommend.evaluate import Score, by_popularity, scored, wanted_of
from sayso.models.recommend.ledger import without

SHARED = Path(os.environ.get("SAYSO_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
DENSE = Settings(ridge=1000, text=0, topic=0)
"""For films that hundreds have seen, without text: λ as Steck 2019 has it for sets of that kind."""
KEY = b"benchmark"
SPLITS = 4

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what some work gives and the CPU seconds it took."""
    start = time.process_time()
    done = work()
    return done, time.process_time() - start


def weights_of(ledger: Ledger) -> Published:
    """Return the published weights of a fit."""
    return publish(fit(ledger), KEY).published


def quality(name: str, data: Set, settings: Settings, country: dict[str, str] | None = None) -> None:
    """Print how well each way ranks, on the set's own split or the mean of four splits of one in five."""
    parts = (
        [(data.pairs, data.held)]
        if data.held
        else [split(data.pairs, b"split %d" % n) for n in range(SPLITS)]
    )
    found: dict[str, list[Score]] = {}
    for kept, held in parts:
        ledger = ledger_of(data.posts, kept, settings)
        scores = list(evaluate(weights_of(ledger), ledger, held))
        plain = ledger_of(data.posts, kept, replace(settings, text=0, topic=0))
        wanted = wanted_of(ledger, held)
        if settings.text:
            scores += [others_score("EASE alone", weights_of(plain), plain, wanted)]
        scores += als(ledger, wanted) + (by_country(ledger, wanted, country) if country else [])
        for score in scores:
            found.setdefault(score.name, []).append(score)
    members = len({pair.member for pair in data.pairs})
    members = len({pair.member for pair in data.pairs})
    print(f"\n{name}: {len(data.posts):,} posts, {members:,} members, {len(data.pairs):,} pairs; {settings}")
    for way, some in found.items():
        print(
            f"  {way:24}Recall@20 {mean(s.recall for s in some):.4f}   NDCG@100 {mean(s.ndcg for s in some):.4f}"
        )


def others_score(name: str, weights: Published, ledger: Ledger, wanted: dict[int, set[int]]) -> Score:
    """Return the score of other weights."""
    return scored(name, lambda rows: rows @ weights.weights, ledger, wanted)


def by_country(ledger: Ledger, wanted: dict[int, set[int]], country: dict[str, str]) -> list[Score]:
    """Return the score of what is popular in a member's own country."""
    scores = []
    for name in sorted({*country.values()}):
        local = without(ledger, [tag for tag in ledger.members if country[tag] != name], ())
        some = {row: posts for row, posts in wanted.items() if country[ledger.members[row]] == name}
        scores.append(scored(name, by_popularity(local), ledger, some))
    total = sum(score.members for score in scores)
    recall, ndcg = (sum(getattr(s, what) * s.members for s in scores) / total for what in ("recall", "ndcg"))
    return [Score("popularity in country", recall, ndcg, total)]


def als(ledger: Ledger, wanted: dict[int, set[int]]) -> list[Score]:
    """Return the score of implicit's ALS (64 factors, regularisation 50, alpha 10: best of a grid on the films), where it is
    installed.
    """
    try:
        from implicit.cpu.als import AlternatingLeastSquares
    except ImportError:
        return []
    model = AlternatingLeastSquares(factors=64, regularization=50, alpha=10, num_threads=1, random_state=1)
    rows = ledger.taken.matrix(len(ledger.posts)).astype(np.float32)
    model.fit(sparse.csr_matrix(rows), show_progress=False)

    def ranker(some: sparse.csr_array) -> np.ndarray:
        users = model.recalculate_user(np.arange(some.shape[0]), sparse.csr_matrix(some.astype(np.float32)))
        return users @ model.item_factors.T

    return [scored("implicit ALS", ranker, ledger, wanted)]


def shown(work: str, seconds: float, whole: float) -> None:
    """Print what some work took, alone and as a part of a fit."""
    print(f"  {work:34}{seconds * 1e3:10.2f} ms   1/{whole / seconds:,.0f} of a fit")


def forgetting(size: int, batch: int = 100) -> Model:
    """Print what forgetting costs, beside a fit of the same posts in the same run; return the model that forgot."""
    data = drawn(size, size // 2, 16)
    # Members without posts of their own first: one rank-one term each.
    ledger = ledger_of([post._replace(author="") for post in data.posts], data.pairs, Settings())
    model, whole = timed(lambda: fit(ledger))
    print(
        f"\n{size:,} posts, {len(ledger.members):,} members, {len(ledger.taken.column):,} pairs: a fit takes {whole:.1f} s"
    )
    times = []
    for number in range(batch):
        model, seconds = timed(partial(forget, model, [ledger.members[5 * number]]))
        times.append(seconds)
    shown(f"one member, lazily (mean of {batch})", mean(times), whole)
    _, seconds = timed(lambda: forget(model, (), [model.posts[7]]))
    shown("one post, lazily", seconds, whole)
    (model, certificate), seconds = timed(lambda: certified(model, KEY))
    shown("certificate", seconds, whole)
    print(f"    residual {certificate.residual:.1e}; had the members stayed {_had_stayed(model, ledger):.1e}")
    _, seconds = timed(lambda: recommend(model, [ledger.posts[n] for n in range(10, 900, 50)], 20))
    shown(f"20 posts served, {batch} pending", seconds, whole)
    model, seconds = timed(lambda: fold(model))
    shown(f"one member, folded ({batch} at once)", mean(times) + seconds / batch, whole)
    return model


def _had_stayed(model: Model, ledger: Ledger) -> float:
    # The certificate of the retained ledger for an inverse with one member more in it than there should be.
    one = next(tag for tag in ledger.members if model.ledger.member(tag) is not None)
    fewer = without(model.ledger, [one], ())
    return certified(replace(model, ledger=fewer), KEY)[1].residual


def compared(model: Model) -> None:
    """Print whether what was forgotten and folded is what a fit without it is, and how near the nearest entry came."""
    mine, seconds = timed(partial(publish, model, KEY))
    print(f"  {'all weights published':34}{seconds * 1e3:10.2f} ms   {mine.solved_again} solved again")
    bound, ledger, mine_digest = float(bounds_at(model).max()), model.ledger, mine.published.digest()
    del mine, model  # at 20,000 posts there is no room for two of each
    fresh = publish(fit(ledger), b"another key").published.digest()
    print(
        f"  weights equal to a fit without them: {mine_digest == fresh}; bound on any weight's error {bound:.1e}"
    )


def bounds_at(model: Model) -> np.ndarray:
    """Return the most that a weight below 1 towards each post can be wrong by (see ``rounding``)."""
    return 2 * model.bound / np.sqrt(model.ledger.settings.ridge * model.inverse.live_diagonal())


def dual_form(size: int) -> None:
    """Print what the dual form does where posts are many and members few."""
    data = drawn(size, 1_000, 16)
    ledger = ledger_of(data.posts, data.pairs, Settings(buckets=1024))
    model, whole = timed(lambda: fit(ledger))
    kernel = len(model.inverse.whole.kernel)  # type: ignore[attr-defined]
    print(
        f"\n{size:,} posts in the dual form: {kernel:,} rows of members, words and topics; a fit takes {whole:.1f} s"
    )
    model, seconds = timed(lambda: forget(model, [ledger.members[5]]))
    shown(f"one member and {model.pending - 1} posts, lazily", seconds, whole)
    (model, certificate), seconds = timed(lambda: certified(model, KEY))
    shown("certificate", seconds, whole)
    answer, seconds = timed(lambda: recommend(model, model.posts[10:1000:50], 20))
    shown("20 posts served", seconds, whole)
    anew = recommend(refit(model), model.posts[10:1000:50], 20)
    print(f"  residual {certificate.residual:.1e}; the same 20 from a fit without them: {answer == anew}")


def membership(name: str, data: Set, settings: Settings, count: int = 200) -> None:
    """Print how well members who were taken out can be told from such as never were in, before and after."""
    tags = sorted({pair.member for pair in data.pairs}, key=lambda tag: hashlib.sha256(tag.encode()).digest())
    removed, never, rest = tags[:count], tags[count : 2 * count], tags[2 * count :]
    own = {tag: [] for tag in tags}
    for pair in data.pairs:
        own[pair.member].append(pair.post)

    def told(members: Sequence[str]) -> Ledger:
        return ledger_of(
            data.posts, [Interaction(tag, post) for tag in members for post in own[tag]], settings
        )

    before = fit(told([*removed, *rest]))
    after = publish(forget(before, removed), KEY).published
    anew, reference = weights_of(told(rest)), weights_of(told(rest[::2]))
    aucs = [
        auc(*([evidence(weights, reference, own[tag]) for tag in some] for some in (removed, never)))
        for weights in (publish(before, KEY).published, after, anew)
    ]
    print(f"\n{name}: membership told from own posts (AUC; {count} against {count}): before {aucs[0]:.3f}, "
          f"after {aucs[1]:.3f}, trained without {aucs[2]:.3f}; digests equal {after.digest() == anew.digest()}")  # fmt: skip


def evidence(weights: Published, reference: Published, own: Sequence[str]) -> float:
    """Return by how much a member's posts pull one another more than in a reference model without them (a calibrated score)."""
    places = np.searchsorted(weights.posts, own)
    inside = np.ix_(places, places)
    return float((weights.weights[inside].astype(float) - reference.weights[inside]).sum() / len(own))


def auc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Return the chance that one inside scores above one outside, ties half."""
    one, other = np.array(inside)[:, None], np.array(outside)[None, :]
    return float(((one > other) + 0.5 * (one == other)).mean())


def sets(data: Path) -> None:
    """Print quality and membership on the sets that are there."""
    exchange, desk, films = (
        data / "stackexchange",
        data / "deskdrop" / "users_interactions.csv",
        data / "ml-1m",
    )
    for folder in sorted(exchange.glob("*")):
        quality(folder.name, threads(folder), Settings())
    if desk.exists():
        quality("deskdrop", articles(desk), Settings(text=0, topic=0), countries(desk))
        membership("deskdrop", articles(desk), Settings(text=0, topic=0))
    if films.exists():
        quality("ml-1m", movies(films), DENSE)
        membership("ml-1m", movies(films), DENSE)
    for path in (exchange, desk, films):
        if not path.exists():
            print(f"\nleft out: {path} is not there")


def main() -> None:
    """Read the options and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, action="append", help="posts of a drawn community (10,000)")
    parser.add_argument("--large", action="store_true", help="20,000 posts as well: minutes, and 8 GB")
    parser.add_argument(
        "--data", type=Path, default=SHARED, help="the folder with ml-1m, deskdrop and stackexchange"
    )
    parser.add_argument("--only", choices=("times", "quality"), help="one half alone")
    given = parser.parse_args()
    if given.only != "quality":
        for size in given.size or [10_000, *([20_000] if given.large else [])]:
            compared(forgetting(size))
        dual_form(30_000)
    if given.only != "times":
        sets(given.data)


if __name__ == "__main__":
    main()
