"""``sayso signals``: how files are read, what becomes of signals, and what is told to outsiders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from goldens import check_golden
from sayso.ledger.events import ChoiceMade
from sayso.values.moments import format_moment
from shell import Shell, steady

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "signals.md"
OWN, AFFILIATE, LICENSING, GPC = "ai-training", "ai-training-affiliate", "licensing", "global-privacy-control"
SITES = "site,member\nhttps://ada.example,ada\nhttps://blogs.example/bob/,bob\n"
ROBOTS = "User-agent: *\nAllow: /\nContent-Usage: / train-ai=n\nLicense: /rsl.xml\n"
PLAN = ("plan", "w", "--purpose", "ai-training", "--recipient", "platform")


def said(shell: Shell, member: str) -> list[tuple[str, bool, str, str]]:
    """Return what a member said, as the log has it."""
    with shell.project() as project:
        entries = project.log.entries_of(project.tags.tag_of(member) or "")
        events = [one.event for one in entries if isinstance(one.event, ChoiceMade)]
    return [(one.control, one.yes, one.channel, format_moment(one.at)[:10]) for one in events]


def table(shell: Shell, *rows: str) -> Path:
    return shell.write("seen.csv", "\n".join(("member,url,kind,value,file,seen_at", *rows)) + "\n")


def test_a_no_on_a_members_site_is_a_no_of_theirs_from_when_it_was_seen(forum: Shell) -> None:
    forum("choose", "ada", OWN, "yes", "--at", "2025-01-01")
    forum.write("sites.csv", SITES)
    forum.write("fetched/ada.txt", ROBOTS)
    seen = table(forum, ",https://ada.example/,robots,,fetched/ada.txt,2025-03-01T08:00:00Z")
    assert forum.json(*PLAN)["funnel"]["permitted"] == 2
    done = forum.json("signals", "import", seen, "--sites", "sites.csv")
    assert (done["noes"], done["members"], done["kinds"]) == (3, 1, {"robots": 1})
    assert said(forum, "ada")[1:] == [
        (one, False, "signal", "2025-03-01") for one in (OWN, AFFILIATE, LICENSING)
    ]
    assert forum.json(*PLAN)["funnel"]["permitted"] == 0
    assert forum.json(*PLAN, "--at", "2025-02-01")["funnel"]["permitted"] == 2


def test_a_yes_by_hand_after_the_signal_stands_though_the_site_repeats_it(forum: Shell) -> None:
    first = table(forum, "ada,,content-usage,train-ai=n,,2025-03-01")
    forum("signals", "import", first)
    forum("choose", "ada", OWN, "yes", "--at", "2025-03-02")
    again = table(forum, "ada,,content-usage,train-ai=n,,2025-03-01", "ada,,tdm-reservation,1,,2025-04-01")
    done = forum.json("signals", "import", again)
    assert (done["noes"], done["heard_before"], done["entry"]) == (0, 3, None)
    assert forum.json(*PLAN)["funnel"]["permitted"] == 2


def test_no_signal_is_ever_a_yes(forum: Shell) -> None:
    seen = table(
        forum,
        "ada,,content-usage,train-ai=y,,2025-03-01",
        "ada,,tdm-reservation,0,,2025-03-01",
        "bob,,gpc,0,,2025-03-01",
    )
    done = forum.json("signals", "import", seen)
    assert (done["noes"], done["silent"]) == (0, 3)
    assert said(forum, "ada") == []


def test_global_privacy_control_is_a_no_to_passing_on_and_leaves_the_platforms_own_training(
    forum: Shell,
) -> None:
    forum("choose", "ada", OWN, "yes", "--at", "2025-01-01")
    forum("signals", "import", table(forum, "ada,,gpc,1,,2025-03-01"))
    assert said(forum, "ada")[1:] == [(GPC, False, "signal", "2025-03-01")]
    assert forum.json(*PLAN)["funnel"]["permitted"] == 2


def test_the_browsers_signal_is_not_recorded_again_whoever_heard_it_first(forum: Shell) -> None:
    forum("choose", "ada", GPC, "no", "--channel", "browser signal")
    assert forum.json("signals", "import", table(forum, "ada,,gpc,1,,2025-03-01"))["heard_before"] == 1


def test_of_many_sightings_the_first_counts_and_the_licence_itself_beats_the_pointer_to_it(
    forum: Shell,
) -> None:
    forum.write("sites.csv", SITES)
    terms = '<content url="/"><license><permits type="usage">all</permits></license></content>'
    forum.write("rsl.xml", f'<rsl xmlns="https://rslstandard.org/rsl">{terms}</rsl>')
    forum.write("robots.txt", "License: /rsl.xml\n")
    seen = table(
        forum,
        ",https://ada.example/,robots,,robots.txt,2025-03-02",
        ",https://ada.example/,rsl,,rsl.xml,2025-03-02",
        ",https://blogs.example/bob/1,robots,,robots.txt,2025-03-03",
        "bob,,content-signal,ai-train=no,,2025-03-01",
    )
    done = forum.json("signals", "import", seen, "--sites", "sites.csv")
    assert (done["noes"], done["members"], done["silent"]) == (3, 1, 2)
    assert said(forum, "ada") == []
    assert {day for *_, day in said(forum, "bob")} == {"2025-03-01"}


def test_a_record_stands_for_its_author_and_rows_of_json_do_as_well(forum: Shell) -> None:
    credentials = {
        "label": "cawg.training-mining",
        "data": {"entries": {"cawg.ai_training": {"use": "notAllowed"}}},
    }
    row = {"record": "p3", "kind": "cawg", "value": json.dumps(credentials), "seen_at": "2025-03-01"}
    seen = forum.write("seen.jsonl", json.dumps(row) + "\n")
    assert forum.json("signals", "import", seen)["members"] == 1
    assert len(said(forum, "bob")) == 3


def test_rows_that_are_none_are_refused_in_their_place_and_the_others_are_kept(forum: Shell) -> None:
    forum.write("above/seen.csv", "")
    seen = table(
        forum,
        "nobody,,content-usage,train-ai=n,,2025-03-01",
        ",https://who.example/,content-usage,train-ai=n,,2025-03-01",
        "ada,,semaphore,1,,2025-03-01",
        "ada,,content-usage,train-ai=n,,1-2-3",
        "ada,,content-usage,train-ai=n,,2099-01-01",
        "ada,,rsl,<!DOCTYPE r []><r/>,,2025-03-01",
        "ada,,robots,,../../etc/passwd,2025-03-01",
        "ada,,gpc",
        ",https://[,gpc,1,,2025-03-01",
        "bob,,content-usage,train-ai=n,,2025-03-01",
        "bob,,content-usage,train-ai=n,,2023-03-01",
    )
    done = forum.json("signals", "import", seen, "--refused", "refused.jsonl")
    assert (done["noes"], done["members"], done["without_control"]) == (3, 1, 1)
    codes = {(one["place"]["line"], one["code"]) for one in done["refused"]}
    assert codes == {
        (2, "unknown-member"), (3, "whose"), (4, "unknown-kind"), (5, "ambiguous-moment"), (6, "future"),
        (7, "xml-doctype"), (8, "no-file"), (9, "row-too-short"), (10, "bad-address"),
    }  # fmt: skip
    written = (forum.folder / "refused.jsonl").read_text().splitlines()
    assert len(written) == len(done["refused"])
    assert "nobody" not in "".join(written)
    assert "ada" not in "".join(written)


def test_a_dry_run_says_the_same_and_writes_nothing(forum: Shell) -> None:
    seen = table(forum, "ada,,content-usage,train-ai=n,,2025-03-01", "nobody,,gpc,1,,2025-03-01")
    before = forum.snapshot()
    would = forum.json("signals", "import", seen, "--dry-run", "--refused", "refused.jsonl")
    assert forum.snapshot() == before
    done = forum.json("signals", "import", seen)
    assert {key: value for key, value in would.items() if key not in ("entry", "dry_run")} == {
        key: value for key, value in done.items() if key not in ("entry", "dry_run")
    }


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("import", "no-such.csv"), "no-file"),
        (("import", "seen.csv", "--sites", "no-such.csv"), "no-file"),
        (("import", "seen.csv", "--means", "train-ai"), "bad-meaning"),
        (("import", "seen.csv", "--means", "train-ai=juggling"), "unknown-purpose"),
        (("import", "empty.csv"), "empty-file"),
        (("check", "empty.csv"), "unknown-kind"),
        (("emit", "--recipient", "mars"), "unknown-recipient"),
        (("emit", "--path", "post=/"), "bad-path"),
        (("emit", "--path", "post=/a b"), "bad-path"),
        (("emit", "--path", "song=/a"), "unknown-category"),
        (("emit", "--base", "forum.example"), "bad-address"),
    ],
)
def test_what_makes_no_sense_is_told(forum: Shell, words: tuple[str, ...], code: str) -> None:
    table(forum)
    forum.write("empty.csv", "")
    assert forum("signals", *words, "--json", status=2).codes == [code]


def test_how_a_file_is_read_is_told_with_its_reasons(forum: Shell) -> None:
    forum.write(
        "ada-robots.txt",
        f"{ROBOTS}Disallow: /private/\n\nUser-agent: GPTBot\nUser-agent: ClaudeBot\nDisallow: /\n",
    )
    said = forum("signals", "check", "ada-robots.txt", "--path", "/blog/", "--policy", "opt-in").out
    check_golden("cli/signals-check.txt", steady(said))
    assert said in PAGE.read_text(encoding="utf-8")
    allowed = forum.write("headers.txt", "Content-Usage: train-ai=y\n")
    assert "A signal is never a yes" in forum("signals", "check", allowed).out


def test_what_becomes_of_signals_is_told(forum: Shell) -> None:
    seen = table(
        forum,
        "ada,,gpc,1,,2025-03-01",
        "ada,,content-usage,train-ai=n,,2025-03-01",
        "bob,,gpc,0,,2025-03-01",
        "x,,gpc,1,,2025-03-01",
    )
    check_golden("cli/signals-import.txt", steady(forum("signals", "import", seen).out))


def test_what_to_publish_is_printed_with_its_reasons_or_written(forum: Shell) -> None:
    words = ("signals", "emit", "--base", "https://forum.example")
    check_golden("cli/signals-emit.txt", steady(forum(*words).out))
    forum(*words, "--out", "public")
    texts = {one["file"]: one["text"] for one in forum.json(*words)["published"]}
    assert {path.name: path.read_text() for path in (forum.folder / "public").iterdir()} == texts


def test_a_yes_through_what_can_only_say_no_is_refused(forum: Shell) -> None:
    for control in (GPC, "objection"):
        found = forum("choose", "ada", control, "yes", "--json", status=2)
        assert found.codes == ["no-only"]
        assert "a yes goes through a switch:" in found.out
        forum("choose", "ada", control, "no")


def test_the_how_tos_table_can_be_imported_as_it_stands(forum: Shell) -> None:
    rows = (
        PAGE.read_text(encoding="utf-8")
        .split("```csv\n")[1]
        .split("```")[0]
        .replace("2026-", "2025-")
        .replace("-11-", "-03-")
    )
    forum.write("sites.csv", SITES)
    forum.write("fetched/ada-robots.txt", ROBOTS)
    forum.write("fetched/ada-rsl.xml", '<rsl xmlns="https://rslstandard.org/rsl"/>')
    entries = {"cawg.data_mining": {"use": "constrained"}}
    credentials = {"label": "cawg.training-mining", "data": {"entries": entries}}
    forum.write("fetched/p3.json", json.dumps(credentials))
    done = forum.json("signals", "import", forum.write("seen.csv", rows), "--sites", "sites.csv")
    assert (done["refused"], done["members"], done["noes"]) == ([], 3, 7)


def test_a_record_alone_can_be_left_out_by_an_attribute_as_the_how_to_says(empty: Shell) -> None:
    predicate = PAGE.read_text(encoding="utf-8").split("```yaml\n")[1].split("\n```")[0]
    pack = (Path(__file__).resolve().parents[2] / "src/sayso/policy/packs/opt-in.yaml").read_text(
        encoding="utf-8"
    )
    marked = pack.replace("        default: off\n", f"        default: off\n        {predicate}\n", 1)
    empty.write("house.yaml", marked)
    assert "Left out: what is marked “site says: no-training”." in empty("policy", "show", "house.yaml").out
