"""Archives of terms in git: read whole, in the order of time, and without running anything in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sayso.errors import EdgeError, InputError
from sayso.intake.terms_archive import open_archive
from sayso.values.moments import format_moment
from terms_archives import TermsRepository

DOCUMENT = "Some Service/Privacy Policy"


def recorded(folder: Path, document: str = DOCUMENT) -> list[tuple[str, str]]:
    return [(format_moment(one.at), one.text) for one in open_archive(folder).records(document)]


def test_a_document_is_read_as_it_was_recorded_oldest_first(tmp_path: Path) -> None:
    archive = TermsRepository(tmp_path / "archive")
    first = archive.record(DOCUMENT, "2024-01-02T03:04:05Z", "Eins „zwei“\n")
    archive.record("Other/Privacy Policy", "2024-01-03T00:00:00Z", "Other\n")
    archive.record(DOCUMENT, "2024-02-01T00:00:00+02:00", "Drei\n")
    archive.record(DOCUMENT, "2024-03-01T00:00:00Z", None)
    assert recorded(archive.folder) == [
        ("2024-01-02T03:04:05Z", "Eins „zwei“\n"),
        ("2024-01-31T22:00:00Z", "Drei\n"),
        ("2024-03-01T00:00:00Z", ""),
    ]
    found = next(open_archive(archive.folder).records(DOCUMENT))
    assert (found.archive, found.document, found.commit) == ("archive", DOCUMENT, first)
    assert recorded(archive.folder, "Nowhere/Terms") == []


def test_commits_out_of_order_are_read_in_the_order_of_time(tmp_path: Path) -> None:
    archive = TermsRepository(tmp_path / "archive")
    archive.record(DOCUMENT, "2024-05-01T00:00:00Z", "Later\n")
    archive.record(DOCUMENT, "2024-04-01T00:00:00Z", "Earlier, imported after it\n")
    assert [text for _, text in recorded(archive.folder)] == ["Earlier, imported after it\n", "Later\n"]


def test_a_bare_clone_and_a_text_that_is_not_utf_8_are_read(tmp_path: Path) -> None:
    archive = TermsRepository(tmp_path / "archive")
    (archive.folder / "S").mkdir()
    (archive.folder / "S" / "T.md").write_bytes(b"caf\xe9\n")
    archive.git("add", "-A")
    archive.git("commit", "-q", "-m", "x")
    archive.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    assert [text for _, text in recorded(tmp_path / "bare.git", "S/T")] == ["caf�\n"]


def test_names_are_names_and_no_patterns(tmp_path: Path) -> None:
    archive = TermsRepository(tmp_path / "archive")
    archive.record("S/Terms", "2024-01-01T00:00:00Z", "Terms\n")
    assert recorded(archive.folder, "S/*") == []
    assert recorded(archive.folder, ":(glob)**") == []


def test_nothing_that_the_archive_configures_is_run(tmp_path: Path) -> None:
    archive = TermsRepository(tmp_path / "archive")
    archive.record(DOCUMENT, "2024-01-01T00:00:00Z", "Eins\n")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    hooks = archive.folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-checkout", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        (hooks / hook).write_bytes(trap.read_bytes())
        (hooks / hook).chmod(0o755)
    keys = (
        "core.fsmonitor",
        "core.pager",
        "pager.rev-list",
        "diff.external",
        "core.sshCommand",
        "gpg.program",
    )
    for key in (*keys, "diff.trap.textconv", "filter.trap.smudge", "uploadpack.packObjectsHook"):
        archive.git("config", key, str(trap))
    archive.git("config", "log.showSignature", "true")
    (archive.folder / ".git" / "info" / "attributes").write_text("* diff=trap filter=trap\n")
    assert [text for _, text in recorded(archive.folder)] == ["Eins\n"]
    assert not (tmp_path / "sprung").exists()


def test_what_this_machine_sets_for_git_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = TermsRepository(tmp_path / "archive")
    archive.record(DOCUMENT, "2024-01-01T00:00:00Z", "Eins\n")
    other = TermsRepository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.bare")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "nonsense")
    assert [text for _, text in recorded(archive.folder)] == ["Eins\n"]


def broken(refuse: Callable[[], object]) -> str:
    with pytest.raises((InputError, EdgeError)) as caught:
        refuse()
    return caught.value.problems[0].code


def test_a_folder_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    inside = TermsRepository(tmp_path / "archive").folder / "inside"
    inside.mkdir()
    assert broken(lambda: open_archive(inside)) == "no-archive"  # git would go up, and take the one around it
    assert broken(lambda: open_archive(tmp_path / "nowhere")) == "no-archive"


def test_an_archive_without_a_commit_or_with_a_torn_one_fails_with_advice(tmp_path: Path) -> None:
    archive = TermsRepository(tmp_path / "archive")
    assert broken(lambda: recorded(archive.folder)) == "git-failed"
    archive.record(DOCUMENT, "2024-01-01T00:00:00Z", "Eins\n")
    for file in (archive.folder / ".git" / "objects").glob("??/*"):
        file.chmod(0o644)
        file.write_bytes(b"")
    assert broken(lambda: recorded(archive.folder)) == "git-failed"


def test_a_shallow_clone_cannot_tell_when_words_appeared(tmp_path: Path) -> None:
    archive = TermsRepository(tmp_path / "archive")
    archive.record(DOCUMENT, "2024-01-01T00:00:00Z", "Eins\n")
    archive.record(DOCUMENT, "2024-02-01T00:00:00Z", "Zwei\n")
    archive.git("clone", "-q", "--depth", "1", archive.folder.as_uri(), str(tmp_path / "shallow"))
    assert broken(lambda: open_archive(tmp_path / "shallow")) == "shallow-archive"


def test_without_git_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = TermsRepository(tmp_path / "archive")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert broken(lambda: open_archive(archive.folder)) == "missing-part"


def test_a_text_that_is_only_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    archive = TermsRepository(tmp_path / "archive")
    archive.record(DOCUMENT, "2024-01-01T00:00:00Z", "Eins\n")
    blob = archive.git("rev-parse", f"HEAD:{DOCUMENT}.md")
    (archive.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    sprung = tmp_path / "sprung"
    partial = {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::touch {sprung}",
        "protocol.ext.allow": "always",
    }
    for key, value in partial.items():
        archive.git("config", key, value)
    assert broken(lambda: recorded(archive.folder)) == "git-failed"  # and not: it was taken away
    assert not sprung.exists()
