"""One meaning, told four times: ``decide``, the compiled SQL on DuckDB and on Spark, and the slow specification."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engines.test_three_tellings_agree import (
    opened,
    pairs,
    tables_in,
    told_by_decide,
    told_by_sql,
    told_slowly,
)
from sayso.engines.spark import SparkEngine
from sayso.engines.spark_session import Cluster
from spark.sessions import for_spark
from spec.worlds import World, worlds

pytestmark = for_spark()
FEW = settings(
    max_examples=2,
    phases=[
        Phase.explicit,
        Phase.generate,
    ],  # a counterexample is shrunk by the three, who take no time to start
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
ZONES = ("UTC", "Pacific/Apia")


def hold_together(
    world: World, cluster: Cluster, zone: str, folder: Path, sources: int
) -> Counter[tuple[str, str]]:
    """Hold the four against one another for every question of a world, and return the answers."""
    seen: Counter[tuple[str, str]] = Counter()
    tables = tables_in(world, folder, sources)
    with SparkEngine(tables, cluster) as far, opened(world, zone) as near:
        far.session.conf.set("spark.sql.session.timeZone", zone)
        for use, at in world.questions:
            slow = told_slowly(world, use, at)
            assert told_by_decide(world, use, at) == slow
            assert told_by_sql(near, world, use, at) == slow
            assert told_by_sql(far, world, use, at) == slow
            seen.update(slow.values())
    assert seen.total() == len(list(pairs(world))) * len(world.questions)
    return seen


@FEW
@given(worlds(), st.integers(0, 2))
@pytest.mark.parametrize("zone", ZONES)
def test_decide_both_engines_and_the_specification_give_the_same_verdict_and_reason(
    cluster: Cluster, zone: str, world: World, sources: int
) -> None:
    world = replace(world, questions=world.questions[:2])
    with tempfile.TemporaryDirectory() as folder:
        hold_together(world, cluster, zone, Path(folder), sources)


@pytest.mark.deep
def test_the_four_tellings_agree_on_thousands_of_cases(cluster: Cluster) -> None:
    """Nightly; ``SAYSO_SPARK_EXAMPLES`` asks for more worlds than it takes."""
    seen: Counter[tuple[str, str]] = Counter()

    @settings(FEW, max_examples=int(os.environ.get("SAYSO_SPARK_EXAMPLES", "60")))
    @given(worlds(), st.integers(0, 2))
    def hold(world: World, sources: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            seen.update(hold_together(world, cluster, ZONES[seen.total() % 2], Path(folder), sources))

    hold()
    assert len(seen) > 10
