"""Small pieces of SQL text, in the dialect that every engine shares."""

from __future__ import annotations

from collections.abc import Iterable


def lies_in_sql(table: str, codes: frozenset[str]) -> str:
    """Return a test that a member's region is one of the codes or a subdivision of one; ``table`` has region and country."""
    countries = [code for code in codes if "-" not in code]
    subdivisions = [code for code in codes if "-" in code]
    tests = [f"{table}.country IN {texts(countries)}"] if countries else []
    tests += [f"{table}.region IN {texts(subdivisions)}"] if subdivisions else []
    return tests[0] if len(tests) == 1 else f"({any_of(tests)})"


def case(whens: list[str], otherwise: str, of: str = "") -> str:
    """Return a CASE of the WHENs, or the alternative alone where there are none; ``of`` is what each WHEN is compared with."""
    if not whens:
        return otherwise
    return f"CASE {of}".rstrip() + "\n" + indent("\n".join([*whens, f"ELSE {otherwise}"])) + "\nEND"


def any_of(tests: list[str]) -> str:
    """Return the tests joined by OR; a test that never holds where there are none."""
    return " OR ".join(tests) if tests else "1 = 0"


def listed(columns: list[str]) -> str:
    """Return the columns of a SELECT, one below the other."""
    return ",\n".join(indent(column) for column in columns)


def indent(sql: str) -> str:
    """Return the text two blanks further in."""
    return "\n".join("  " + line for line in sql.splitlines())


def numbers(numbers: Iterable[int]) -> str:
    """Return numbers as a list for IN."""
    return "(" + ", ".join(str(number) for number in numbers) + ")"


def texts(values: Iterable[str]) -> str:
    """Return texts as a list for IN, sorted."""
    return "(" + ", ".join(text(value) for value in sorted(values)) + ")"


def text(value: str) -> str:
    """Return a text as an SQL literal; the parser keeps backslashes and control characters out of policies."""
    return "'" + value.replace("'", "''") + "'"
