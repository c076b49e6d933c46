"""``sayso redact``: files in, redacted files out, the same for any number of processes; explain; eval."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.cli.main import main
from sayso.redact.apply import Redacted
from sayso.redact.operators import Operator, Removed
from sayso.redact.spans import Label
from sayso.redaction import Recipe
from sayso.workflows.redaction import LONGEST_LINE, Layout, diff_of, redacted_pieces, visible
from shared_data import need_shared
from shell import SetClock, Shell

POSTS = [
    {"id": 1, "text": "Mail ada@example.org, or call +44 20 7946 0018.", "author": "m7", "score": 0.5},
    {"id": 2, "text": "Nothing here, não há nada 🙂", "tags": ["a"]},
    {"id": 3, "text": "Card 4111 1111 1111 1111 and @ada_l"},
]


FORMS = ("--mode", "structured")
"""What no model has a say in: the same whatever weights come with the package."""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def posts(shell: Shell) -> Path:
    return shell.write("posts.jsonl", "".join(json.dumps(post) + "\n" for post in POSTS))


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_texts_come_out_redacted_and_everything_else_as_it_was(shell: Shell, posts: Path) -> None:
    said = shell("redact", posts, "--out", "clean.jsonl", *FORMS)
    first, second, third = rows(shell.folder / "clean.jsonl")
    assert first["text"] == "Mail [EMAIL], or call [PHONE]."
    assert (first["author"], first["score"]) == ("m7", 0.5)
    assert first["redactions"] == [
        {"start": 5, "end": 20, "label": "EMAIL"},
        {"start": 30, "end": 46, "label": "PHONE"},
    ]
    assert second == {**POSTS[1], "redactions": []}
    assert third["text"] == "Card [CARD] and [HANDLE]"
    assert said.out == ""
    assert "3 texts, 2 of them touched, 4 spans taken out, into clean.jsonl." in said.err


def test_no_project_is_needed_and_the_word_file_may_be_left_out(shell: Shell, posts: Path) -> None:
    shell("redact", posts, "--out", "a.jsonl")
    shell("redact", "file", posts, "--out", "b.jsonl")
    shell("redact", "--out", "c.jsonl", posts)
    a, b, c = ((shell.folder / name).read_bytes() for name in ("a.jsonl", "b.jsonl", "c.jsonl"))
    assert a == b == c


def test_what_was_redacted_stays_as_it_is(shell: Shell, posts: Path) -> None:
    shell("redact", posts, "--out", "once.jsonl")
    shell("redact", "once.jsonl", "--out", "twice.jsonl")
    once, twice = rows(shell.folder / "once.jsonl"), rows(shell.folder / "twice.jsonl")
    assert [row["text"] for row in once] == [row["text"] for row in twice]


def process(folder: Path, *words: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "sayso", *words],
        cwd=folder, input=given, capture_output=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")},
    )  # fmt: skip


def test_standard_input_and_output_carry_the_texts(shell: Shell) -> None:
    line = '{"text": "ada@example.org ü"}\n'.encode()
    done = process(shell.folder, "redact", "-", *FORMS, given=line)
    assert json.loads(done.stdout) == {
        "text": "[EMAIL] ü",
        "redactions": [{"start": 0, "end": 15, "label": "EMAIL"}],
    }
    assert b"1 text, 1 of them touched" in done.stderr
    assert done.returncode == 0


def test_any_number_of_processes_gives_the_same_bytes(shell: Shell) -> None:
    lines = [json.dumps({"text": f"call +44 20 7946 {n:04d} or a{n}@example.org"}) for n in range(5_000)]
    lines[4_500] = "torn {"
    shell.write("many.jsonl", "\n".join(lines))
    for workers in ("1", "3"):
        words = (
            "redact",
            "many.jsonl",
            "--out",
            f"{workers}.out",
            "--refused",
            f"{workers}.ref",
            "--workers",
            workers,
        )
        assert process(shell.folder, *words).returncode == 0
    assert (shell.folder / "1.out").read_bytes() == (shell.folder / "3.out").read_bytes()
    assert (shell.folder / "1.ref").read_bytes() == (shell.folder / "3.ref").read_bytes()
    assert rows(shell.folder / "3.ref") == [
        {"line": 4501, "reason": "bad-row", "why": "the line is not one JSON object"}
    ]
    assert len(rows(shell.folder / "1.out")) == 4_999


BROKEN = [
    (b"{torn\n", "bad-row"),
    (b"[1]\n", "bad-row"),
    (b'{"text": NaN}\n', "bad-row"),
    (b'{"other": "x"}\n', "no-text"),
    (b'{"text": 7}\n', "no-text"),
    (b'{"text": "\xff"}\n', "not-unicode"),
    (b'{"text": "' + b"a" * LONGEST_LINE + b'"}\n', "row-too-wide"),
]


@pytest.mark.parametrize(("line", "reason"), BROKEN, ids=[f"{n}-{row[1]}" for n, row in enumerate(BROKEN)])
def test_a_broken_line_is_refused_by_its_number_and_all_others_are_done(
    shell: Shell, line: bytes, reason: str
) -> None:
    good = b'{"text": "a@example.org"}\n'
    (shell.folder / "in.jsonl").write_bytes(good + b"\n" + line + good)
    said = shell("redact", "in.jsonl", "--out", "out.jsonl", status=2)
    assert "in.jsonl:3: " in said.err
    assert f"[{reason}]" in said.err
    assert len(rows(shell.folder / "out.jsonl")) == 2
    shell("redact", "in.jsonl", "--out", "out.jsonl", "--refused", "refused.jsonl")
    (refused,) = rows(shell.folder / "refused.jsonl")
    assert (refused["line"], refused["reason"]) == (3, reason)


def test_many_broken_lines_are_named_ten_at_a_time(shell: Shell) -> None:
    shell.write("in.jsonl", "torn\n" * 30)
    said = shell.json("redact", "in.jsonl", "--out", "out.jsonl", status=2)
    problems = said["error"]["problems"]
    assert [each["place"]["line"] for each in problems[:10]] == list(range(1, 11))
    assert problems[10]["what"] == "20 more lines were refused"
    assert len(problems) == 11


def test_counts_come_as_json_and_a_dry_run_writes_nothing(shell: Shell, posts: Path) -> None:
    before = shell.snapshot()
    found = shell.json("redact", posts, "--dry-run", "--refused", "refused.jsonl", *FORMS)
    assert shell.snapshot() == before
    assert found["spans"] == {"CARD": 1, "EMAIL": 1, "HANDLE": 1, "PHONE": 1}
    assert (found["texts"], found["touched"], found["dry_run"]) == (3, 2, True)
    assert shell("redact", posts, "--json", status=2).codes == ["two-answers"]


def test_operators_are_chosen_for_all_and_for_one_label(shell: Shell, posts: Path) -> None:
    shell.write("key", "sixteen bytes or so")
    words = ("--operator", "mask", "--operator-for", "EMAIL=pseudonym", "--operator-for", "PHONE=generalise")
    shell("redact", posts, "--out", "out.jsonl", *words, "--key", "key", *FORMS)
    first, _, third = (row["text"] for row in rows(shell.folder / "out.jsonl"))
    assert first.startswith("Mail [EMAIL ")
    assert "[PHONE +44]" in first
    assert third == "Card █████ and █████"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--operator", "pseudonym"), "no-key"),
        (("--operator-for", "EMAIL=vanish"), "bad-operator"),
        (("--operator-for", "NAME=mask"), "bad-operator"),
        (("--operator-for", "EMAIL"), "bad-operator"),
        (("--operator", "pseudonym", "--key", "short"), "short-key"),
        (("--mode", "psychic"), "usage"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(
    shell: Shell, posts: Path, words: tuple[str, ...], code: str
) -> None:
    shell.write("short", "123")
    before = shell.snapshot()
    assert shell("redact", posts, "--out", "out.jsonl", "--json", *words, status=2).codes == [code]
    assert shell.snapshot() == before


def test_a_missing_file_is_named(shell: Shell) -> None:
    assert "nowhere.jsonl: there is no such file" in shell("redact", "nowhere.jsonl", status=2).err


def test_plain_lines_keep_their_line_ends(shell: Shell) -> None:
    (shell.folder / "in.txt").write_bytes(b"\xef\xbb\xbfa@example.org\r\n\r\nplain\nlast @ada_l")
    shell("redact", "in.txt", "--plain", "--out", "out.txt", *FORMS)
    assert (shell.folder / "out.txt").read_bytes() == b"[EMAIL]\r\n\r\nplain\nlast [HANDLE]"


def test_a_whole_file_is_one_text(shell: Shell) -> None:
    shell.write("in.txt", "I say\n> you said\n> this\nand @ada_l\n")
    shell("redact", "in.txt", "--whole", "--out", "out.txt", *FORMS)
    assert (shell.folder / "out.txt").read_text() == "I say\n[QUOTE]\nand [HANDLE]\n"
    (shell.folder / "bad.txt").write_bytes(b"a\n\xff")
    assert "bad.txt:2: " in shell("redact", "bad.txt", "--whole", "--out", "out.txt", status=2).err


def test_a_killed_write_leaves_no_half_file(shell: Shell, posts: Path) -> None:
    shell("redact", posts, "--out", "missing/out.jsonl", status=5)
    assert {path.name for path in shell.folder.iterdir()} == {"posts.jsonl"}


def test_the_difference_is_shown_in_marks_without_a_terminal(shell: Shell, posts: Path) -> None:
    shell("redact", posts, "--diff", "--out", "diff.txt", *FORMS)
    first = (shell.folder / "diff.txt").read_text(encoding="utf-8").splitlines()[0]
    assert first == "Mail [-ada@example.org-]{+[EMAIL]+}, or call [-+44 20 7946 0018-]{+[PHONE]+}."


def test_the_difference_is_shown_in_colour_and_control_characters_are_not() -> None:
    done = Redacted("[EMAIL]\x1b[2J", (Removed(0, 3, Label.EMAIL, Operator.LABEL, "[EMAIL]"),))
    shown = diff_of("a@b\x1b[2J", done, colour=True)
    assert shown == "\x1b[31;9ma@b\x1b[0m\x1b[32m[EMAIL]\x1b[0m\ufffd[2J"


@given(st.text())
def test_what_is_visible_holds_no_control_character(text: str) -> None:
    assert not [letter for letter in visible(text) if letter < " " and letter not in "\t\n"]


ROWS = st.dictionaries(st.sampled_from(["text", "id"]), st.text(max_size=9) | st.just("\ud800 a@example.org"))


@given(st.lists(ROWS, min_size=1, max_size=6), st.integers(0, 3))
def test_every_line_is_done_or_refused(records: list[dict[str, str]], cut: int) -> None:
    lines = [json.dumps(row).encode() for row in records]
    lines[1::3] = [line[: len(line) - cut] for line in lines[1::3]]
    (piece,) = redacted_pieces(io.BytesIO(b"\n".join((*lines, b"[]"))), Recipe(), Layout())
    done = [json.loads(line) for line in piece.out.splitlines()]
    assert len(done) + len(piece.refused) == len(list(filter(None, lines))) + 1
    assert all(row.keys() >= {"text", "redactions"} for row in done)


def test_memory_does_not_grow_with_the_file() -> None:
    line = b'{"text": "call +44 20 7946 0018"}\n'

    class Endless(io.RawIOBase):
        left = 100_000

        def readable(self) -> bool:
            return True

        def readline(self, size: int | None = -1, /) -> bytes:
            self.left -= 1
            return line if self.left >= 0 else b""

    largest = count = 0
    for piece in redacted_pieces(Endless(), Recipe(), Layout()):  # type: ignore[arg-type]
        largest, count = max(largest, len(piece.out)), count + 1
        if count == 3:
            break
    assert count == 3
    assert largest < 1 << 20


def test_explain_names_the_rule_and_the_reason(shell: Shell) -> None:
    said = shell(
        "redact", "explain", "I'm head of cardiology at St. Mary's in Leeds: ada@example.org", *FORMS
    )
    assert "EMAIL 47-62 ada@example.org" in said.out
    assert "it has the form of an e-mail address" in said.out
    assert "together: job: a job title stands with an employer and a place" in said.out
    assert said.out.endswith("I'm [TITLE] at [ORG] in [LOC]: [EMAIL]\n")


def test_explain_as_json_never_repeats_what_was_taken_out(shell: Shell) -> None:
    found = shell.json("redact", "explain", "mail ada@example.org", *FORMS)
    assert found["reasons"][0]["rule"] == "structured"
    assert "ada@" not in json.dumps(found)
    assert shell("redact", "explain", "no data", *FORMS).out == "Nothing to take out.\nno data\n"


def test_explain_reads_standard_input(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a@example.org")))
    assert shell("redact", "explain", "-", *FORMS).out.endswith("\n[EMAIL]\n")


MARKED = [
    {"id": "a", "text": "ada@example.org", "spans": [[0, 15, "EMAIL"]], "classes": ["EMAIL"]},
    {"id": "b", "text": "bob at home dot", "spans": [[0, 15, "EMAIL"]], "classes": ["EMAIL"]},
    {"id": "c", "text": "eve@example.org is no mail", "spans": [], "classes": ["EMAIL"]},
]


@pytest.fixture
def marked(shell: Shell) -> Path:
    return shell.write("marked.jsonl", "".join(json.dumps(row) + "\n" for row in MARKED))


def test_eval_counts_what_is_found_missed_and_wrong(shell: Shell, marked: Path) -> None:
    found = shell.json("redact", "eval", marked, *FORMS)
    assert found["classes"]["EMAIL"]["strict"] == {
        "right": 1, "missed": 1, "wrong": 1, "precision": 0.5, "recall": 0.5, "f1": 0.5,
    }  # fmt: skip
    assert found["texts"] == 3
    assert "structured" in found["version"]


def test_eval_prints_a_table_and_draws_a_picture_with_the_same_numbers(shell: Shell, marked: Path) -> None:
    said = shell("redact", "eval", marked, "--picture", "found.svg", *FORMS)
    assert [line.split()[:4] for line in said.out.splitlines() if "EMAIL" in line] == [
        ["EMAIL", "2", "0.500", "0.500"]
    ]
    drawn = (shell.folder / "found.svg").read_text(encoding="utf-8")
    words = [each.text for each in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    token = shell.json("redact", "eval", marked, *FORMS)["classes"]["EMAIL"]["token"]
    assert {f"{token[name]:.3f}" for name in ("precision", "recall", "f1")} <= set(words)
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_eval_draws_a_page_and_refuses_other_pictures(shell: Shell, marked: Path) -> None:
    shell("redact", "eval", marked, "--picture", "found.html")
    assert (shell.folder / "found.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert shell("redact", "eval", marked, "--picture", "found.png", "--json", status=2).codes == [
        "unknown-format"
    ]


def test_eval_names_the_lines_that_hold_no_example(shell: Shell) -> None:
    shell.write("bad.jsonl", "\n{\n")
    assert "bad.jsonl:2: " in shell("redact", "eval", "bad.jsonl", status=2).err
    shell.write("empty.jsonl", "")
    assert shell("redact", "eval", "empty.jsonl", "--json", status=2).codes == ["no-examples"]


def test_eval_reads_the_real_sets(shell: Shell) -> None:
    data = need_shared("pii/datafog_structured_pii.jsonl")
    found = shell.json("redact", "eval", data)
    assert found["classes"]["EMAIL"]["token"]["recall"] == 1.0


def test_the_texts_go_to_standard_output_as_bytes(tmp_path: Path, posts: Path) -> None:
    out = io.TextIOWrapper(io.BytesIO())
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert main(["redact", str(posts)], SetClock()) == 0
    assert len(out.buffer.getvalue().splitlines()) == 3  # type: ignore[attr-defined]


def test_the_page_shows_what_really_comes_out(shell: Shell, posts: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "redact.md").read_text(encoding="utf-8")
    shown = re.findall(r"```console\n\$ sayso (.*)\n((?:.+\n)+)```", page)
    told = [(words, output) for words, output in shown if not output.startswith("$")]
    assert len(told) == 2
    for words, output in told:
        said = shell(*(word for word in shlex.split(words) if word not in ("--workers", "2")))
        assert said.out + said.err == output
    (line,) = re.findall(r"```json\n(\{\"id\": 1.*)\n```", page)
    assert json.loads(line).items() <= rows(shell.folder / "clean.jsonl")[0].items()


def test_names_go_by_default_and_not_where_only_forms_are_looked_for(shell: Shell) -> None:
    text = "My name is Maria Jensen and I live in Madrid."
    assert shell("redact", "explain", text).out.endswith("My name is [PERSON] and I live in [LOC].\n")
    assert "Nothing to take out." in shell("redact", "explain", text, "--mode", "structured").out


def test_a_place_becomes_its_country_where_that_is_asked_for(shell: Shell) -> None:
    shell.write("in.jsonl", json.dumps({"text": "My name is Maria Jensen and I live in Lyon."}))
    shell("redact", "in.jsonl", "--operator-for", "LOC=generalise", "--out", "out.jsonl")
    assert rows(shell.folder / "out.jsonl")[0]["text"] == "My name is [PERSON] and I live in [LOC FR]."


def test_weights_of_ones_own_take_the_place_of_those_of_the_package(shell: Shell) -> None:
    from sayso.redact.tagger import weights

    (shell.folder / "own.npz").write_bytes(weights("light"))
    text = "My name is Maria Jensen."
    said = shell("redact", "explain", text, "--weights", "own.npz")
    assert said.out == shell("redact", "explain", text).out
    shell.write("bad.npz", "no weights")
    assert shell("redact", "explain", text, "--weights", "bad.npz", "--json", status=2).codes == [
        "bad-weights"
    ]
    words = ("--weights", "own.npz", "--mode", "structured", "--json")
    assert shell("redact", "explain", text, *words, status=2).codes == ["no-use"]


def test_training_says_what_is_missing_and_writes_nothing(shell: Shell, posts: Path, marked: Path) -> None:
    found = shell.json("redact", "train", posts, "--labelled", marked, "--out", "own.npz", "--dry-run")
    assert (found["texts"], found["labelled"]) == (3, 3)
    if importlib.util.find_spec("torch") is None:
        said = shell.json("redact", "train", posts, "--out", "own.npz", status=5)
        assert said["error"]["problems"][0]["advice"] == "pip install 'sayso[neural]'"
    assert not (shell.folder / "own.npz").exists()


def test_training_names_the_line_without_a_text(shell: Shell) -> None:
    shell.write("in.jsonl", '{"text": "a"}\n{"body": "b"}\n')
    assert "in.jsonl:2: " in shell("redact", "train", "in.jsonl", "--out", "own.npz", status=2).err
    shell.write("none.jsonl", "\n")
    assert shell("redact", "train", "none.jsonl", "--out", "o", "--json", status=2).codes == ["no-texts"]


@pytest.mark.deep
def test_what_was_trained_can_be_used(shell: Shell, posts: Path) -> None:
    pytest.importorskip("torch")
    shell("redact", "train", posts, "--out", "own.npz")
    shell("redact", posts, "--weights", "own.npz", "--out", "out.jsonl")
    assert "[EMAIL], or call [PHONE]." in rows(shell.folder / "out.jsonl")[0]["text"]
