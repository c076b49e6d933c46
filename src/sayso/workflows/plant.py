"""Canaries in a scratch copy of a model: are they found while they are in, are they ever recited, and are they gone afterwards?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sayso.dataset.rows import Row
from sayso.errors import Problem, Refused
from sayso.models.attacks import Attack
from sayso.models.audit import Told, told
from sayso.models.canaries import Canary, Pair, canaries, pairs_in, prompts, public_pairs, recited
from sayso.values.canonical import keyed
from sayso.workflows.audit_groups import all_rows
from sayso.workflows.scratch import Scratch

Canaries: TypeAlias = Sequence[Canary]
SHARED = 4
"""One canary in so many shares a secret with another one."""


@dataclass(frozen=True, slots=True)
class Recital:
    """After how many prompts a secret was recited: by the model with the canaries, and after it forgot them.

    ``control`` counts for a secret that as many members hold as may be recited, of ``control_prompts``: it shows that the test can
    find what is there.
    """

    prompts: int
    planted: int
    forgotten: int
    control: int
    control_prompts: int


@dataclass(frozen=True, slots=True)
class Planted:
    """What became of ``members`` canaries with ``secrets`` different secrets.

    ``found`` and ``forgotten`` tell how well they are told from canaries that never were planted, while they are in and after they
    were forgotten. ``state`` is the digest then, ``without`` that of the model that never had them. ``recital`` is ``None`` for a
    kind that writes nothing.
    """

    members: int
    secrets: int
    found: Told
    forgotten: Told
    state: str
    without: str
    recital: Recital | None

    @property
    def holds(self) -> bool:
        """Tell whether they are gone to the last bit, and none was ever recited."""
        never = self.recital is None or self.recital.planted == self.recital.forgotten == 0
        return self.state == self.without and never


def planted(scratch: Scratch, attack: Attack, seed: int, number: int) -> Planted | None:
    """Return what became of ``number`` secrets planted in a copy of what a model was trained on.

    ``None`` where its kind cannot forget; raises ``Refused`` for more secrets than can be made. The copy is trained in memory and
    never written.
    """
    held, control, never = _drawn(scratch, seed, number)
    state = scratch.trained(more=_rows((*held, *control)))
    found, writes = _told(attack, state, held, never), hasattr(state, "suggest")
    alone = scratch.kind.train(()) if writes else None
    said = [_said(state, some, alone) for some in (held, control[:1])] if writes else [0, 0]
    gone = scratch.forgetful(state, _rows((*held, *control)))
    if gone is None:
        return None
    recital = None
    if writes:
        asked = [sum(len(prompts(one)) for one in some) for some in (held, control[:1])]
        recital = Recital(asked[0], said[0], _said(gone, held, alone), said[1], asked[1])
    after = _told(attack, gone, held, never)
    return Planted(
        len(held), number, found, after, scratch.kind.digest(gone), scratch.manifest.state, recital
    )


def _drawn(scratch: Scratch, seed: int, number: int) -> tuple[Canaries, Canaries, Canaries]:
    """Return those who are planted, those who share a secret that may be recited, and those who never are planted."""
    key = keyed(seed.to_bytes(32), "sayso-canaries-v1", b"")
    shared = range(number - max(1, number // SHARED), number)
    numbers = [*range(number), *shared, *[number] * _at_least(scratch), *range(number + 1, 2 * number + 1)]
    threads, said = _surroundings(scratch)
    try:
        drawn = canaries(key, numbers, threads, said)
    except ValueError:
        what = "so many secrets cannot be made of words that nobody has put side by side"
        raise Refused(Problem("no-secrets", what, advice="plant fewer of them")) from None
    held = number + len(shared)
    return drawn[:held], drawn[held:-number], drawn[-number:]


def _at_least(scratch: Scratch) -> int:
    return int(dict(scratch.kind.settings).get("at_least", 1))


def _rows(some: Iterable[Canary]) -> list[Row]:
    return [row for one in some for row in one.rows]


def _told(attack: Attack, state: Any, held: Sequence[Canary], never: Sequence[Canary]) -> Told:
    own, rest = (attack.scores(state, [one.rows for one in some]) for some in (held, never))
    return told(own, rest)


def _said(state: Any, some: Iterable[Canary], alone: Any) -> int:
    return sum(recited(state, one, alone) for one in some)


def _surroundings(scratch: Scratch) -> tuple[list[str], set[Pair]]:
    """Return the records that canaries may answer, such as answer none themselves, and what already stands side by side somewhere."""
    threads: list[str] = []
    base = scratch.kind.train(())
    writes = hasattr(base, "suggest")
    said = public_pairs(base) if writes else set()
    for row in all_rows(scratch.shelf, scratch.dataset, scratch.progress):
        if row.reply_to is None:
            threads.append(row.record)
        if writes:
            said |= pairs_in([row.text])
    return sorted(threads), said
