"""One flipped bit anywhere in a kept log is named."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from log_samples import KEY, NOW, choice, sign, signed, some_choices
from memory_log import MemoryLog
from sayso.errors import EdgeError, IntegrityError
from sayso.ledger.checkpoints import Checkpoint, format_note, sign_checkpoint
from sayso.ledger.codec import decode, encode
from sayso.ledger.merkle import EMPTY_ROOT, leaf_hash
from sayso.ledger.verify import MOST_PROBLEMS, LogReport, verify_log
from sayso.stores.sqlite_log import SqliteLog

SIZE = 21


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of 21 entries with checkpoints at 8, 13 and 20."""
    path = tmp_path / "log.sqlite"
    with SqliteLog.create(path) as log:
        log.append(some_choices(SIZE), NOW)
        for size in (8, 13, 20):
            log.keep_checkpoint(signed(size, log.root(size)))
    return path


def report_of(path: Path) -> LogReport:
    with SqliteLog(path) as log:
        return verify_log(log, KEY)


def tamper(path: Path, *statements: str) -> None:
    """Change a log behind its back, as somebody who can write the file would."""
    db = sqlite3.connect(path)
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.create_function("flip", 2, flip)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


def flip(value: bytes, bit: int) -> bytes:
    data = bytearray(value)
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(data)


def named(report: LogReport) -> str:
    return "\n".join(problem.what for problem in report.problems)


def test_a_sound_log_holds(path: Path) -> None:
    report = report_of(path)
    assert report.holds
    assert (report.entries, report.checkpoints, report.signed_size) == (SIZE, 3, 20)


@pytest.mark.parametrize("entry", [0, 7, 12, 20])
@pytest.mark.parametrize("bit", [3, 77, 500, 1201])
def test_a_flipped_bit_in_a_leaf_names_the_entry(path: Path, entry: int, bit: int) -> None:
    tamper(path, f"UPDATE entries SET leaf = flip(leaf, {bit}) WHERE number = {entry}")
    assert f"entry {entry} does not have the hash that the tree keeps for it" in named(report_of(path))


@pytest.mark.parametrize("column", ["type", "tag"])
@pytest.mark.parametrize("bit", [0, 6, 7, 15])
def test_a_flipped_bit_in_a_column_beside_the_leaf_names_the_entry(path: Path, column: str, bit: int) -> None:
    changed = f"CAST(flip(CAST({column} AS BLOB), {bit}) AS TEXT)"
    tamper(path, f"UPDATE entries SET {column} = {changed} WHERE number = 9")
    assert named(report_of(path)) == f"entry 9 is kept under another {column} than its own"


def test_a_tag_that_is_gone_names_the_entry(path: Path) -> None:
    tamper(path, "UPDATE entries SET tag = NULL WHERE number = 9")
    assert named(report_of(path)) == "entry 9 is kept under another tag than its own"


@pytest.mark.parametrize("bit", [5, 6, 20, 40, 63])
def test_a_flipped_bit_in_a_number_names_the_entries(path: Path, bit: int) -> None:
    moved = 9 ^ (1 << bit) if bit < 63 else 9 - 2**63
    tamper(path, f"UPDATE entries SET number = {moved} WHERE number = 9")
    report = report_of(path)
    assert "the log has entry 10 and not entry 9" in named(report)
    assert f"entry {moved}" in named(report)


def test_a_number_that_takes_the_place_of_none_at_the_end_names_the_entry(path: Path) -> None:
    tamper(path, "UPDATE entries SET number = 22 WHERE number = 20")
    assert "the log has entry 22 and not entry 20" in named(report_of(path))


@pytest.mark.parametrize(("level", "position"), [(0, 3), (0, 20), (1, 2), (2, 4), (3, 0), (4, 0)])
@pytest.mark.parametrize("bit", [0, 133, 255])
def test_a_flipped_bit_in_a_node_names_it(path: Path, level: int, position: int, bit: int) -> None:
    tamper(path, f"UPDATE nodes SET hash = flip(hash, {bit}) WHERE level = {level} AND position = {position}")
    name = (
        f"entry {position} does"
        if level == 0
        else f"node {position} at level {level} of the tree is not the hash"
    )
    assert name in named(report_of(path))


@pytest.mark.parametrize(
    ("column", "bit"), [("level", 0), ("level", 3), ("level", 62), ("position", 5), ("position", 40)]
)
def test_a_flipped_bit_in_the_place_of_a_node_names_it(path: Path, column: str, bit: int) -> None:
    flipped = f"({column} | {1 << bit}) - ({column} & {1 << bit})"
    tamper(path, f"UPDATE nodes SET {column} = {flipped} WHERE level = 2 AND position = 3")
    assert "node 3 at level 2 of the tree is missing" in named(report_of(path))
    assert "belongs to no entry" in named(report_of(path))


@pytest.mark.parametrize("bit", [0, 2, 6, 40])
def test_a_flipped_bit_in_the_size_of_a_checkpoint_names_it(path: Path, bit: int) -> None:
    tamper(path, f"UPDATE checkpoints SET size = {13 ^ 1 << bit} WHERE size = 13")
    assert f"the checkpoint kept under size {13 ^ 1 << bit} is one of size 13" in named(report_of(path))


@pytest.mark.parametrize("bit", [0, 7, 8 * 18, 8 * 19 + 1, 8 * 30 + 1, 8 * 90 + 1, 8 * 150])
def test_a_flipped_bit_in_the_note_of_a_checkpoint_names_it(path: Path, bit: int) -> None:
    changed = f"CAST(flip(CAST(note AS BLOB), {bit}) AS TEXT)"
    tamper(path, f"UPDATE checkpoints SET note = {changed} WHERE size = 13")
    assert "the checkpoint kept under size 13" in named(report_of(path))


@pytest.mark.parametrize(("statement", "what"), [
    ("DELETE FROM entries WHERE number = 20", "node 20 at level 0 of the tree belongs to no entry"),
    ("DELETE FROM entries WHERE number = 0", "the log has entry 1 and not entry 0: 1 missing"),
    ("DELETE FROM nodes WHERE level = 0 AND position = 20", "node 20 at level 0 of the tree is missing"),
    ("DELETE FROM nodes WHERE level = 3", "node 0 at level 3 of the tree is missing"),
    ("INSERT INTO nodes VALUES (9, 0, x'00')", "node 0 at level 9 of the tree belongs to no entry"),
    ("INSERT INTO nodes VALUES (0, -1, x'00')", "node -1 at level 0 of the tree belongs to no entry"),
    ("UPDATE nodes SET hash = x'' WHERE level = 1 AND position = 0", "node 0 at level 1 of the tree is not the hash"),
])  # fmt: skip
def test_a_row_too_few_or_too_many_is_named(path: Path, statement: str, what: str) -> None:
    tamper(path, statement)
    assert what in named(report_of(path))


def test_a_log_cut_behind_a_checkpoint_names_the_checkpoint(path: Path) -> None:
    tamper(path, "DELETE FROM entries", "DELETE FROM nodes")
    report = report_of(path)
    assert "the log ends at 0 entries, before the kept checkpoint of size 8" in named(report)
    assert report.signed_size == 0


def rewrite(path: Path, number: int) -> None:
    """Put another choice in the place of an entry, and make the whole tree and the columns fit."""
    with SqliteLog(path) as log:
        leaves = [raw.leaf for raw in log.raw_entries()]
    leaves[number] = encode(choice("03", yes=True), NOW)
    hashes = [leaf_hash(leaf) for leaf in leaves]
    with SqliteLog.create(path.with_name("other.sqlite")) as other:
        for place, leaf in enumerate(leaves):
            other.append([decode(leaf, place).event], NOW)
        nodes = [node for level in other.raw_levels() for node in other.raw_nodes(level)]
    assert nodes[number].hash == hashes[number]
    tamper(
        path,
        f"UPDATE entries SET leaf = x'{leaves[number].hex()}', tag = '03' WHERE number = {number}",
        *(
            f"UPDATE nodes SET hash = x'{node.hash.hex()}' WHERE level = {node.level} AND position = {node.position}"
            for node in nodes
        ),
    )


def test_a_rewritten_past_is_found_by_the_checkpoints_that_signed_it(path: Path) -> None:
    rewrite(path, 10)
    report = report_of(path)
    assert {problem.code for problem in report.problems} == {"bad-root"}
    assert "the first 13 entries do not have the root of the kept checkpoint of that size" in named(report)
    assert report.signed_size == 8


def test_a_log_rewritten_with_its_checkpoints_is_found_by_one_seen_elsewhere(path: Path) -> None:
    with SqliteLog(path) as log:
        seen = [signed(13, log.root(13)), signed(0, EMPTY_ROOT)]
    rewrite(path, 10)
    tamper(path, "DELETE FROM checkpoints")
    with SqliteLog(path) as log:
        assert verify_log(log, KEY).holds
        assert "the root of the checkpoint seen elsewhere" in named(verify_log(log, KEY, seen))
        ahead = signed(SIZE + 1, EMPTY_ROOT)
        assert "before the checkpoint seen elsewhere of size 22" in named(verify_log(log, KEY, [ahead]))


def test_a_report_names_no_more_problems_than_somebody_reads(path: Path, tmp_path: Path) -> None:
    with SqliteLog(path) as log:
        log.append(some_choices(MOST_PROBLEMS), NOW)
    tamper(path, "UPDATE entries SET tag = 'zz'")
    report = report_of(path)
    assert len(report.problems) == MOST_PROBLEMS + 1
    assert report.problems[-1].what == f"{SIZE} more problems are not listed"


def test_a_checkpoint_of_another_log_is_named(path: Path) -> None:
    with SqliteLog(path) as log:
        root = log.root(8)
    strange = sign_checkpoint(Checkpoint("example.org/other", 8, root), KEY, sign)
    db = sqlite3.connect(path)
    db.execute("INSERT INTO checkpoints VALUES (8, ?)", (format_note(strange),))
    db.commit()
    db.close()
    assert "the checkpoint kept under size 8 is of another log than the key's" in named(report_of(path))


class DamagedLevels(MemoryLog):
    """A log in which what a node's level is has become something else."""

    def raw_levels(self) -> tuple[Any, ...]:
        """Return levels of every kind that SQLite has."""
        return (*super().raw_levels(), 1.5, "one", b"\x01", None)


def test_nodes_at_a_level_that_is_no_number_are_named() -> None:
    log = DamagedLevels()
    log.append(some_choices(5), NOW)
    problems = verify_log(log, KEY).problems
    assert [problem.what for problem in problems] == [
        "nodes of the tree are kept at a level that is no number"
    ] * 4


def found_in(path: Path) -> bool:
    try:
        return not report_of(path).holds
    except (IntegrityError, EdgeError):
        return True


def rows_of(path: Path) -> list[object]:
    with SqliteLog(path) as log:
        nodes = [node for level in log.raw_levels() for node in log.raw_nodes(level)]
        return [list(log.raw_entries()), nodes, list(log.raw_checkpoints())]


def test_a_bit_flipped_anywhere_in_the_file_is_found_or_changes_no_row(path: Path) -> None:
    sound, rows = path.read_bytes(), rows_of(path)
    for bit in range(5, len(sound) * 8, 2_741):
        path.write_bytes(flip(sound, bit))
        if not found_in(path):
            assert rows_of(path) == rows


@pytest.mark.parametrize("table", ["entries", "nodes", "checkpoints"])
def test_a_page_that_cannot_be_read_is_named_with_its_file(path: Path, table: str) -> None:
    db = sqlite3.connect(path)
    (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    db.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert "this file is damaged (SQLITE_CORRUPT" in named(report_of(path))
