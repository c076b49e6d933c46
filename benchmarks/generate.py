"""Makes the gate benchmark's tables at scale, in DuckDB's SQL alone: members, records, words and personal notices.

    python benchmarks/generate.py build/bench --members 1000000 --records 20000000

The same arguments give the same rows with the same DuckDB: every value is a function of the row's number, a name and the
seed (``hash``), and no random function is called. DuckDB may change ``hash`` between its versions; compare the figures of
one version only.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import duckdb

from sayso.intake.tablefiles import UNLISTED

MEMBERS = 1_000_000
RECORDS = 20_000_000

# Country and weight; about sixty countries. The share without a region is below.
_COUNTRIES = (
    "US 18 IN 12 BR 7 GB 6 FR 4 CA 4 MX 4 DE 4 ID 4 IT 3 ES 3 AU 3 PH 3 TR 2 NL 2 AR 2 CO 2 NG 2 PK 2 ZA 2 PL 2 BD 2 "
    "BE 1 SE 1 CH 1 PT 1 IE 1 DK 1 NO 1 FI 1 AT 1 GR 1 CZ 1 RO 1 HU 1 HR 1 SI 1 SK 1 LT 1 LV 1 EE 1 LU 1 MT 1 CY 1 BG 1 "
    "IS 1 LI 1 HK 2 SG 1 MY 1 JP 2 KR 1 TH 1 VN 1 EG 1 MA 1 KE 1 GH 1 AE 1 SA 1 IL 1 CL 1 PE 1 NZ 1"
)
_CATEGORIES = (
    "post 34 comment 26 article 3 private-message 12 group-message 6 poll-response 4 profile 5 resume 1 "
    "screening-answer 2 genai-conversation 4 feedback 1 usage 2"
)
_SEEN = "public 60 network 30 private 10"
_LANGUAGES = "en 60 es 9 pt 8 fr 7 de 6 it 4 nl 3 pl 3"
_DIVIDED = "US-CA 3 US-NY 2 US-TX 2 GB-SCT 1 GB-ENG 4 CA-QC 2 CA-ON 3 IN-KA 2 DE-BE 1 BR-SP 3 AU-NSW 2"

_MICROS = 1_000_000
_START = 1_672_531_200 * _MICROS  # 2023-01-01
_NEWS = 1_726_617_600 * _MICROS  # 2024-09-18
_SECOND_VERSION = 1_762_128_000 * _MICROS  # 2025-11-03
_END = 1_793_404_800 * _MICROS  # 2026-10-31
_OPENED = 1_262_304_000 * _MICROS  # 2010-01-01


def generate(
    folder: Path,
    members: int = MEMBERS,
    records: int = RECORDS,
    sentences: int = 0,
    seed: int = 1,
    threads: int = 2,
) -> dict[str, Path]:
    """Return the files of the four tables, which are in ``folder`` from then on; DuckDB may take 1.5 GB of memory.

    ``sentences`` of 64 characters each is how long every record's text is. Raises ``duckdb.Error`` where the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as db:
        db.execute(f"SET threads = {int(threads)}")
        db.execute("SET memory_limit = '1500MB'")
        db.execute("SET preserve_insertion_order = true")
        db.execute("SET enable_progress_bar = false")
        db.execute("SET temp_directory = ?", [str(folder / "spill")])
        for macro in _macros(seed):
            db.execute(macro)
        return {
            name: _write(db, folder / f"{name}.parquet", query)
            for name, query in (
                ("members", _members(members)),
                ("records", _records(records, members, sentences)),
                ("words", _words(members * 4 // 10, members)),
                ("notices", _notices(members // 10, members)),
            )
        }


def _write(db: duckdb.DuckDBPyConnection, file: Path, query: str) -> Path:
    db.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)")
    return file


def _macros(seed: int) -> tuple[str, ...]:
    """Return macros of chance: a whole number below ``n``, true with a chance in ten thousand, a moment, in a row."""
    return (
        f"CREATE MACRO below(i, name, n) AS CAST(hash(i, name, {int(seed)}) % CAST(n AS UBIGINT) AS BIGINT)",
        "CREATE MACRO odds(i, name, n) AS below(i, name, 10000) < n",
        f"CREATE MACRO later(i, name, start, days) AS least(start + below(i, name, days * 86400) * 1000000, {_END - _MICROS})",
        # The square of an even draw: a few members make many records.
        f"CREATE MACRO somebody(i, name, n) AS CAST(floor(pow(hash(i, name, {int(seed)}) / 18446744073709551616.0, 2) * n) "
        "AS BIGINT)",
        "CREATE MACRO member_id(k) AS printf('m%07d', k)",
    )


def _pick(weighted: str, row: str, name: str) -> str:
    """Return the expression that picks one of ``thing weight ...``: a constant list, indexed by chance."""
    pairs = zip(weighted.split()[::2], weighted.split()[1::2], strict=True)
    things = [thing for thing, weight in pairs for _ in range(int(weight))]
    listed = ", ".join(f"'{thing}'" for thing in things)
    return f"([{listed}])[1 + below({row}, '{name}', {len(things)})]"


def _members(members: int) -> str:
    """Return the query of the members: 3 % without region, 8 % in subdivisions, 15 % without birth day, 4 % closed."""
    days = (_END - _OPENED) // (86_400 * _MICROS)
    return f"""
        SELECT member, name, handle, former_names, former_handles, region, region[1:2] AS country, born, age_min, age_max, joined_at,
               CASE WHEN odds(i, 'closed', 400) THEN later(i, 'closing', joined_at, 900) END AS closed_at,
               attr_plan, attr_school, CAST(i AS INTEGER) AS number
        FROM (
            SELECT i, member_id(i) AS member, CAST(NULL AS VARCHAR) AS name, CAST(NULL AS VARCHAR) AS handle,
                   CAST(NULL AS VARCHAR[]) AS former_names, CAST(NULL AS VARCHAR[]) AS former_handles,
                   CASE WHEN odds(i, 'nowhere', 300) THEN NULL
                        WHEN odds(i, 'divided', 800) THEN {_pick(_DIVIDED, "i", "division")}
                        ELSE {_pick(_COUNTRIES, "i", "country")} END AS region,
                   CASE WHEN odds(i, 'unborn', 1500) THEN NULL
                        ELSE CAST((1950 + below(i, 'year', 62)) * 10000 + (1 + below(i, 'month', 12)) * 100
                                  + 1 + below(i, 'day', 28) AS INTEGER) END AS born,
                   CASE WHEN odds(i, 'unborn', 500) THEN CAST(25 AS SMALLINT) END AS age_min,
                   CASE WHEN odds(i, 'unborn', 500) THEN CAST(34 AS SMALLINT) END AS age_max,
                   CASE WHEN odds(i, 'unjoined', 100) THEN NULL
                        ELSE later(i, 'joined', CAST({_OPENED} AS BIGINT), {days}) END AS joined_at,
                   {_pick("free 75 premium 16 enterprise 8 ? 1", "i", "plan")} AS attr_plan,
                   CASE WHEN odds(i, 'school', 150) THEN 'secondary'
                        WHEN odds(i, 'school', 180) THEN '?' END AS attr_school
            FROM range({int(members)}) AS numbers(i)
        )"""


def _records(records: int, members: int, sentences: int) -> str:
    """Return the query of the records: 0.3 % without author and 0.3 % of strangers, 0.3 % without moment, 4 % deleted."""
    days = (_END - _START) // (86_400 * _MICROS)
    words = (
        " || ".join(
            f"printf('record %010d says something short and of constant size, ok ', i * {2 * place + 1} % 10000000019)"
            for place in range(sentences)
        )
        or "''"
    )
    return f"""
        SELECT printf('r%09d', i) AS record,
               CASE WHEN odds(i, 'orphan', 30) THEN NULL
                    WHEN odds(i, 'orphan', 60) THEN printf('x%07d', i)
                    ELSE member_id(somebody(i, 'author', {int(members)})) END AS author,
               {_pick(_CATEGORIES, "i", "category")} AS category,
               {_pick(_SEEN, "i", "seen")} AS visibility,
               created_at,
               CASE WHEN odds(i, 'collected', 7000) THEN later(i, 'collecting', created_at, 1) END AS collected_at,
               CASE WHEN odds(i, 'deleted', 400) THEN later(i, 'deleting', created_at, 200) END AS deleted_at,
               {_pick(_LANGUAGES, "i", "language")} AS language,
               {words} AS text,
               CAST([] AS VARCHAR[]) AS contributors,
               CAST(NULL AS VARCHAR) AS reply_to,
               CASE WHEN odds(i, 'sensitive', 50) THEN 'yes'
                    WHEN odds(i, 'sensitive', 55) THEN '?' END AS attr_sensitive_group,
               CASE WHEN odds(i, 'orphan', 30) THEN NULL
                    WHEN odds(i, 'orphan', 60) THEN {UNLISTED}
                    ELSE CAST(somebody(i, 'author', {int(members)}) AS INTEGER) END AS author_number
        FROM (
            SELECT i, CASE WHEN odds(i, 'undated', 30) THEN NULL
                           ELSE later(i, 'created', CAST({_START} AS BIGINT), {days}) END AS created_at
            FROM range({int(records)}) AS numbers(i)
        )"""


def _words(words: int, members: int) -> str:
    """Return the query of the choices: 85 % through the toggle, 15 % of them yes; entries in the order of moments."""
    span = (_END - _NEWS) // max(1, words)
    return f"""
        SELECT member_id(below(i, 'speaker', {int(members)})) AS member,
               CASE WHEN odds(i, 'toggle', 8500) THEN 'genai-training' ELSE 'processing-objection' END AS control,
               odds(i, 'toggle', 8500) AND odds(i, 'yes', 1500) AS yes,
               "at",
               CASE WHEN "at" < {_SECOND_VERSION} THEN '2024-09-18' ELSE '2025-11-03' END AS version,
               i AS entry
        FROM (SELECT i, CAST({_NEWS} + i * {span} AS BIGINT) AS "at" FROM range({int(words)}) AS numbers(i))"""


def _notices(notices: int, members: int) -> str:
    """Return the query of the personal notices; their entries follow those of the choices."""
    span = (_END - _NEWS) // max(1, notices)
    return f"""
        SELECT member_id(below(i, 'told', {int(members)})) AS member,
               CASE WHEN odds(i, 'second', 5000) THEN '2025-11-03' ELSE '2024-09-18' END AS version,
               CAST({_NEWS} + i * {span} AS BIGINT) AS at,
               i + {members * 4 // 10} AS entry
        FROM range({int(notices)}) AS numbers(i)"""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make the gate benchmark's tables.")
    parser.add_argument("folder", type=Path, help="where the Parquet files go")
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--sentences", type=int, default=1, help="64 characters of text each, in every record"
    )
    return parser.parse_args()


def main() -> None:
    """Make the tables and say how large they are and how long it took."""
    given = _arguments()
    began = time.perf_counter()
    files = generate(given.folder, given.members, given.records, given.sentences, given.seed, given.threads)
    for name, file in files.items():
        print(f"{name:8} {file.stat().st_size / 1e6:9.1f} MB  {file}")
    print(f"{time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
