"""The dialects of SQL in which warehouses are asked, as far as they differ in what stands before a gate.

The gate itself keeps to what all engines read alike (``compile``). Its views stand on two more that turn a platform's own columns into
the gate's: there, and nowhere else, moments of other types become whole microseconds, and lists become rows.
"""

from __future__ import annotations

from dataclasses import dataclass

_EPOCHS = {
    "epoch-seconds": "CAST(CAST({x} AS DECIMAL(28, 6)) * 1000000 AS BIGINT)",
    "epoch-milliseconds": "CAST({x} AS BIGINT) * 1000",
    "epoch-microseconds": "CAST({x} AS BIGINT)",
}
_DAY = (
    "CAST(EXTRACT(YEAR FROM {x}) * 10000 + EXTRACT(MONTH FROM {x}) * 100 + EXTRACT(DAY FROM {x}) AS BIGINT)"
)
MOMENTS = ("instant", "utc", *_EPOCHS)
"""How a column may express moments: a type with a time zone, one without that means UTC, or a number."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one warehouse writes what others write otherwise.

    ``quote`` stands around names, ``escaped`` for a quote in a text; ``instant`` and ``utc`` make microseconds of a moment ``{x}``
    with a time zone and without; ``clock`` is now; ``spread`` follows a table ``r`` to give a row for each entry of the list ``{x}``,
    which is then called ``entry``.
    """

    id: str
    title: str
    instant: str
    utc: str
    clock: str
    spread: str
    entry: str = "c.entry"
    quote: str = '"'
    escaped: str = "''"
    text_type: str = "VARCHAR"

    def name(self, path: str) -> str:
        """Return a table's or a column's name, parts with dots between, as this dialect writes it.

        Plain parts stay as they are, so that the warehouse folds them as it folds others. Raises ``ValueError`` for a part that cannot
        be quoted.

        >>> DIALECTS["spark"].name('lake.users."order"')
        'lake.users.`order`'
        """
        return ".".join(self._part(part) for part in path.split("."))

    def _part(self, part: str) -> str:
        bare = part[1:-1] if len(part) > 2 and part[0] == part[-1] == '"' else part
        if bare == part and part.isascii() and part.isidentifier():
            return part
        if not bare or any(sign in bare for sign in "\"`\\'") or not bare.isprintable():
            raise ValueError("a name with quotes, backslashes or control characters, or an empty one")
        return f"{self.quote}{bare}{self.quote}"

    def text(self, value: str) -> str:
        """Return a text as a literal; raises ``ValueError`` for a backslash or a control character, which dialects read differently.

        >>> DIALECTS["bigquery"].text("it's"), DIALECTS["duckdb"].text("it's")
        ("'it\\\\'s'", "'it''s'")
        """
        if "\\" in value or not value.isprintable():
            raise ValueError("a text with backslashes or control characters")
        return "'" + value.replace("'", self.escaped) + "'"

    def as_text(self, column: str) -> str:
        """Return a value of any type as text."""
        return f"CAST({column} AS {self.text_type})"

    def moment(self, column: str, how: str) -> str:
        """Return a column's moment as whole microseconds since 1970 in UTC, ``how`` being one of ``MOMENTS``."""
        template = {"instant": self.instant, "utc": self.utc, **_EPOCHS}[how]
        return template.format(x=column)

    def day(self, column: str) -> str:
        """Return a date, or its text in the form 1980-05-01, as the number ``yyyymmdd``."""
        return _DAY.format(x=f"CAST({column} AS DATE)")


_UNNEST = "CROSS JOIN UNNEST({x}) AS c(entry)"
_PARTS = ", ".join(f"EXTRACT({part} FROM {{x}})" for part in ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"))  # fmt: skip
_POSTGRES = "CAST(ROUND(EXTRACT(EPOCH FROM {x}) * 1000000) AS BIGINT)"
_SNOWFLAKE = "DATE_PART(EPOCH_MICROSECOND, {x})"
_TRINO = "CAST(ROUND(TO_UNIXTIME({x}) * 1000000) AS BIGINT)"

DIALECTS = {
    one.id: one
    for one in (
        Dialect("duckdb", "DuckDB", "EPOCH_US({x})", "EPOCH_US({x})", "EPOCH_US(NOW())", _UNNEST),
        Dialect(
            "spark",
            "Spark",
            "UNIX_MICROS({x})",
            # Not a cast: that would read the moment in the session's time zone.
            f"UNIX_MICROS(MAKE_TIMESTAMP({_PARTS}, 'UTC'))",
            "UNIX_MICROS(CURRENT_TIMESTAMP())",
            "LATERAL VIEW EXPLODE({x}) c AS entry",
            quote="`",
            escaped="\\'",
            text_type="STRING",
        ),
        Dialect(
            "trino",
            "Trino",
            _TRINO,
            _TRINO.replace("{x}", "WITH_TIMEZONE({x}, 'UTC')"),
            _TRINO.format(x="CURRENT_TIMESTAMP"),
            _UNNEST,
        ),
        Dialect(
            "postgres", "PostgreSQL", _POSTGRES, _POSTGRES, _POSTGRES.format(x="CURRENT_TIMESTAMP"), _UNNEST
        ),
        Dialect(
            "bigquery",
            "BigQuery",
            "UNIX_MICROS({x})",
            "UNIX_MICROS(TIMESTAMP({x}, 'UTC'))",
            "UNIX_MICROS(CURRENT_TIMESTAMP())",
            "CROSS JOIN UNNEST({x}) AS entry",
            entry="entry",
            quote="`",
            escaped="\\'",
            text_type="STRING",
        ),
        Dialect(
            "snowflake",
            "Snowflake",
            _SNOWFLAKE,
            _SNOWFLAKE,
            _SNOWFLAKE.format(x="CURRENT_TIMESTAMP()"),
            ", LATERAL FLATTEN(INPUT => {x}) c",
            entry="c.value",
        ),
    )
}
"""The dialects by name, DuckDB's first: it is the one that builds run."""
