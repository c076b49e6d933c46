"""``sayso withdraw`` and ``sayso work``: what their answers say."""

from __future__ import annotations

import pytest

from goldens import check_golden
from shell import Shell, steady

USE = ("--purpose", "writing-suggestions", "--recipient", "platform")


@pytest.fixture
def regretted(forum: Shell) -> Shell:
    """A project with a data set and a model of it, from which one of two members wants to be out."""
    forum("choose", "ada", "ai-training", "yes")
    forum("choose", "bob", "ai-training", "yes")
    forum("build", "writers", *USE)
    forum("train", "suggestions", "writers", "--as", "drafts")
    forum("choose", "bob", "ai-training", "no")
    return forum


def test_a_withdrawal_says_what_it_would_do_and_then_what_it_did(regretted: Shell) -> None:
    tried = regretted.json("withdraw", "writers", "--dry-run")
    assert (tried["dry_run"], tried["entry"], tried["dropped"], len(tried["shards"])) == (True, None, 1, 1)
    check_golden("cli/withdraw_dry.txt", steady(regretted("withdraw", "writers", "--dry-run").out))
    check_golden("cli/withdraw.txt", steady(regretted("withdraw", "writers").out))
    check_golden("cli/withdraw_nothing.txt", steady(regretted("withdraw", "writers").out))
    assert regretted.json("withdraw", "writers", "--now")["purged"] == [1]


def test_the_worker_shows_what_waits_does_it_and_then_nothing_waits(regretted: Shell) -> None:
    check_golden("cli/work_dry.txt", steady(regretted("work", "--dry-run").out))
    check_golden("cli/work.txt", steady(regretted("work").out))
    assert regretted.json("work")["tasks"] == []
    assert regretted.json("verify")["holds"]
