"""Two machines serve one project whose log and tags are in PostgreSQL: choices, receipts, checkpoints, and a build between them."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sayso.errors import SaysoError
from sayso.ledger.checkpoints import VerifierKey
from sayso.ledger.receipts import verify_receipt
from sayso.ledger.verify import verify_log
from sayso.wiring import SystemClock, open_project
from sayso.workflows.choose import Wish
from sayso.workflows.notary import Notary
from sayso.workflows.saying import Said, Saying, say_all
from shell import Shell

VARIABLE = "SAYSO_LOG_URL"


def test_two_machines_write_one_log_and_every_receipt_of_either_holds_in_it(
    tmp_path: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, postgres_database)
    (tmp_path / "one").mkdir()
    shell = Shell(tmp_path / "one", SystemClock())  # type: ignore[arg-type]
    shell("init", "--policy", "opt-out-with-notice", "--log-url-in", VARIABLE)
    shell("import", "community", "--members", "60", "--seed", "1")
    shutil.copytree(
        tmp_path / "one", tmp_path / "two"
    )  # the settings, the keys and the sources; the log is shared
    with open_project(tmp_path / "one") as one, open_project(tmp_path / "two") as two:
        members = one.tags.table()["member"].to_pylist()
        assert two.tags.table().equals(one.tags.table())
        notaries = {
            project.paths.root: Notary(project.log, project.keys, project.clock) for project in (one, two)
        }

        def say(turn: int) -> list[Said | SaysoError]:
            project = (one, two)[turn % 2]
            wishes = [Wish(member, "ai-training", turn % 3 == 0) for member in members[turn : turn + 5]]
            notary = notaries[project.paths.root]
            return say_all(project.book, project.tags, notary, [Saying(each) for each in wishes])

        with ThreadPoolExecutor(6) as pool:
            said = [one for answers in pool.map(say, range(40)) for one in answers]
        receipts = [each.receipt for each in said if isinstance(each, Said) and each.receipt is not None]
        assert len(receipts) == len(said) == 200
        key = VerifierKey(one.keys.origin(), one.keys.public_key())
        assert all(verify_receipt(each, key).problems == () for each in receipts)
        assert len({each.number for each in receipts}) == 200
        assert verify_log(two.log, key, [each.checkpoint for each in receipts]).holds
    shell("build", "writers", "--purpose", "content-generation", "--recipient", "platform")
    assert Shell(tmp_path / "two", SystemClock())("log", "checkpoint").out  # type: ignore[arg-type]
    shell("verify")


def test_a_no_that_was_said_on_another_machine_is_heard_by_the_next_build(
    tmp_path: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, postgres_database)
    (tmp_path / "one").mkdir()
    shell = Shell(tmp_path / "one")
    shell("init", "--policy", "opt-out-with-notice", "--log-url-in", VARIABLE)
    shell("import", "community", "--members", "60", "--seed", "1")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    build = ("build", "writers", "--purpose", "content-generation", "--recipient", "platform")
    first = shell.json(*build)
    with open_project(tmp_path / "two", shell.clock) as two:
        wishes = [
            Wish(member, "ai-training", False) for member in two.tags.table()["member"].to_pylist()[::2]
        ]
        said = say_all(
            two.book, two.tags, Notary(two.log, two.keys, two.clock), [Saying(each) for each in wishes]
        )
        assert all(isinstance(each, Said) for each in said)
    second = shell.json(*build)
    assert second["records"] < first["records"]
    shell("verify")
