"""Archives from strangers: whatever is done to them, they are refused in a sentence, and nothing is ever unpacked to a disk."""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.exports import boost, discourse_files, linkedin_files, mastodon_files, note, post, tarred, zipped
from sayso.errors import InputError
from sayso.intake.archives.limits import Limits
from sayso.intake.archives.opening import open_archive
from sayso.intake.archives.platforms import PLATFORMS
from sayso.intake.archives.pouring import Given, LeftOut, Remark, Theirs
from sayso.intake.refusals import RefusedRow

SMALL = Limits(entries=8, entry_bytes=1 << 16, total_bytes=1 << 18, ratio=50, ratio_from=1 << 15)
GOOD = {"a/outbox.json": "{}", "a/actor.json": "{}"}


def contents(path: Path, limits: Limits = SMALL) -> dict[str, bytes]:
    """Return what is in an archive, by the paths in it."""
    found = {}
    with open_archive(path, "archive", lambda name: True, limits) as archive:
        for entry in archive.entries:
            with archive.open(entry, "file") as stream:
                found["/".join(entry.parts)] = stream.whole(1 << 20)
    return found


def code(path: Path, limits: Limits = SMALL) -> str:
    """Return the code of the refusal of an archive, whose text must say where, why and what to do, and nothing of the file's name."""
    with pytest.raises(InputError) as refusal:
        contents(path, limits)
    (problem,) = refusal.value.problems
    assert problem.place is not None
    assert problem.place.file.startswith("archive")
    assert problem.advice
    assert path.name not in str(problem)
    return problem.code


def changed(path: Path, change: Callable[[zipfile.ZipFile], None]) -> Path:
    """Write a zip by hand."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        change(archive)
    return path


def info(name: str, mode: int = 0) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(name)
    found.external_attr = mode << 16
    return found


@pytest.mark.parametrize("write", [zipped, tarred])
def test_a_good_archive_gives_its_files(
    tmp_path: Path, write: Callable[[Path, dict[str, str]], Path]
) -> None:
    litter = {"__MACOSX/a/._outbox.json": "x", "a/.DS_Store": "x"}
    assert contents(write(tmp_path / "x.bin", {**GOOD, **litter})) == dict.fromkeys(GOOD, b"{}")


def test_an_archive_that_was_zipped_once_more_is_that_archive_and_no_deeper(tmp_path: Path) -> None:
    once = zipped(tmp_path / "a.zip", GOOD)
    twice = zipped(tmp_path / "a.zip.zip", {"a.zip": once.read_bytes(), "__MACOSX/._a.zip": b"x"})
    assert contents(twice) == dict.fromkeys(GOOD, b"{}")
    assert code(zipped(tmp_path / "b.zip", {"a.zip.zip": twice.read_bytes()})) == "nested-archive"


@pytest.mark.parametrize(
    "name",
    [
        "../up.csv",
        "a/../../up.csv",
        "/etc/passwd",
        "C:\\x.csv",
        "C:x.csv",
        "..\\up.csv",
        "\\\\host\\x",
        "a\nb.csv",
    ],
)
def test_names_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    assert code(zipped(tmp_path / "x.zip", {"good.csv": "x", name: "x"})) == "bad-path"
    assert code(tarred(tmp_path / "x.tar.gz", {"good.csv": "x", name: "x"})) == "bad-path"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path, kind: int) -> None:
    path = changed(
        tmp_path / "x.zip", lambda archive: archive.writestr(info("x.csv", kind | 0o777), "/etc/passwd")
    )
    assert code(path) == "bad-entry"


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE],
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        one = tarfile.TarInfo("outbox.json")
        one.type, one.linkname = kind, "/etc/passwd"
        archive.addfile(one)
    assert code(path) == "bad-entry"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    def twice(archive: zipfile.ZipFile) -> None:
        archive.writestr("a/Shares.csv", "one")
        archive.writestr("a/./Shares.csv", "two")

    assert code(changed(tmp_path / "x.zip", twice)) == "duplicate-entry"
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("a.json", "./a.json"):
            archive.addfile(tarfile.TarInfo(name))
    assert code(path) == "duplicate-entry"


def test_what_swells_too_much_is_refused_before_it_is_read(tmp_path: Path) -> None:
    swollen = {"Shares.csv": "\0" * 60_000}
    assert code(zipped(tmp_path / "x.zip", swollen)) == "archive-bomb"
    assert code(tarred(tmp_path / "x.tar.gz", swollen)) == "archive-bomb"


def test_what_is_too_large_or_too_many_is_refused(tmp_path: Path) -> None:
    noise = os.urandom(70_000)
    for write, name in ((zipped, "x.zip"), (tarred, "x.tar.gz")):
        assert code(write(tmp_path / name, {"Shares.csv": noise})) == "archive-too-large"
        assert (
            code(write(tmp_path / name, {f"{one}.jpg": noise[:60_000] for one in range(5)}))
            == "archive-too-large"
        )
        assert code(write(tmp_path / name, {f"{one}.csv": "x" for one in range(9)})) == "archive-too-large"


def test_a_list_of_files_that_is_too_long_is_not_even_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {f"{one}.csv": "x" for one in range(5)})
    assert code(path, Limits(index_bytes=100)) == "archive-too-large"


def test_files_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.csv": os.urandom(200), "b.csv": os.urandom(200)})
    raw = bytearray(path.read_bytes())
    second = raw.rfind(b"PK\x01\x02")
    raw[second + 42 : second + 46] = struct.pack("<L", 40)  # where the second file begins
    path.write_bytes(raw)
    assert code(path) == "overlapping-entries"


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"Shares.csv": "Date"})
    raw = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        raw[raw.find(mark) + at] |= 1
    path.write_bytes(raw)
    assert code(path) == "encrypted-archive"


def test_a_zip_packed_in_a_rare_way_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path / "x.zip", lambda archive: archive.writestr("x.csv", "x" * 99, zipfile.ZIP_LZMA))
    assert code(path) == "unknown-packing"


def test_a_wrong_check_sum_is_found(tmp_path: Path) -> None:
    words = os.urandom(400)
    for name, packing in (("x.zip", zipfile.ZIP_STORED), ("y.zip", zipfile.ZIP_DEFLATED)):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", packing) as archive:
            archive.writestr("Shares.csv", words)
        raw = bytearray(path.read_bytes())
        raw[100] ^= 1
        path.write_bytes(raw)
        assert code(path) == "torn-archive"
    packed = bytearray(tarred(tmp_path / "x.tar.gz", {"Shares.csv": words}).read_bytes())
    packed[-6] ^= 1
    (tmp_path / "x.tar.gz").write_bytes(packed)
    assert code(tmp_path / "x.tar.gz") == "torn-archive"


@pytest.mark.parametrize("write", [zipped, tarred])
def test_a_truncated_archive_is_refused_wherever_it_ends(
    tmp_path: Path, write: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    path = write(tmp_path / "x", {"a.csv": os.urandom(50), "b.csv": os.urandom(50)})
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert code(path) in ("torn-archive", "not-an-archive")


def test_a_tar_that_breaks_off_between_files_is_torn_and_not_short(tmp_path: Path) -> None:
    whole = gzip.decompress(tarred(tmp_path / "x", {"a.csv": "a" * 600, "b.csv": "b" * 600}).read_bytes())
    path = tmp_path / "y.tar.gz"
    path.write_bytes(gzip.compress(whole[: 3 * 512 + 100]))
    assert code(path) == "torn-archive"
    broken = bytearray(whole)
    broken[3 * 512 + 150] ^= 0xFF  # the check sum of the second header
    path.write_bytes(gzip.compress(bytes(broken)))
    assert code(path) == "torn-archive"


def test_a_tar_header_that_claims_to_be_huge_is_refused(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, 1 << 32
    path = tmp_path / "x.tar.gz"
    path.write_bytes(gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) + b"1" * 2_000))
    assert code(path, Limits()) == "archive-bomb"


@pytest.mark.parametrize(
    "start", [b"", b"x", b"Rar!\x1a\x07", b"7z\xbc\xaf'\x1c", b"%PDF-1.7", b"{}", b"MZ" + b"PK\x03\x04" * 9]
)
def test_what_is_no_archive_is_refused_whatever_its_name(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "Complete_LinkedInDataExport_09-18-2026.zip"
    path.write_bytes(start)
    assert code(path) == "not-an-archive"
    assert code(tmp_path / "nowhere.zip") == "no-file"
    assert code(tmp_path) == "no-file"


def test_a_tar_of_very_many_files_opens_one_file(tmp_path: Path) -> None:
    many = {f"{number}/outbox.json": f"{number}" for number in range(3_000)}
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with open_archive(tarred(tmp_path / "x", many), "archive", lambda name: True) as archive:
        after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
        assert after - before <= 2
        found = []
        for entry in archive.entries[::500]:
            with archive.open(entry, "file") as stream:
                found.append(stream.whole(100))
    assert found == [b"0", b"500", b"1000", b"1500", b"2000", b"2500"]


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setattr("sayso.intake.archives.tars._KEPT_IN_MEMORY", 10)
    monkeypatch.setattr("sayso.intake.archives.opening._KEPT_IN_MEMORY", 10)
    inner = zipped(tmp_path / "a.zip", {"Shares.csv": "x" * 100})
    with open_archive(
        tarred(tmp_path / "b.tar.gz", {"Shares.csv": "x" * 100}), "archive", lambda name: True
    ) as archive:
        assert [entry.name for entry in archive.entries] == ["Shares.csv"]
        assert list(place.iterdir()) == []
    assert contents(zipped(tmp_path / "c.zip", {"a.zip": inner.read_bytes()})) == {"Shares.csv": b"x" * 100}
    assert list(place.iterdir()) == []


def _whole(write: Callable[[Path, dict[str, str]], Path], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write(Path(folder) / name, mastodon_files(note(1), note(2))).read_bytes()


WHOLE = {"zip": _whole(zipped, "x.zip"), "tar": _whole(tarred, "x.tar.gz")}
EDITS = st.lists(
    st.tuples(st.floats(0, 0.9999), st.binary(max_size=4), st.integers(0, 4)), min_size=1, max_size=4
)


def _read(raw: bytes, platform: str = "mastodon") -> None:
    """Read bytes as an archive, which may be refused and nothing else."""
    with tempfile.NamedTemporaryFile() as file, suppress(InputError):
        file.write(raw)
        file.flush()
        with PLATFORMS[platform].opening(Path(file.name), "archive", Given()) as reader:
            assert reader.member().member.id
            assert all(isinstance(one, Theirs | RefusedRow | LeftOut | Remark) for one in reader.found())


@given(st.sampled_from(sorted(WHOLE)), EDITS)
def test_an_archive_that_was_tampered_with_comes_in_or_is_refused_and_never_crashes(
    kind: str, edits: list[tuple[float, bytes, int]]
) -> None:
    raw = WHOLE[kind]
    for where, new, cut in edits:
        at = int(where * len(raw))
        raw = raw[:at] + new + raw[at + cut :]
    _read(raw)


@given(EDITS)
def test_a_tar_that_was_tampered_with_below_its_packing_never_crashes(
    edits: list[tuple[float, bytes, int]],
) -> None:
    raw = gzip.decompress(WHOLE["tar"])
    for where, new, _ in edits:
        at = int(where * 512 * 6) if len(new) % 2 else int(where * len(raw))
        raw = raw[:at] + new + raw[at + len(new) :]
    _read(gzip.compress(raw, 1))


@given(st.binary(max_size=100))
def test_no_bytes_behind_the_first_ones_of_a_zip_or_gzip_crash(raw: bytes) -> None:
    for start in (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"\x1f\x8b\x08\x00"):
        _read(start + raw)
    _read(gzip.compress(raw, 1))
    _read(b"PK\x03\x04" + raw + b"PK\x05\x06" + raw[:18].ljust(18, b"\0"))


CONTENTS = {
    "linkedin": linkedin_files("_1"),
    "mastodon": mastodon_files(note(1), boost(2), note(3, inReplyTo="https://other.example/1")),
    "discourse": discourse_files(post(1, "One."), post(2, "Two.", is_pm="Yes")),
}
FILES = st.sampled_from([(platform, name) for platform, files in CONTENTS.items() for name in files])
MARKS = st.sampled_from(
    [
        b'"',
        b'\\"',
        b",",
        b"\n",
        b"\r",
        b"\xff",
        b"\0",
        b"{",
        b"[",
        b"}",
        b"<",
        b"&#x110000;",
        b"%25",
        b"9" * 5_000,
    ]
)


@given(
    FILES,
    st.lists(st.tuples(st.floats(0, 0.9999), MARKS | st.binary(max_size=3), st.integers(0, 9)), max_size=4),
)
def test_a_file_that_was_tampered_with_inside_its_archive_never_crashes(
    where: tuple[str, str], edits: list[tuple[float, bytes, int]]
) -> None:
    platform, name = where
    raw = CONTENTS[platform][name].encode()
    for share, new, cut in edits:
        at = int(share * len(raw))
        raw = raw[:at] + new + raw[at + cut :]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for each, text in CONTENTS[platform].items():
            archive.writestr(each, raw if each == name else text)
    _read(packed.getvalue(), platform)
