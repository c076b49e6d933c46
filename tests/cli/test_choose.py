"""``sayso choose`` and ``sayso receipt verify``: the last word, what it means, and the proof that is handed out."""

from __future__ import annotations

import json

import pytest

from goldens import check_golden
from sayso.ledger.events import ChoiceMade
from sayso.values.moments import parse_moment
from shell import Shell, steady

PLAN = ("plan", "w", "--purpose", "ai-training", "--recipient", "platform")


def test_a_choice_is_in_the_log_with_its_moment_and_the_version_shown(forum: Shell) -> None:
    said = forum.json(
        "choose", "ada", "ai-training", "yes", "--at", "2025-01-05T09:00:00Z", "--channel", "form"
    )
    with forum.project() as project:
        entry = list(project.log.entries())[said["entry"]]
        tag = project.tags.tag_of("ada")
    assert entry.event == ChoiceMade(
        tag or "", "ai-training", True, parse_moment("2025-01-05T09:00:00Z"), "2024-02-01", "form"
    )


def test_a_yes_lets_records_through_and_a_later_no_takes_them_out_again(forum: Shell) -> None:
    forum("choose", "ada", "ai-training", "yes")
    assert forum.json(*PLAN)["funnel"]["permitted"] == 2
    forum("choose", "ada", "ai-training", "no")
    assert forum.json(*PLAN)["funnel"]["permitted"] == 0


def test_a_no_given_for_an_earlier_moment_than_the_yes_does_not_count(forum: Shell) -> None:
    forum("choose", "ada", "ai-training", "yes", "--at", "2025-02-01")
    forum("choose", "ada", "ai-training", "no", "--at", "2025-01-01")
    assert forum.json(*PLAN)["funnel"]["permitted"] == 2


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("nobody", "ai-training", "no"), 2, "unknown-member"),
        (("ada", "genai", "no"), 3, "unknown-control"),
        (("ada", "ai-training", "perhaps"), 2, "usage"),
        (("ada", "ai-training", "no", "--at", "2025-06-02"), 3, "future"),
        (("ada", "ai-training", "no", "--at", "1-2-3"), 2, "bad-moment"),
        (("ada", "ai-training", "no", "--at", "2023-01-01"), 3, "not-in-force"),
        (("ada", "ai-training", "no", "--version", "2030-01-01"), 2, "unknown-version"),
        (("ada", "ai-training", "no", "--version", "2024-02-01", "--at", "2023-12-31"), 3, "not-published"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    forum: Shell, words: tuple[str, ...], status: int, code: str
) -> None:
    before = forum.json("log", "show")["size"]
    assert forum("choose", *words, "--json", status=status).codes == [code]
    assert forum.json("log", "show")["size"] == before


def test_a_version_may_be_shown_after_it_is_published_and_before_it_holds(forum: Shell) -> None:
    words = ("choose", "ada", "ai-training", "no", "--version", "2024-02-01", "--at", "2024-01-15")
    assert forum.json(*words)["version"] == "2024-02-01"


def test_no_message_holds_the_members_id(forum: Shell) -> None:
    forum.write("more.csv", "id,name,country,born,joined\nzaphod-4711,Z,IE,1980-05-01,2015-01-01\n")
    forum("import", "table", "--members", "more.csv", "--map", "mapping.yaml", "--name", "more")
    said = [
        forum("choose", "zaphod-4711", "ai-training", "no", "--out", "r.json"),
        forum("choose", "zaphod-4711", "nothing", "no", status=3),
        forum("choose", "zaphod-4712", "ai-training", "no", status=2),
        forum("notice", "give", "2024-02-01", "--to", "member:zaphod-4711"),
        forum("notice", "give", "2024-02-01", "--to", "member:zaphod-4712", status=2),
        forum("delete", "account", "zaphod-4711"),
        forum("log", "show"),
        forum("erase", "zaphod-4711"),
        forum("choose", "zaphod-4711", "ai-training", "no", status=3),
    ]
    assert not any("zaphod" in each.out + each.err for each in said)
    assert "zaphod" not in (forum.folder / "r.json").read_text()


def test_a_dry_run_says_what_it_would_record_and_writes_nothing(forum: Shell) -> None:
    before = forum.snapshot()
    said = forum("choose", "ada", "ai-training", "no", "--dry-run", "--out", "r.json")
    assert said.out.startswith("Dry run, nothing is written. It would record: no through ai-training")
    assert forum.snapshot() == before


def test_the_text_of_a_choice_is_the_one_that_was_approved(forum: Shell) -> None:
    told = [forum("choose", "ada", "ai-training", word, "--out", "r.json").out for word in ("yes", "no")]
    told.append(forum("receipt", "verify", "r.json").out)
    told.append(forum("receipt", "verify", "r.json", "--key", ".sayso/keys/log.pub").out)
    check_golden("cli/choose.txt", steady("\n".join(told)))


def test_a_receipt_is_checked_far_from_the_project(forum: Shell, empty: Shell) -> None:
    said = forum.json("choose", "ada", "ai-training", "no", "--out", "receipt.json")
    text = (forum.folder / "receipt.json").read_text()
    assert json.loads(text) == said["receipt"]
    empty.write("receipt.json", text)
    key = (forum.folder / ".sayso/keys/log.pub").read_text().strip()
    assert empty.json("receipt", "verify", "receipt.json")["pinned"] is False
    found = empty.json("receipt", "verify", "receipt.json", "--key", key)
    assert (found["pinned"], found["entry"]) == (True, said["entry"])


def test_a_receipt_that_was_changed_or_is_of_another_log_does_not_hold(forum: Shell, empty: Shell) -> None:
    forum("choose", "ada", "ai-training", "no", "--out", "receipt.json")
    text = (forum.folder / "receipt.json").read_text()
    forum.write("changed.json", text.replace('"state": "no"', '"state": "yes"'))
    assert forum("receipt", "verify", "changed.json", "--json", status=4).codes == ["receipt-words"]
    empty("init")
    key = empty.folder / ".sayso/keys/log.pub"
    assert "other-key" in forum("receipt", "verify", "receipt.json", "--key", key, "--json", status=4).codes
    forum.write("torn.json", text[:100])
    assert forum("receipt", "verify", "torn.json", "--json", status=2).codes == ["bad-receipt"]
    assert forum("receipt", "verify", "receipt.json", "--key", "a+b+c", "--json", status=2).codes == [
        "bad-vkey"
    ]
    assert forum("receipt", "verify", "nowhere.json", "--json", status=2).codes == ["unreadable"]


def test_a_policy_file_that_changed_is_adopted_by_the_next_write_and_said_so(forum: Shell) -> None:
    policy = forum.folder / "policy/house.yaml"
    policy.write_text(policy.read_text().replace("basis: consent", "basis: agreement"))
    assert forum.json(*PLAN)["policy_changed"] is True
    said = forum("choose", "ada", "ai-training", "yes")
    assert "the policy file has changed, and is adopted" in said.out
    assert forum.json(*PLAN)["policy_changed"] is False
    assert forum.json("choose", "ada", "ai-training", "no")["adopted"] is None
