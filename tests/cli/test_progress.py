"""Progress: a bar on a terminal, and nothing where nobody watches."""

from __future__ import annotations

import io
import sys

import pytest

from sayso.cli.answer import Answer, columns, console_for, give
from sayso.cli.progress import progress_bar


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_bar_on_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar("Reading", quiet=False, counted=True) as tell:
        tell(3, 10)
    assert "Reading" in screen.getvalue()
    assert "3/10" in screen.getvalue()


@pytest.mark.parametrize(("stream", "quiet"), [(io.StringIO(), False), (Terminal(), True)])
def test_a_pipe_and_a_quiet_call_see_nothing(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, quiet: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_bar("Reading", quiet) as tell:
        tell(3, 10)
    assert stream.getvalue() == ""


def test_no_color_is_honoured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert console_for(True, stderr=True).no_color


def test_brackets_in_an_answer_are_not_markup(capsys: pytest.CaptureFixture[str]) -> None:
    give(Answer({}, ("[bold]as it is[/bold] :smile:",)), as_json=False, quiet=False)
    assert capsys.readouterr().out == "[bold]as it is[/bold] :smile:\n"


def test_columns_align_and_empty_tables_have_no_lines() -> None:
    assert columns([("a", "1"), ("long", "1,000")]) == ("  a         1", "  long  1,000")
    assert columns([]) == ()
