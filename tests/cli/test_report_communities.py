"""The reports of whole communities, made up and real, held to their standards' validators."""

from __future__ import annotations

import json
import re
import shutil
import warnings
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sayso import standards
from shared_data import need_shared
from shell import SetClock, Shell

pytestmark = pytest.mark.deep

LATER = "2026-11-01T12:00:00Z"
"""After the last moment of the made-up history, so that all of it is in."""
WRITING = ("--purpose", "content-generation", "--recipient", "platform")


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a demo of a small community in it, under a policy of its own and under a large platform's."""
    shell = Shell(tmp_path_factory.mktemp("stand"), SetClock(LATER))
    shell("demo", "--members", "120")
    return shell.folder / "demo-community"


def check_all(shell: Shell, dataset: str, model: str, out: Path) -> None:
    """Hold the reports of a data set and a model to their standards; each makes itself heard where it does not hold."""
    for number, words in enumerate((("croissant", dataset), ("openlineage",), ("ml-bom", model))):
        said = shell("report", *words, "--check", "--out", out / str(number)).out
        assert " hold" in said


def read_again(shell: Shell, dataset: str, version: str, out: Path) -> list[dict[str, bytes]]:
    """Return the records of a data set version as mlcroissant reads them."""
    import mlcroissant

    shutil.copytree(shell.folder / ".sayso" / "datasets" / dataset / version / "shards", out / "shards")
    shell("report", "croissant", dataset, "--out", out / "croissant.json")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(mlcroissant.Dataset(str(out / "croissant.json")).records("records"))


def column(shell: Shell, table: str, name: str) -> list[str]:
    """Return a column of all sources of a project, without what is missing."""
    files = sorted((shell.folder / ".sayso" / "sources").glob(f"*/{table}.parquet"))
    return [one for file in files for one in pq.read_table(file)[name].drop_null().to_pylist()]


def test_the_reports_of_the_demo_hold_and_are_read_again(stand: Path, tmp_path: Path) -> None:
    shell = Shell(stand / "forum", SetClock(LATER))
    check_all(shell, "writers", "writers-suggestions", tmp_path)
    assert len(read_again(shell, "writers", "v0003", tmp_path)) > 100


@pytest.mark.parametrize("project", ["forum", "linkedin"])
def test_the_consent_records_of_everybody_hold(stand: Path, project: str) -> None:
    shell = Shell(stand / project, SetClock("2026-12-01T00:00:00Z"))
    for member in column(shell, "members", "member")[::8]:
        document = json.loads(shell("report", "consent", member).out)
        standards.check_consent(document)
        assert document["dpv:hasRecordOfActivity"]


@pytest.mark.needs_shared
def test_the_reports_of_a_real_site_hold_and_name_nobody(tmp_path: Path) -> None:
    dump = need_shared("stackexchange/quantumcomputing_2018")
    shell = Shell(tmp_path / "site", SetClock(LATER))
    shell.folder.mkdir()
    shell("init", "--policy", "opt-in")
    shell("import", "stackexchange", dump)
    wrote = Counter(
        one for one in column(shell, "records", "author") if one != "-1"
    )  # the site's own account
    busiest = [member for member, _ in wrote.most_common(40)]
    for member in busiest:
        shell("choose", member, "ai-training", "yes")
    shell("build", "writers", *WRITING)
    shell("train", "suggestions", "writers")
    shell("choose", busiest[0], "objection", "no", "--out", "receipt.json")
    shell("withdraw", "writers")
    shell("forget", "writers-suggestions")
    check_all(shell, "writers", "writers-suggestions", tmp_path)
    found = read_again(shell, "writers", "v0002", tmp_path)
    assert len(found) > 500
    standards.check_consent(shell.json("report", "consent", busiest[0]))
    standards.check_consent(shell.json("receipt", "jsonld", "receipt.json"))
    told = "".join((tmp_path / str(number)).read_text("utf-8") for number in range(3))
    names = {name for name in column(shell, "members", "name") if re.fullmatch(r"\S+ \S{3,}", name)}
    openings = {text[:60] for text in column(shell, "records", "text") if len(text) > 60}
    assert len(names) > 100
    assert not [one for one in names | openings if one in told]
