"""``sayso train``, ``forget``, ``suggest``, ``recommend`` and ``similar``: what they say; how it is done is tested elsewhere."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from goldens import check_golden
from shell import SetClock, Shell, steady

MEMBERS = "id,name,country,born\n" + "".join(
    f"{name},{name.title()} Example,IE,1980-05-01\n" for name in ("ada", "bob", "cyd", "dan", "eve")
)
TEXTS = {
    "q1": ("ada", "post", None, "How long should bread dough rest before it is baked?"),
    "q2": ("bob", "post", None, "Which flour makes the best bread?"),
    "q3": ("cyd", "post", None, "My dough is too wet, what can I do?"),
    "a1": ("bob", "answer", "q1", "Thank you for the question: two hours, or a night in the cold."),
    "a2": ("cyd", "answer", "q1", "Thank you for the question: until it has doubled."),
    "a3": ("dan", "answer", "q2", "Thank you for the question: strong white flour."),
    "a4": ("cyd", "answer", "q2", "Wholemeal, with a little rye."),
    "a5": ("bob", "answer", "q3", "More flour, and patience."),
    "c1": ("dan", "comment", "a1", "A night in the cold is best."),
    "c2": ("eve", "comment", "q3", "Thank you for the question: I had the same."),
}
MAPPING = """\
mapping: 1
licence: written for these tests
members:
  columns:
    member: id
    name: name
    region: {column: country, as: code}
    born: born
records:
  columns:
    record: id
    author: by
    category: what
    reply_to: to
    visibility: {constant: public}
    created_at: at
    text: text
"""
WRITING = ("--purpose", "content-generation", "--recipient", "platform")
CHOOSING = ("--purpose", "recommendation", "--recipient", "platform")


@pytest.fixture(scope="session")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which five members said yes, with two data sets and a model of each."""
    shell = Shell(tmp_path_factory.mktemp("bakery") / "forum")
    shell.folder.mkdir()
    rows = (
        {"id": record, "by": by, "what": what, "to": to, "at": "2024-03-01T00:00:00Z", "text": text}
        for record, (by, what, to, text) in TEXTS.items()
    )
    shell.write("members.csv", MEMBERS)
    shell.write("posts.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    shell.write("mapping.yaml", MAPPING)
    shell("init", "--policy", "opt-in")
    words = ("--members", "members.csv", "--records", "posts.jsonl", "--map", "mapping.yaml")
    shell("import", "table", *words)
    for member in ("ada", "bob", "cyd", "dan", "eve"):
        shell("choose", member, "ai-training", "yes")
    shell("build", "writers", *WRITING)
    shell("build", "threads", *CHOOSING)
    shell("train", "suggestions", "writers")
    shell("train", "recommendations", "threads", "--as", "front-page")
    return shell.folder


@pytest.fixture
def forum(bakery: Path, tmp_path: Path) -> Shell:
    """A copy of the bakers' project."""
    shutil.copytree(bakery, tmp_path / "forum")
    return Shell(tmp_path / "forum", SetClock("2025-06-02T12:00:00Z"))


def test_models_tell_what_they_stand_on_and_what_they_answer(forum: Shell) -> None:
    told = [
        forum("train", "suggestions", "writers", "--dry-run").out,
        forum("suggest", "writers-suggestions", "Thank you for").out,
        forum("recommend", "front-page", "--member", "dan", "-k", "2").out,
        forum("similar", "front-page", "q1").out,
        forum("similar", "front-page", "a1", "-k", "1").out,
    ]
    check_golden("cli/models.txt", steady("\n".join(told)))


def test_a_member_is_forgotten_by_everything_and_gets_a_receipt_that_can_be_checked(forum: Shell) -> None:
    asked = forum("forget", "--member", "bob", "--json", status=3)
    assert asked.codes == ["still-permitted"]
    forum("choose", "bob", "ai-training", "no")
    told = [
        forum("forget", "--member", "bob", "--dry-run").out,
        forum("forget", "--member", "bob", "--out", "receipt.json").out,
        forum("receipt", "verify", "receipt.json", "--key", ".sayso/keys/log.pub").out,
        forum("forget", "--member", "bob").out,
        forum("forget", "front-page").out,
        forum("recommend", "front-page", "--member", "bob", status=3).err,
        forum("verify").out,
    ]
    check_golden("cli/forget.txt", steady("\n".join(told)))


PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "a-model-of-ones-own.md"


def test_the_model_of_ones_own_in_the_documentation_is_trained_and_forgets(
    forum: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = PAGE.read_text("utf-8").split("```python\n")[1].split("```")[0]
    (tmp_path / "glossary.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    first = forum.json("train", "glossary:Glossary", "writers")
    assert (first["model"], first["kind"]) == ("writers-glossary", "glossary:Glossary")
    forum("choose", "bob", "ai-training", "no")
    forum("forget", "--member", "bob")
    done = forum.json("forget", "writers-glossary")
    again = forum.json("train", "glossary:Glossary", "writers", "--as", "other", "--dry-run")
    assert (done["state"], done["served"]) == (again["state"], again["served"])
    assert done["state"] != first["state"]
    assert forum.json("verify", "writers-glossary")["holds"] is True
    monkeypatch.delitem(sys.modules, "glossary")


def test_a_kind_that_is_none_is_refused_with_advice(forum: Shell) -> None:
    for words in ("nothing", "no.such.module:Kind", "json:Nothing", "collections:Counter"):
        assert forum("train", words, "writers", "--json", status=2).codes == ["unknown-kind"]
    assert forum("forget", "--json", status=2).codes == ["usage"]
    assert forum("suggest", "front-page", "Thank", "--json", status=2).codes == ["other-kind"]
    assert forum("similar", "front-page", "nothing", "--json", status=2).codes == ["not-in-the-model"]
    assert forum("train", "recommendations", "writers", "--json", status=3).codes == ["other-purpose"]


def test_a_receipt_that_was_changed_does_not_hold(forum: Shell) -> None:
    forum("choose", "bob", "ai-training", "no")
    receipt = forum.json("forget", "--member", "bob")["receipt"]
    key = (forum.folder / ".sayso/keys/log.pub").read_text("utf-8").strip()
    forum.write("whole.json", json.dumps(receipt))
    assert forum.json("receipt", "verify", "whole.json", "--key", key)["pinned"] is True
    changed = json.dumps(receipt).replace(receipt["models"][0]["after"]["manifest"], "sha256:" + "0" * 64)
    for text in (changed, json.dumps({**receipt, "proofs": receipt["proofs"][1:]})):
        forum.write("changed.json", text)
        assert forum("receipt", "verify", "changed.json", "--json", status=4).codes
    forum.write("empty.json", json.dumps({**receipt, "datasets": 3}))
    assert forum("receipt", "verify", "empty.json", "--json", status=2).codes == ["bad-receipt"]


def test_a_withdrawal_names_the_models_that_have_yet_to_follow(forum: Shell) -> None:
    forum("choose", "bob", "ai-training", "no")
    assert forum.json("withdraw", "writers")["models_behind"] == ["writers-suggestions"]
    assert "writers-suggestions; run `sayso forget MODEL`" in forum("withdraw", "writers").out
    forum("forget", "writers-suggestions")
    assert forum.json("withdraw", "writers")["models_behind"] == []


def test_no_error_holds_what_members_are_called_or_wrote(forum: Shell) -> None:
    said = forum("forget", "--member", "bob", status=3).err + forum("forget", "--member", "zoe", status=2).err
    assert "bob" not in said
    assert "zoe" not in said
