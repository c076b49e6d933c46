"""Checks of a whole log: leaves, tree, checkpoints, derived columns. What does not hold is named; nothing
is raised.

One pass over the entries, in constant memory. Each kept node is compared with what lies right below it, so
that a flipped bit is named where it is and not at every node above. Checkpoints whose roots are all those
of prefixes of one sequence of entries are consistent with one another: that is what their roots are held
against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sayso.errors import EdgeError, InputError, IntegrityError, Problem
from sayso.ledger.checkpoints import Checkpoint, SignatureCheck, VerifierKey, check_signature, parse_note
from sayso.ledger.codec import decode, type_name
from sayso.ledger.events import tag_of
from sayso.ledger.merkle import EMPTY_ROOT, Node, fold_right, leaf_hash, node_hash
from sayso.ledger.raw import RawCheckpoint, RawEntry, RawLog

MOST_PROBLEMS = 200
"""How many problems a report names; where there are more it says how many."""


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a check of a log found: how many entries and checkpoints it read, and all that does not hold.

    ``signed_size`` is the size of the greatest checkpoint that holds: entries from there on stand under no
    signature.
    """

    entries: int
    checkpoints: int
    signed_size: int
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        """Tell whether everything in the log holds."""
        return not self.problems


def verify_log(log: RawLog, key: VerifierKey, seen: Iterable[Checkpoint] = ()) -> LogReport:
    """Return what holds of a log that signs with ``key``.

    ``seen`` are checkpoints that the caller has from elsewhere (a receipt, a manifest, an earlier look): a
    log that was rewritten or cut behind one of them does not hold, even where it is sound in itself.
    """
    found = _Findings()
    kept = _read_checkpoints(log, key, found)
    good = [checkpoint for _, checkpoint in kept if checkpoint is not None]
    outside = tuple(seen)
    walk = _Walk(log, frozenset(each.size for each in (*good, *outside)), found)
    walk.run()
    standing = [each.size for each in good if _stands(each, walk, "kept checkpoint", found)]
    for each in outside:
        _stands(each, walk, "checkpoint seen elsewhere", found)
    return LogReport(walk.entries, len(kept), max(standing, default=0), found.problems())


class _Findings:
    """Problems, as many as a person can read, and a count of the rest."""

    def __init__(self) -> None:
        self._named: list[Problem] = []
        self._more = 0

    def add(self, code: str, what: str) -> None:
        self.take((Problem(code, what, advice="restore the log from a copy"),))

    def take(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            if len(self._named) < MOST_PROBLEMS:
                self._named.append(problem)
            else:
                self._more += 1

    def problems(self) -> tuple[Problem, ...]:
        if not self._more:
            return tuple(self._named)
        return (*self._named, Problem("more", f"{self._more} more problems are not listed"))


def _read_checkpoints(
    log: RawLog, key: VerifierKey, found: _Findings
) -> list[tuple[RawCheckpoint, Checkpoint | None]]:
    """Return the kept checkpoints, each with what its note holds if that can be read and the key signed it."""
    kept: list[tuple[RawCheckpoint, Checkpoint | None]] = []
    try:
        kept.extend((raw, _read_checkpoint(raw, key, found)) for raw in log.raw_checkpoints())
    except (IntegrityError, EdgeError) as error:
        found.take(error.problems)
    return kept


def _read_checkpoint(raw: RawCheckpoint, key: VerifierKey, found: _Findings) -> Checkpoint | None:
    which = f"the checkpoint kept under size {raw.size}"
    try:
        checkpoint = parse_note(raw.note)
    except InputError:
        found.add("bad-checkpoint", f"{which} cannot be read")
        return None
    if checkpoint.size != raw.size:
        found.add("bad-checkpoint", f"{which} is one of size {checkpoint.size}")
    if checkpoint.origin != key.name:
        found.add("other-log", f"{which} is of another log than the key's")
    if check_signature(checkpoint, key) is SignatureCheck.GOOD:
        return checkpoint
    found.add("bad-signature", f"{which} is not signed with the log's key, or its signature does not verify")
    return None


def _stands(checkpoint: Checkpoint, walk: _Walk, which: str, found: _Findings) -> bool:
    """Tell whether a checkpoint's root is that of the log's prefix, and add the problem where not."""
    stands = walk.roots.get(checkpoint.size) == checkpoint.root
    if not stands and checkpoint.size > walk.size:
        found.add(
            "short-log", f"the log ends at {walk.size} entries, before the {which} of size {checkpoint.size}"
        )
    elif not stands:
        found.add(
            "bad-root",
            f"the first {checkpoint.size} entries do not have the root of the {which} of that size",
        )
    return stands


class _Level:
    """The kept nodes of one level, taken in order."""

    def __init__(self, nodes: Iterator[Node], level: int, found: _Findings) -> None:
        self._nodes, self._level, self._found = nodes, level, found
        self._head = next(nodes, None)

    def peek(self, position: int) -> bytes | None:
        """Return the hash kept at a position, ``None`` where there is none; those before it have no place
        here.
        """
        while self._head is not None and not self._is_from(self._head, position):
            self._stray(self._head)
            self._head = next(self._nodes, None)
        return self._head.hash if self._head is not None and self._head.position == position else None

    def take(self, position: int) -> bytes | None:
        """Return the hash kept at a position and go on to the next."""
        hashed = self.peek(position)
        if hashed is None:
            self._found.add("missing-node", f"{_node_name(self._level, position)} is missing")
        else:
            self._head = next(self._nodes, None)
        return hashed

    def finish(self) -> None:
        """Name what is left: it belongs to no entry."""
        while self._head is not None:
            self._stray(self._head)
            self._head = next(self._nodes, None)

    def _stray(self, node: Node) -> None:
        self._found.add("stray-node", f"{_node_name(self._level, node.position)} belongs to no entry")

    @staticmethod
    def _is_from(node: Node, position: int) -> bool:
        return isinstance(node.position, int) and node.position >= position


class _Walk:
    """One pass over entries and nodes side by side; remembers the roots at the sizes it was asked for."""

    def __init__(self, log: RawLog, sizes: frozenset[int], found: _Findings) -> None:
        self._log, self._sizes, self._found = log, sizes, found
        self._levels: dict[int, _Level] = {}
        self._peaks: list[bytes] = []
        self.entries = self.size = 0
        self.roots: dict[int, bytes] = {0: EMPTY_ROOT}

    def run(self) -> None:
        """Walk to the end, or to where the file cannot be read any further."""
        try:
            for level in (0, *self._log.raw_levels()):
                if isinstance(level, int):
                    self._level(level)
                else:
                    self._found.add("bad-node", "nodes of the tree are kept at a level that is no number")
            for raw in self._log.raw_entries():
                self.entries += 1
                self._entry(raw)
            for kept in self._levels.values():
                kept.finish()
        except (IntegrityError, EdgeError) as error:
            self._found.take(error.problems)

    def _entry(self, raw: RawEntry) -> None:
        if raw.number < self.size:
            self._found.add("stray-entry", f"entry {raw.number} has no place in the log")
            return
        if raw.number > self.size:
            what = (
                f"the log has entry {raw.number} and not entry {self.size}: {raw.number - self.size} missing"
            )
            self._found.add("missing-entry", what)
            self._bridge(raw.number)
        _check_entry(raw, self._found)
        if raw.number == self.size:
            self._push(leaf_hash(raw.leaf) if isinstance(raw.leaf, bytes) else b"")

    def _bridge(self, number: int) -> None:
        """Go on over missing entries by the leaf hashes that are still kept, as far as there are any."""
        leaves = self._level(0)
        while self.size < number and (kept := leaves.peek(self.size)) is not None:
            self._push(kept)

    def _push(self, hashed: bytes) -> None:
        """Add a leaf; go on with what is kept, so that one fault is not found again all the way up."""
        kept = self._level(0).take(self.size)
        if kept is not None and kept != hashed:
            self._found.add(
                "bad-entry", f"entry {self.size} does not have the hash that the tree keeps for it"
            )
        hashed, level, position = kept or hashed, 0, self.size
        while position & 1:
            level, position = level + 1, position >> 1
            hashed = self._join(level, position, node_hash(self._peaks.pop(), hashed))
        self._peaks.append(hashed)
        self.size += 1
        if self.size in self._sizes:
            self.roots[self.size] = fold_right(self._peaks)

    def _join(self, level: int, position: int, hashed: bytes) -> bytes:
        kept = self._level(level).take(position)
        if kept is not None and kept != hashed:
            self._found.add("bad-node", f"{_node_name(level, position)} is not the hash of the two below it")
        return kept or hashed

    def _level(self, level: int) -> _Level:
        if level not in self._levels:
            self._levels[level] = _Level(self._log.raw_nodes(level), level, self._found)
        return self._levels[level]


def _check_entry(raw: RawEntry, found: _Findings) -> None:
    """Check that a leaf is an event, and that the columns beside it say the same."""
    try:
        event = decode(raw.leaf, raw.number).event
    except IntegrityError as error:
        found.take(error.problems)
        return
    if raw.type != type_name(event):
        found.add("bad-column", f"entry {raw.number} is kept under another type than its own")
    if raw.tag != tag_of(event):
        found.add("bad-column", f"entry {raw.number} is kept under another tag than its own")


def _node_name(level: int, position: int) -> str:
    return f"node {position} at level {level} of the tree"
