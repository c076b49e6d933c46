"""The engine of a project with ``engine: spark``: what takes all records is asked of the cluster, what compares is asked here.

Comparing is asked of few records (a no that came meanwhile, a new record), or by the office, who waits for the answer: starting jobs
for it would cost more than DuckDB needs for all of it. It gives the same answers, and is opened when it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import TracebackType

import pyarrow as pa

from sayso.engines.compare import ComparingDuckEngine
from sayso.engines.spark import SparkEngine
from sayso.engines.spark_session import Cluster
from sayso.policy.gate import Gate
from sayso.ports import Census, GateTables, Shift, Touched
from sayso.values.moments import Moment

OpenNear = Callable[[GateTables], ComparingDuckEngine]


@dataclass(frozen=True, slots=True)
class OpenEngines:
    """Opens engines over tables: what lies in memory is little, and is asked here; what lies in files may be much."""

    cluster: Cluster
    near: OpenNear

    def __call__(self, tables: GateTables) -> ComparingDuckEngine | ClusterEngine:
        """Return the engine as a context manager."""
        if isinstance(tables.members, pa.Table) or isinstance(tables.records, pa.Table):
            return self.near(tables)
        return ClusterEngine(tables, self.cluster, self.near)


class ClusterEngine:
    """Runs gates on a cluster, and compares them here; a context manager that leaves nothing behind."""

    def __init__(self, tables: GateTables, cluster: Cluster, near: OpenNear) -> None:
        """Take the tables; they are opened by what is asked first, and what is wrong with them is told then."""
        self._tables, self._cluster, self._open_near = tables, cluster, near
        self._end = ExitStack()
        self._far: SparkEngine | None = None
        self._near: ComparingDuckEngine | None = None
        self._gate: Gate | None = None

    def __enter__(self) -> ClusterEngine:
        """Return the engine itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened."""
        self._end.close()

    def stand(self, gate: Gate) -> None:
        """Let what is asked next be asked of a gate."""
        self._gate = gate
        for opened in (self._far, self._near):
            if opened is not None:
                opened.stand(gate)

    def counts(self) -> tuple[tuple[int, int], ...]:
        """Return (code, number of records) pairs in rising order of code; they add up to all records."""
        return self._either().counts()

    def permitted(
        self, carry: tuple[str, ...], only: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Return the permitted records, in no order, with ``record``, the carried columns and ``code``."""
        return self._either().permitted(carry, only)

    def _either(self) -> SparkEngine | ComparingDuckEngine:
        """Return the one that compares where it is at work already, and else the cluster."""
        if self._near is not None:
            return self._near
        if self._far is None:
            self._far = self._end.enter_context(SparkEngine(self._tables, self._cluster))
            self._far.stand(self._standing())
        return self._far

    def _here(self) -> ComparingDuckEngine:
        if self._near is None:
            self._near = self._end.enter_context(self._open_near(self._tables))
            self._near.stand(self._standing())
        return self._near

    def _standing(self) -> Gate:
        if self._gate is None:
            raise ValueError("no gate stands yet: call stand() first")
        return self._gate

    def standings(self) -> pa.Table:
        """Return every member's standing under the gate that stands, for ``touched`` of an engine over the same sources."""
        return self._here().standings()

    def may(self) -> frozenset[str]:
        """Return the ids of the members of whom the gate that stands permits anything, whatever records they have."""
        return self._here().may()

    def touched(
        self, standings: pa.Table, since: Moment, at: Moment, records: pa.Array, members: pa.Array
    ) -> Touched:
        """Return the records that may be permitted here and not under other standings, or the other way round."""
        return self._here().touched(standings, since, at, records, members)

    def census(self) -> Census:
        """Return how many members and records the gate that stands permits, by region."""
        return self._here().census()

    def shifts(self, gate: Gate) -> tuple[Shift, ...]:
        """Return what another gate changes of the one that stands, by region, where it changes anything; that one stands then."""
        found = self._here().shifts(gate)
        self._gate = gate
        if self._far is not None:
            self._far.stand(gate)
        return found

    @contextmanager
    def over(self, records: pa.Table) -> Iterator[None]:
        """Ask of some records alone, those of a ``Touched``, what is asked in the context."""
        with self._here().over(records):
            yield
