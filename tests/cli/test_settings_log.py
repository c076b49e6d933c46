"""The block ``log`` of a project file: where the address of its database lies, and how `sayso migrate` writes it."""

from __future__ import annotations

import pytest

from sayso.config import Settings, parse_settings, settings_text
from sayso.config_service import SecretPlace, with_log
from sayso.errors import InputError

START = "sayso: 1\nname: forum\norigin: example.org/forum\n"
PLACES = [SecretPlace("env", "SAYSO_LOG_URL"), SecretPlace("file", "secrets/log url.txt"), None]


def read(text: str) -> Settings:
    return parse_settings(text, "sayso.yaml")


@pytest.mark.parametrize("place", PLACES)
def test_what_is_written_is_read_back(place: SecretPlace | None) -> None:
    settings = Settings("forum", "example.org/forum", log=place)
    assert read(settings_text(settings)) == settings


@pytest.mark.parametrize(
    "block",
    [
        "log: postgres\n",
        "log: {}\n",
        "log: {postgres: {}}\n",
        "log: {postgres: {url: postgresql://sayso:hunter2@db/forum}}\n",
        "log: {postgres: {url: {env: not a name}}}\n",
        "log: {postgres: {url: {env: A, file: b}}}\n",
        "log: {postgres: {url: {env: A}, size: 4}}\n",
        "log: {sqlite: {url: {env: A}}}\n",
    ],
)
def test_a_block_that_does_not_say_where_the_address_lies_is_named_at_its_place(block: str) -> None:
    with pytest.raises(InputError) as error:
        read(START + block)
    assert all(problem.place is not None and problem.place.line == 4 for problem in error.value.problems)
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "log: {postgres: {url: {env: OLD}}}\n",
        "log:\n  postgres:\n    # where it was\n    url: {file: old.url}\n\n",
        "log:   # the office's\n  postgres: {url: {env: OLD}}",
    ],
)
@pytest.mark.parametrize("place", PLACES)
def test_a_move_changes_the_block_alone(written: str, place: SecretPlace | None) -> None:
    before = f"# Ours.\n{START}{written}"
    after = with_log(before, place)
    assert read(after) == Settings("forum", "example.org/forum", log=place)
    assert after.startswith(f"# Ours.\n{START}")
    assert with_log(after, place) == after
    assert with_log(f"{before.rstrip()}\nshards: 4\n", place).count("shards: 4\n") == 1
