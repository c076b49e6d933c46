"""Where Java is missing or too old, one line says what to install; Spark is not even tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.engines.spark_session import check_java
from sayso.errors import EdgeError


def test_no_java_is_one_line_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EdgeError, match="needs Java 17 or later, which is not installed") as error:
        check_java()
    (problem,) = error.value.problems
    assert "openjdk-17-jre-headless" in problem.advice
    assert "engine: duckdb" in problem.advice


@pytest.mark.parametrize(
    ("said", "number"), [('openjdk version "11.0.2" 2019-01-15', 11), ('java version "1.8.0_292"', 8)]
)
def test_an_old_java_is_named_by_its_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, number: int
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EdgeError, match=f"needs Java 17 or later, this is Java {number}"):
        check_java()
    java.write_text("#!/bin/sh\necho 'openjdk version \"21\" 2023-09-19' >&2\n")
    check_java()
