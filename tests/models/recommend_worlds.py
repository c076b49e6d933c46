"""Small worlds of posts and members for the properties of recommendations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hypothesis import strategies as st

from sayso.models.recommend import Ledger, Model, Post, Settings, fit, ledger_digest, ledger_of, publish

MEMBERS = [f"m{number}" for number in range(6)]
POSTS = [f"p{number}" for number in range(6)]
WORDS = ["qubit", "noise", "gate", "error", "measurement", "state"]
KEY = b"any key"


class World(NamedTuple):
    posts: tuple[Post, ...]
    pairs: tuple[tuple[str, str], ...]
    settings: Settings

    def ledger(self) -> Ledger:
        return ledger_of(self.posts, self.pairs, self.settings)

    def without(self, members: Iterable[str], posts: Iterable[str]) -> World:
        """Tell the world as if members and posts had never been there."""
        gone, left = set(members), set(posts)
        kept = tuple(p for p in self.posts if p.author not in gone and p.id not in left)
        return World(kept, tuple(pair for pair in self.pairs if pair[0] not in gone), self.settings)


texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
posts = st.lists(
    st.builds(
        Post,
        st.sampled_from(POSTS),
        st.lists(st.sampled_from(["physics", "meta"]), max_size=2).map(tuple),
        texts,
        st.sampled_from(["", *MEMBERS]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda post: post.id,
).map(tuple)
pairs = st.lists(st.tuples(st.sampled_from(MEMBERS), st.sampled_from(POSTS)), max_size=24).map(tuple)
settings = st.builds(
    Settings,
    ridge=st.sampled_from([1, 2, 8, 100]),
    text=st.sampled_from([0, 1, 30]),
    topic=st.sampled_from([0, 3]),
    buckets=st.sampled_from([4, 1024]),
)
capped = st.builds(Settings, ridge=st.sampled_from([1, 100]), cap=st.sampled_from([1, 2, 3]))
worlds = st.builds(World, posts, pairs, settings)
capped_worlds = st.builds(World, posts, pairs, capped)


def digests(model: Model) -> tuple[str, str]:
    """Return the digests of state and of published weights."""
    return ledger_digest(model.ledger), publish(model, KEY).published.digest()


def fitted(world: World) -> Model:
    return fit(world.ledger())
