"""One flipped bit in each kind of file is named by ``verify``, or stops the project from being opened under that file's name."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sayso.errors import SaysoError
from sayso.workflows.delete import delete_record
from workflows.worlds_on_disk import NAME, SOURCE, built, community, copied, make, opened, say, verified

MADE = community(12)
VERSION = f"datasets/{NAME}/v0001"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one published version, in which everything holds."""
    folder = make(tmp_path_factory.mktemp("sound") / "forum", MADE)
    with opened(folder) as project:
        said = MADE.people[0].member.id
        say(project, said, yes=False)
        delete_record(project.book, project.tags, project.sources, MADE.records[0].id)
        built(project)
        assert verified(project).problems == ()
    return folder


@pytest.fixture(scope="module")
def state(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of a copy in which bits are flipped, and flipped back."""
    return copied(sound, tmp_path_factory.mktemp("flipped") / "forum") / ".sayso"


def said_by(state: Path) -> str:
    """Return all that is said of a project: every problem of ``verify``, or of opening it."""
    try:
        with opened(state.parent) as project:
            return "\n".join(map(str, verified(project).problems))
    except SaysoError as error:
        return str(error)


@contextmanager
def changed(path: Path, change: Callable[[bytes], bytes]) -> Iterator[None]:
    """Change a file's bytes for as long as the context lasts."""
    before, mode = path.read_bytes(), path.stat().st_mode
    path.write_bytes(change(before))
    path.chmod(mode)
    try:
        yield
    finally:
        for beside in path.parent.glob(path.name + "-*"):
            beside.unlink()
        path.write_bytes(before)


def flip(data: bytes, bit: int) -> bytes:
    """Return the data with one bit flipped."""
    flipped = bytearray(data)
    flipped[bit // 8] ^= 1 << bit % 8
    return bytes(flipped)


def bits(path: Path, seed: int, most: int) -> list[int]:
    """Return some bits of a file, all of them where it is short."""
    size = path.stat().st_size * 8
    return sorted(random.Random(seed).sample(range(size), min(size, most)))


def unnamed(state: Path, file: str, name: str, most: int, seed: int = 1) -> list[int]:
    """Return the bits whose flip ``verify`` does not lay at the door of that file."""
    path = state / file
    missed = []
    for bit in bits(path, seed, most):
        with changed(path, lambda data: flip(data, bit)):  # noqa: B023  called within the turn
            if name not in said_by(state):
                missed.append(bit)
    return missed


FILES = [
    (f"{VERSION}/manifest.dsse.json", "manifest.dsse.json", 12),
    (f"{VERSION}/card.md", "card.md", 6),
    (f"{VERSION}/shards/0003.parquet", "shards/0003.parquet", 8),
    (f"datasets/{NAME}/current", "current", 20),
    (f"sources/{SOURCE}/members.parquet", f"sources/{SOURCE}", 8),
    (f"sources/{SOURCE}/records.parquet", f"sources/{SOURCE}", 8),
    (f"sources/{SOURCE}/source.json", f"{SOURCE}", 12),
    ("keys/log.pub", "log.pub", 8),
]


@pytest.mark.parametrize(("file", "name", "most"), FILES, ids=[file for file, _, _ in FILES])
def test_a_flipped_bit_is_named(state: Path, file: str, name: str, most: int) -> None:
    assert unnamed(state, file, name, most) == []


@pytest.mark.deep
@pytest.mark.parametrize(("file", "name", "most"), FILES, ids=[file for file, _, _ in FILES])
def test_every_one_of_many_flipped_bits_is_named(state: Path, file: str, name: str, most: int) -> None:
    assert unnamed(state, file, name, 40 * most, seed=2) == []


def test_the_key_id_in_the_envelope_is_held_too(state: Path) -> None:
    """Nobody needs it to check a signature, so nobody would miss it."""
    path = state / VERSION / "manifest.dsse.json"
    at = path.read_bytes().index(b'"keyid":"') + 12
    for bit in range(at * 8, at * 8 + 8):
        with changed(path, lambda data: flip(data, bit)):  # noqa: B023  called within the turn
            assert "manifest.dsse.json" in said_by(state)


@pytest.mark.parametrize("file", ["keys/log.ed25519.pem", "keys/secret"])
def test_a_flipped_bit_in_a_private_key_is_named_unless_it_reads_the_same(state: Path, file: str) -> None:
    path = state / file
    with opened(state.parent) as project:
        sound = (project.keys.sign(b""), project.keys.secret())
    for bit in bits(path, 3, 16):
        with changed(path, lambda data: flip(data, bit)):  # noqa: B023  called within the turn
            said = said_by(state)
            if path.name not in said and "the private key beside it" not in said:
                with opened(state.parent) as project:
                    assert (project.keys.sign(b""), project.keys.secret()) == sound, bit


# The log and the tags, through SQLite


@contextmanager
def edited(path: Path, *statements: str) -> Iterator[None]:
    """Change rows of a SQLite file by somebody who takes the triggers away first."""
    with changed(path, lambda data: data):
        with closing(sqlite3.connect(path)) as db:
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                db.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                assert db.execute(statement).rowcount == 1, statement
            db.commit()
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield


FLIPPED_LEAF = "CAST(replace(CAST(leaf AS TEXT), '\"yes\":false', '\"yes\":true') AS BLOB)"
A_NO = "(SELECT max(number) FROM entries WHERE type = 'choice-made' AND CAST(leaf AS TEXT) LIKE '%false%')"
WITH_TAG = "(SELECT min(number) FROM entries WHERE tag IS NOT NULL)"
ROWS = [
    (f"UPDATE entries SET leaf = {FLIPPED_LEAF} WHERE number = {A_NO}", "entry"),
    ("UPDATE entries SET type = 'choice-mad%' WHERE number = 5", "entry 5"),
    (f"UPDATE entries SET tag = replace(tag, substr(tag, 1, 1), 'x') WHERE number = {WITH_TAG}", "entry"),
    ("UPDATE entries SET number = 1000 WHERE number = 3", "entry 3"),
    ("DELETE FROM entries WHERE number = 4", "entry 4"),
    ("DELETE FROM entries WHERE number = (SELECT max(number) FROM entries)", "log"),
    ("UPDATE nodes SET hash = zeroblob(32) WHERE level = 0 AND position = 2", "entry 2"),
    ("UPDATE nodes SET hash = zeroblob(32) WHERE level = 2 AND position = 1", "node 1 at level 2"),
    ("DELETE FROM nodes WHERE level = 1 AND position = 1", "node 1 at level 1"),
    ("UPDATE checkpoints SET note = replace(note, 'forum', 'fnrum')", "checkpoint"),
    ("UPDATE checkpoints SET size = size - 1", "checkpoint"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "name"), ROWS)
def test_a_changed_row_of_the_log_is_named(state: Path, statement: str, name: str) -> None:
    with edited(state / "log.sqlite", statement):
        assert name in said_by(state)


TAGS = [
    "UPDATE tags SET tag = 'f' || substr(tag, 2) WHERE member = '{}' AND substr(tag, 1, 1) <> 'f'",
    "UPDATE tags SET tag = 'e' || substr(tag, 2) WHERE member = '{}' AND substr(tag, 1, 1) <> 'e'",
    "UPDATE tags SET member = 'x' || member WHERE member = '{}'",
    "DELETE FROM tags WHERE member = '{}'",
]


def test_a_changed_row_of_the_tags_is_named_whoever_it_is_of(state: Path) -> None:
    """Of those who spoke, those of whom something is published, and those of whom the project knows only that they are there."""
    path = state / "tags.sqlite"
    for person in MADE.people:
        with closing(sqlite3.connect(path)) as db:
            (tag,) = db.execute("SELECT tag FROM tags WHERE member = ?", (person.member.id,)).fetchone()
        with opened(state.parent) as project:
            heard = bool(project.log.entries_of(tag))
        for statement in TAGS[1 if tag.startswith("f") else 0 :][:4]:
            if "'e'" in statement and not tag.startswith("f"):
                continue
            with edited(path, statement.format(person.member.id)):
                assert "tags.sqlite" in said_by(state) or (not heard and "SET tag" in statement), statement


def dump(path: Path) -> list[object]:
    """Return everything that a SQLite file says, by its tables and by its indices."""
    with closing(sqlite3.connect(path)) as db:
        db.text_factory = bytes
        names = [
            name.decode() for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        found: list[object] = [db.execute("SELECT * FROM sqlite_master").fetchall()]
        found += [db.execute(f"SELECT * FROM {name} NOT INDEXED").fetchall() for name in sorted(names)]
        return [*found, db.execute("PRAGMA integrity_check").fetchall()]


def raw_flips(state: Path, file: str, name: str, most: int, seed: int) -> list[int]:
    """Return the bits of a SQLite file whose flip changes what it says, and that ``verify`` does not name."""
    path = state / file
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sound, missed = dump(path), []
    for bit in bits(path, seed, most):
        with changed(path, lambda data: flip(data, bit)):  # noqa: B023  called within the turn
            said = said_by(state)
            if name in said or (name == "log" and "entry" in said):
                continue
            try:
                same = dump(path) == sound
            except (sqlite3.Error, UnicodeDecodeError):
                same = False
            missed += [] if same else [bit]
    return missed


def test_a_flipped_bit_in_the_pages_of_the_log_or_the_tags_is_named(state: Path) -> None:
    assert raw_flips(state, "log.sqlite", "log", 20, 4) == []
    assert raw_flips(state, "tags.sqlite", "tags.sqlite", 20, 5) == []


@pytest.mark.parametrize(("file", "said"), [("log.sqlite", b"append only"), ("tags.sqlite", b"UNIQUE")])
def test_a_flipped_bit_in_what_a_file_was_made_with_is_named(state: Path, file: str, said: bytes) -> None:
    """A trigger that says something else, or a column that may hold a value twice."""
    path = state / file
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for bit in range(8 * path.read_bytes().index(said), 8 * path.read_bytes().index(said) + 8):
        with changed(path, lambda data: flip(data, bit)):  # noqa: B023  called within the turn
            assert file in said_by(state)


@pytest.mark.deep
def test_every_one_of_many_flipped_bits_in_the_pages_of_the_log_or_the_tags_is_named(state: Path) -> None:
    assert raw_flips(state, "log.sqlite", "log", 2000, 6) == []
    assert raw_flips(state, "tags.sqlite", "tags.sqlite", 2000, 7) == []


# What is damaged can be built again


@pytest.mark.parametrize(
    "file", ["v0001/manifest.dsse.json", "current", "v0001/card.md", "v0001/shards/0003.parquet"]
)
def test_building_again_mends_what_was_damaged(sound: Path, tmp_path: Path, file: str) -> None:
    folder = copied(sound, tmp_path / "forum")
    path = folder / ".sayso" / "datasets" / NAME / file
    path.write_bytes(flip(path.read_bytes(), 20))
    with opened(folder) as project:
        one = built(project)
        assert (one.manifest.version, project.datasets.current(NAME)) == (2, 2)
        assert [each.problems for each in verified(project).versions if each.version == 2] == [()]


def test_everything_still_holds_after_all_of_this(state: Path) -> None:
    assert said_by(state) == ""


OTHERS = pa.array([7, None, 3], pa.int32())
NO_NUMBERS = pa.array(["seven", None, "three"])


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (OTHERS, "rows of this source are not joined to the member that they name"),
        (NO_NUMBERS, "the tables of this source cannot be read"),
    ],
)
def test_records_joined_to_others_or_to_nobody_are_named_though_every_digest_was_made_to_match(
    state: Path, numbers: pa.Array, said: str
) -> None:
    """Numbers are no part of the rows' digest: they follow from the ids, and are held against these."""
    folder = state / "sources" / SOURCE
    path = folder / "records.parquet"

    def renumbered(data: bytes) -> bytes:
        table = pq.read_table(pa.BufferReader(data))
        column = pa.array(
            [numbers[row % len(numbers)].as_py() for row in range(table.num_rows)], numbers.type
        )
        sink = pa.BufferOutputStream()
        place = table.schema.get_field_index("author_number")
        pq.write_table(table.set_column(place, "author_number", column), sink)
        return bytes(sink.getvalue())

    def summed(data: bytes) -> bytes:
        lines = dict(line.split(b"  ")[::-1] for line in data.splitlines())
        lines[b"records.parquet"] = hashlib.sha256(path.read_bytes()).hexdigest().encode()
        return b"".join(digest + b"  " + name + b"\n" for name, digest in lines.items())

    with changed(path, renumbered), changed(folder / "SHA256SUMS", summed):
        assert said in said_by(state)
