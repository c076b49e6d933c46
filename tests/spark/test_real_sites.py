"""Real communities on both engines: whole Stack Exchange sites, and the demo's own community, file for file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shared_data import need_shared
from shell import Shell
from spark.sessions import for_spark
from spark.test_spark_builds import on_spark

pytestmark = [*for_spark(), pytest.mark.deep]
USE = ("--purpose", "content-generation", "--recipient", "platform")


def both(shell: Shell, tmp_path: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Build with DuckDB where a shell stands and with Spark in a copy of it; return the shards and the mention index of each."""
    far = tmp_path / "far"
    shutil.copytree(shell.folder, far)
    on_spark(far)
    for one in (shell, Shell(far)):
        one("build", "writers", *USE)
    return published(shell.folder), published(far)


def published(folder: Path) -> dict[str, bytes]:
    """Return the tables of the data set's first version, by name."""
    place = folder / ".sayso" / "datasets" / "writers" / "v0001"
    return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*.parquet"))}


@pytest.mark.needs_shared
@pytest.mark.parametrize("site", ["french_meta_2021", "quantumcomputing_2018"])
def test_a_stack_exchange_site_is_the_same_on_both(site: str, tmp_path: Path) -> None:
    dump = need_shared(f"stackexchange/{site}")
    folder = tmp_path / "near"
    folder.mkdir()
    shell = Shell(folder)
    shell("init", "--policy", "opt-in")
    policy = next((folder / "policy").glob("*.yaml"))
    policy.write_text(policy.read_text("utf-8").replace("default: off", "default: on"), "utf-8")
    shell("import", "stackexchange", dump, "--name", "site")
    near, far = both(shell, tmp_path)
    assert near == far
    assert sum(map(len, near.values())) > 100_000


def test_the_demo_community_is_the_same_on_both(tmp_path: Path) -> None:
    folder = tmp_path / "near"
    folder.mkdir()
    shell = Shell(folder)
    shell("init", "--policy", "opt-out-with-notice")
    shell("import", "community")
    near, far = both(shell, tmp_path)
    assert near == far
    assert sum(map(len, near.values())) > 100_000
