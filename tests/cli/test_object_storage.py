"""Object storage on the command line: tables come in from it, and what is published is kept in it."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

import sayso
from cli.test_models import WRITING, bakery
from s3_server import S3
from sayso.errors import EdgeError
from sayso.stores.datasets import DATASETS
from sayso.stores.places import spot_of
from sayso.stores.remote_datasets import RemoteDatasets
from sayso.stores.remote_files import RemoteFile
from sayso.values.addresses import parse_address
from shell import Shell
from small_tables import MAPPING, MEMBERS, RECORDS

__all__ = ["bakery"]
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def put(s3: S3, path: str, data: bytes) -> None:
    """Write an object."""
    with s3.files.open_output_stream(path) as out:
        out.write(data)


def objects(s3: S3, path: str) -> dict[str, bytes]:
    """Return what lies below a path."""
    found = s3.files.get_file_info(fs.FileSelector(path, recursive=True, allow_not_found=True))
    files = [each.path for each in found if each.type is fs.FileType.File]
    return {each.removeprefix(f"{path}/"): s3.files.open_input_stream(each).read() for each in files}


@pytest.fixture
def tables(s3_server: S3, bucket: str) -> str:
    """A bucket that holds the small tables: members as CSV and Parquet, records as JSONL."""
    put(s3_server, f"{bucket}/in/members.csv", MEMBERS.encode())
    put(s3_server, f"{bucket}/in/posts.jsonl", RECORDS.encode())
    everything = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(MEMBERS.split("\n")[0].split(","), pa.string()))  # fmt: skip
    sink = io.BytesIO()
    pq.write_table(
        pyarrow.csv.read_csv(io.BytesIO(MEMBERS.encode()), convert_options=everything), sink, row_group_size=2
    )
    put(s3_server, f"{bucket}/in/members.parquet", sink.getvalue())
    return bucket


def importing(empty: Shell, members: str, records: str) -> tuple[str, ...]:
    """Start a project and return the words that bring tables in."""
    if not (empty.folder / "sayso.yaml").exists():
        empty("init", "--policy", "opt-in")
        empty.write("mapping.yaml", MAPPING)
    return ("import", "table", "--members", members, "--records", records, "--map", "mapping.yaml")


@pytest.mark.parametrize("members", ["members.csv", "members.parquet"])
def test_tables_from_a_bucket_come_in_as_from_files(
    empty: Shell, tables: str, template: Path, members: str
) -> None:
    there = f"s3://{tables}/in"
    said = empty.json(*importing(empty, f"{there}/{members}", f"{there}/posts.jsonl"))
    folder = next((template / ".sayso/sources").iterdir())
    here = Shell(template).project().sources.digest(folder.name)
    assert (said["source"], said["members"], said["records"], said["digest"]) == ("posts", 4, 6, here)


def test_tables_from_a_file_address_come_in_too(empty: Shell, template: Path) -> None:
    said = empty.json(*importing(empty, f"file://{template}/members.csv", f"{template}/posts.jsonl"))
    assert (said["members"], said["records"]) == (4, 6)


@pytest.mark.parametrize(
    ("address", "code", "status"),
    [
        ("s3://no-such-bucket-here/members.csv", "no-bucket", 5),
        ("s3://{bucket}/in/nobody.csv", "no-file", 2),
        ("s3://KEY:SECRET@{bucket}/in/members.csv", "bad-address", 2),
        ("s3://{bucket}/in/members.csv?secret_key=SECRET", "bad-address", 2),
        ("ftp://{bucket}/in/members.csv", "bad-address", 2),
        ("s3://", "bad-address", 2),
        ("file://members.csv", "bad-address", 2),
    ],
)
def test_what_is_wrong_with_an_address_is_one_line_with_advice(
    empty: Shell, tables: str, address: str, code: str, status: int
) -> None:
    words = importing(empty, address.format(bucket=tables), f"s3://{tables}/in/posts.jsonl")
    said = empty(*words, status=status)
    assert f"[{code}]" in said.err
    assert "what to do: " in said.err
    assert len(said.err.splitlines()) == 2
    assert "SECRET" not in said.err
    assert empty(*words, "--json", status=status).codes == [code]


def ask_for_rights(s3: S3, after: bytes) -> None:
    """Let the server check everybody's rights after a number of requests: nobody on it has any."""
    asked = Request(f"{s3.url}/moto-api/reset-auth", after, {"Content-Type": "text/plain"})
    urlopen(asked, timeout=10).close()


def test_who_has_no_right_is_told_so_and_no_key_is_shown(empty: Shell, tables: str, s3_server: S3) -> None:
    words = importing(empty, f"s3://{tables}/in/members.csv", f"s3://{tables}/in/posts.jsonl")
    ask_for_rights(s3_server, after=b"0")
    try:
        said = empty(*words, status=5)
    finally:
        ask_for_rights(s3_server, after=b"inf")
    assert "[no-right]" in said.err
    assert "tester" not in said.err
    assert "not-to-be-told" not in said.err
    assert empty.json(*words)["members"] == 4


def test_storage_that_does_not_answer_is_told_so(
    empty: Shell, tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = importing(empty, f"s3://{tables}/in/members.csv", f"s3://{tables}/in/posts.jsonl")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert empty(*words, "--json", status=5).codes == ["unreachable"]


def test_a_file_that_was_replaced_while_it_was_read_is_refused(tables: str, s3_server: S3) -> None:
    file = RemoteFile(parse_address(f"s3://{tables}/in/posts.jsonl"))
    assert file.stat().st_size == len(RECORDS.encode())
    file.check_same()
    put(s3_server, f"{tables}/in/posts.jsonl", RECORDS.encode() + b"{}\n")
    with pytest.raises(EdgeError, match="was replaced while it was read"):
        file.check_same()


def test_a_file_is_fetched_piece_by_piece(bucket: str, s3_server: S3) -> None:
    put(s3_server, f"{bucket}/large.jsonl", b"x" * (9 << 20))
    with RemoteFile(parse_address(f"s3://{bucket}/large.jsonl")).open("rb") as file:
        assert file.read(10) == b"x" * 10
        assert file.raw.tell() <= 4 << 20
        file.seek((9 << 20) - 3)
        assert (file.read(), file.read()) == (b"xxx", b"")


@pytest.fixture
def stored(bakery: Path, tmp_path: Path, bucket: str) -> Shell:
    """A copy of the bakery that keeps what it publishes in a bucket from now on."""
    folder = tmp_path / "forum"
    shutil.copytree(bakery, folder)
    shutil.rmtree(folder / ".sayso/datasets")
    shutil.rmtree(folder / ".sayso/models")
    settings = folder / "sayso.yaml"
    settings.write_text(f"{settings.read_text()}datasets: s3://{bucket}/sets\nmodels: s3://{bucket}/models\n")
    return Shell(folder)


def test_what_is_published_in_a_bucket_goes_through_its_whole_life(
    stored: Shell, bucket: str, s3_server: S3
) -> None:
    built = stored.json("build", "bakers", *WRITING)
    assert built["folder"] == f"s3://{bucket}/sets/bakers/v0001"
    found = objects(s3_server, f"{bucket}/sets")
    assert found["bakers/current"] == b"v0001\n"
    names = {name.removeprefix("bakers/v0001/") for name in found}
    assert names >= {"card.md", "manifest.dsse.json", "private/mentions.parquet", "shards/0000.parquet"}
    assert not list((stored.folder / ".sayso/datasets/bakers").glob("v*"))

    stored("train", "suggestions", "bakers", "--as", "words")
    assert objects(s3_server, f"{bucket}/models")["words/current"] == b"v0001\n"
    assert sayso.open("bakers", stored.folder).to_table().num_rows == built["records"]

    stored("choose", "bob", "ai-training", "no")
    assert stored.json("withdraw", "bakers")["version"] == 2
    assert stored.json("forget", "words")["version"] == 2
    stored("withdraw", "bakers", "--now")
    assert sorted(objects(s3_server, f"{bucket}/sets/bakers/v0001")) == ["card.md", "manifest.dsse.json"]
    assert objects(s3_server, f"{bucket}/sets")["bakers/current"] == b"v0002\n"
    stored("verify", "bakers")

    now = objects(s3_server, f"{bucket}/sets")
    shard = next(name for name in sorted(now) if name.startswith("bakers/v0002/shards/"))
    data = bytearray(now[shard])
    data[len(data) // 2] ^= 1
    put(s3_server, f"{bucket}/sets/{shard}", bytes(data))
    assert shard.rpartition("/")[2] in stored("verify", "bakers", status=4).out


def test_a_build_into_a_bucket_has_the_digests_of_one_into_a_folder(stored: Shell, bakery: Path) -> None:
    manifest = stored.json("build", "bakers", *WRITING)
    here = Shell(stored.folder.parent / "here")
    shutil.copytree(bakery, here.folder)
    other = here.json("build", "bakers", *WRITING)
    assert (manifest["records"], manifest["members"]) == (other["records"], other["members"])
    with stored.project() as one, here.project() as two:
        digests = [
            {name: found.digest(name) for name in found.names() if name.startswith("shards/")}
            for found in (each.datasets.shards("bakers", 1) for each in (one, two))
        ]
    assert digests[0] == digests[1]
    assert len(digests[0]) == manifest["shards"]


def test_a_bucket_that_is_missing_is_told_before_anything_is_decided(stored: Shell, bucket: str) -> None:
    settings = stored.folder / "sayso.yaml"
    settings.write_text(settings.read_text().replace(f"s3://{bucket}/sets", "s3://no-such-bucket-here/sets"))
    with stored.project() as project:
        before = project.log.size()
    assert stored("build", "bakers", *WRITING, "--json", status=5).codes == ["no-bucket"]
    with stored.project() as project:
        assert project.log.size() == before


def test_settings_hold_addresses_without_credentials(stored: Shell) -> None:
    settings = stored.folder / "sayso.yaml"
    lines = settings.read_text().splitlines(keepends=True)
    for wrong in ("s3://KEY:SECRET@bucket/sets", "sets", "s3://bucket/../sets", "https://bucket/sets"):
        kept = [line for line in lines if not line.startswith("datasets:")]
        settings.write_text("".join([*kept, f"datasets: {wrong}\n"]))
        said = stored("verify", status=2)
        assert "[bad-value]" in said.err
        assert f"sayso.yaml:{len(lines)}:" in said.err
        assert "SECRET" not in said.err


def test_a_file_address_keeps_versions_in_that_folder(stored: Shell, bucket: str, tmp_path: Path) -> None:
    settings = stored.folder / "sayso.yaml"
    settings.write_text(settings.read_text().replace(f"s3://{bucket}/sets", f"file://{tmp_path}/share"))
    assert stored.json("build", "bakers", *WRITING)["folder"] == f"{tmp_path}/share/bakers/v0001"
    assert (tmp_path / "share/bakers/current").read_bytes() == b"v0001\n"


def test_facts_for_a_warehouse_are_written_to_a_bucket(stored: Shell, bucket: str, s3_server: S3) -> None:
    stored("gate", "facts", f"s3://{bucket}/facts")
    found = objects(s3_server, f"{bucket}/facts")
    assert pq.read_table(io.BytesIO(found["known.parquet"])).num_rows == 5
    assert stored("gate", "facts", "s3://no-such-bucket-here/facts", "--json", status=5).codes == [
        "no-bucket"
    ]


SEALING = """
import os, sys
from pathlib import Path
from sayso.stores.datasets import DATASETS
from sayso.stores.places import spot_of
from sayso.stores.remote_datasets import RemoteDatasets
from sayso.values.addresses import parse_address
store = RemoteDatasets(Path(sys.argv[1]), spot_of(parse_address(sys.argv[2])), DATASETS)
with store.building("d") as files:
    for number in range(400):
        files.put(f"{number:04d}", b"half" * 1000)
    files.put("manifest.dsse.json", b"second")
    os.write(1, b"sealing\\n")
    store.seal("d", 2)
    os.write(1, b"sealed\\n")
"""


def test_a_build_that_is_killed_while_it_seals_leaves_the_old_version_and_the_next_clears_up(
    tmp_path: Path, bucket: str, s3_server: S3
) -> None:
    where = f"s3://{bucket}/sets"
    store = RemoteDatasets(tmp_path, spot_of(parse_address(where)), DATASETS)
    with store.building("d") as files:
        files.put("manifest.dsse.json", b"first")
        store.seal("d", 1)
        store.point("d", 1)
    command = [sys.executable, "-c", SEALING, str(tmp_path), where]
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"sealing\n"
        until = time.monotonic() + 30
        while len(objects(s3_server, f"{bucket}/sets/d/v0002")) < 5 and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        assert process.stdout.read() == b"", "it was to be killed before it had sealed"
    assert 5 <= len(objects(s3_server, f"{bucket}/sets/d/v0002")) < 400
    assert (store.current("d"), store.manifest("d", 2), store.versions("d")) == (1, None, (1,))
    with store.building("d") as files:
        assert objects(s3_server, f"{bucket}/sets/d/v0002") == {}
        files.put("manifest.dsse.json", b"second")
        store.seal("d", 2)
    assert objects(s3_server, f"{bucket}/sets/d/v0002") == {"manifest.dsse.json": b"second"}
