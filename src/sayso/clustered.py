"""Where Spark comes in: what decides and makes data sets on a cluster, and tables of its catalog. Nothing of it is loaded before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sayso.config import Settings
from sayso.engines.compare import ComparingDuckEngine
from sayso.engines.revise import OpenRevisers
from sayso.intake.gazetteer import country_of
from sayso.slicing import OpenSlicing
from sayso.stores.datasets import FileDatasets
from sayso.workflows.facts import OpenEngine
from sayso.workflows.slices import slicing_here

if TYPE_CHECKING:
    from sayso.engines.spark_session import Cluster

TABLE = "table:"
"""What the name of a table in Spark's catalog follows, where a file could be named."""


def engine_of(settings: Settings, state: Path, revisers: OpenRevisers) -> tuple[OpenEngine, OpenSlicing]:
    """Return what decides, and what makes data sets: on this machine, or on the cluster that the settings name."""
    near = partial(ComparingDuckEngine, spill=state / "spill")
    if settings.engine == "duckdb":
        return near, slicing_here(revisers)
    from sayso.engines.cluster import OpenEngines
    from sayso.engines.spark_slices import SparkSlicing

    cluster = cluster_of(settings, state)
    return OpenEngines(cluster, near), SparkSlicing(cluster, settings.redaction, country_of)


def cluster_of(settings: Settings, state: Path) -> Cluster:
    """Return the cluster that the settings name; it is not asked for anything yet."""
    from sayso.engines.spark_session import Cluster

    return Cluster(settings.spark.master, settings.spark.settings, state / "spill")


@contextmanager
def catalog_table(cluster: Cluster, name: str) -> Iterator[Path]:
    """Give a file with the rows of a table of Spark's catalog; raises ``EdgeError`` where Spark cannot read it."""
    from sayso.engines.spark_tables import rows_of_table

    with rows_of_table(cluster, name) as file:
        yield file


class CataloguedDatasets(FileDatasets):
    """Data sets, some of which are tables of Spark's catalog, too: these always stand for the version that readers see."""

    def __init__(self, state: Path, tables: dict[str, str], cluster: Cluster) -> None:
        """Use the state folder; ``tables`` names the table of a data set."""
        super().__init__(state)
        self._tables, self._cluster = tables, cluster

    def point(self, name: str, version: int) -> None:
        """Let readers see a version from now on, the table's first: where this is cut short, the next build does it again.

        Raises ``Refused`` for a table that is not of this data set, ``EdgeError`` where the catalog cannot be written.
        """
        if name in self._tables:
            shards = self.folder(name, version) / "shards"
            from sayso.engines.spark_tables import stand_for

            stand_for(self._cluster, self._tables[name], name, version, shards)
        super().point(name, version)
