"""Tables of Spark's catalog: rows come in from them by name, and a data set is read as one, always the version that readers see."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.engines.spark_session import Cluster
from sayso.engines.spark_tables import rows_of_table, stand_for
from sayso.errors import EdgeError, Refused
from shell import Shell
from spark.sessions import for_spark
from workflows.worlds_on_disk import NAME, built, community, make, opened, rows_of, say, without_a_model

pytestmark = for_spark()
MAPPING = """\
mapping: 1
members: {columns: {member: who, region: country}}
records:
  columns:
    {record: n, author: who, category: {constant: post}, visibility: {constant: public}, created_at: when, text: words}
"""


def test_a_data_set_is_a_table_that_follows_it_and_forgets_with_it(cluster: Cluster, tmp_path: Path) -> None:
    folder = without_a_model(make(tmp_path / "it's a forum", community(12)))
    with (folder / "sayso.yaml").open("a") as file:
        file.write(f"\nspark: {{tables: {{{NAME}: said_so}}}}\n")
    session = cluster.session()
    with opened(folder) as project:
        one = built(project)
        assert session.table("said_so").toArrow().sort_by("record").to_pylist() == sorted(
            rows_of(project, one), key=lambda row: row["record"]
        )
        leaver = project.tags.table().to_pylist()
        for row in leaver[: len(leaver) // 2]:
            say(project, row["member"], yes=False)
        two = built(project)
        assert two.manifest.rows < one.manifest.rows
        assert cluster.session().table("said_so").count() == two.manifest.rows
    properties = {row["key"]: row["value"] for row in session.sql("SHOW TBLPROPERTIES said_so").collect()}
    assert (properties["sayso.dataset"], properties["sayso.version"]) == (NAME, "2")


def test_somebody_elses_table_is_left_alone(cluster: Cluster, tmp_path: Path) -> None:
    session = cluster.session()
    place = (tmp_path / "theirs").as_uri()
    session.sql(f"CREATE TABLE theirs (record STRING) USING parquet LOCATION '{place}'")
    with pytest.raises(Refused, match="does not stand for the data set"):
        stand_for(cluster, "theirs", NAME, 1, tmp_path)
    with pytest.raises(EdgeError, match="SCHEMA_NOT_FOUND"):
        stand_for(cluster, "nowhere.ours", NAME, 1, tmp_path)


def test_rows_come_in_from_a_table_by_its_name_in_an_order_of_their_own(
    cluster: Cluster, tmp_path: Path
) -> None:
    session = cluster.session()
    rows = [(n, f"m{n % 3}", "hello there", 1_711_846_800 + n) for n in range(40)]
    posts = session.createDataFrame(rows, "n int, who string, words string, seconds bigint")
    posts = posts.selectExpr("n", "who", "words", "timestamp_seconds(seconds) AS when")
    users = session.createDataFrame([(f"m{n}", "IT") for n in range(3)], "who string, country string")
    for name, frame, parts in (("posts", posts, 4), ("posts_again", posts, 1), ("users", users, 2)):
        frame.repartition(parts).write.saveAsTable(name, path=str(tmp_path / name), format="parquet")
    (tmp_path / "map.yaml").write_text(MAPPING)
    (tmp_path / "forum").mkdir()
    sayso = Shell(tmp_path / "forum")
    sayso("init")
    found = []
    for table in ("posts", "posts_again"):
        told = sayso.json(
            "import", "table", "--members", "table:users", "--records", f"table:default.{table}",
            "--map", tmp_path / "map.yaml", "--name", "forum", "--replace",
        )  # fmt: skip
        found.append(told)
    assert [(one["members"], one["records"]) for one in found] == [(3, 40), (3, 40)]
    assert found[0]["digest"] == found[1]["digest"]
    with pytest.raises(EdgeError, match="TABLE_OR_VIEW_NOT_FOUND"), rows_of_table(cluster, "nobodys"):
        pass
