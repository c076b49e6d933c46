"""The statement of a delivery: what was handed to whom, under which agreement and obligations, signed by the house."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sayso.dataset.digest import LOGICAL
from sayso.dataset.manifest import LogUsed, Shard
from sayso.deliveries import statements as st
from sayso.values.canonical import Json, digest
from sayso.values.moments import Moment, format_day
from sayso.values.uses import Use

PREDICATE = "urn:sayso:delivery:v1"
STATEMENT_FILE = "delivery.dsse.json"
"""The file that makes a folder a delivery: it is written last."""

_SHARD, _FILE = re.compile(r"shards/[0-9]{4,9}\.parquet"), re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
# A licensee's tool opens and writes files by these names: none leads out of the folder.


@dataclass(frozen=True, slots=True)
class Terms:
    """What of an agreement binds: its name and digest, the licensee's key, term, territory (``None``: everywhere), days to remove."""

    id: str
    digest: str
    key: str
    starts: Moment
    ends: Moment
    territory: tuple[str, ...] | None
    days: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was handed to a licensee.

    ``files`` are the other files handed over, each with the SHA-256 of its bytes; ``rows`` is the digest of the house's own table of
    the delivered rows, which is not handed over. ``log`` is the checkpoint up to which nobody had taken anything of it back.
    """

    licensee: str
    name: str
    version: int
    use: Use
    manifest: str
    terms: Terms
    at: Moment
    log: LogUsed
    shards: tuple[Shard, ...]
    files: tuple[tuple[str, str], ...]
    rows: str

    @property
    def digest(self) -> str:
        """Return the digest of the statement: what the log names the delivery by."""
        return digest(delivery_bytes(self))

    @property
    def id(self) -> str:
        """Return the short name of the delivery: 16 hexadecimal digits of its digest."""
        return short_id(self.digest)

    @property
    def count(self) -> int:
        """Return how many rows were delivered."""
        return sum(one.rows for one in self.shards)


def short_id(of: str) -> str:
    """Return the short name of the delivery of a digest.

    >>> short_id("sha256:0123456789abcdef0123")
    '0123456789abcdef'
    """
    return of.removeprefix("sha256:")[:16]


def obligations(terms: Terms) -> tuple[tuple[str, str], ...]:
    """Return what a licensee takes on, each with a name and a sentence."""
    return (
        ("honour-removals", f"What the revocation feed names leaves every copy within {terms.days} days of the day it names."),
        ("no-re-identification", "Nobody tries to find out who a member is, or joins these rows with others to that end."),
        ("no-passing-on", "Nothing of it is passed on to anybody whom the agreement does not name."),
        ("remove-at-the-end", f"When the agreement ends ({format_day(terms.ends)}) everything is removed, within {terms.days} days."),
    )  # fmt: skip


def delivery_bytes(delivery: Delivery) -> bytes:
    """Return the RFC 8785 bytes of the statement: what is signed."""
    shards: list[Json] = [
        {"name": s.name, "digest": {"sha256": s.file_sha256, LOGICAL: s.logical}} for s in delivery.shards
    ]
    files: list[Json] = [{"name": name, "digest": {"sha256": sha}} for name, sha in delivery.files]
    return st.statement(PREDICATE, [*shards, *files], _predicate(delivery))


def _predicate(delivery: Delivery) -> dict[str, Json]:
    terms = delivery.terms
    return {
        "licensee": delivery.licensee,
        "dataset": {"name": delivery.name, "version": delivery.version, "manifest": delivery.manifest},
        "use": {"purpose": delivery.use.purpose, "recipient": delivery.use.recipient},
        "agreement": {
            "id": terms.id,
            "digest": terms.digest,
            "acknowledgementKey": terms.key,
            "from": st.moment_json(terms.starts),
            "until": st.moment_json(terms.ends),
            "territory": None if terms.territory is None else list(terms.territory),
            "removeWithinDays": terms.days,
        },
        "obligations": [{"id": name, "says": says} for name, says in obligations(terms)],
        "deliveredAt": st.moment_json(delivery.at),
        "log": st.log_json(delivery.log),
        "shards": [{"rows": one.rows, "members": one.members} for one in delivery.shards],
        "houseRows": delivery.rows,
    }


def seal_delivery(delivery: Delivery, public_key: bytes, sign: st.Sign) -> bytes:
    """Return the signed envelope of a delivery's statement."""
    return st.sealed(delivery_bytes(delivery), public_key, sign)


def open_delivery(data: bytes, public_key: bytes) -> Delivery:
    """Return the delivery in an envelope that the house signed; raises like ``statements.opened``."""
    return st.opened(data, public_key, "the statement of a delivery", _read, delivery_bytes)


def _read(raw: Any) -> Delivery:
    says, sizes = raw["predicate"], st.listed(raw["predicate"]["shards"])
    subjects = st.listed(raw["subject"])
    dataset, use = says["dataset"], says["use"]
    return Delivery(
        licensee=st.text(says["licensee"]),
        name=st.text(dataset["name"]),
        version=st.whole(dataset["version"]),
        use=Use(st.text(use["purpose"]), st.text(use["recipient"])),
        manifest=st.of_form(st.DIGEST, dataset["manifest"]),
        terms=_terms(says["agreement"]),
        at=st.moment(says["deliveredAt"]),
        log=st.log_used(says["log"]),
        shards=tuple(_shard(*pair) for pair in zip(subjects[: len(sizes)], sizes, strict=True)),
        files=tuple(
            (st.of_form(_FILE, one["name"]), st.of_form(st.HEX64, one["digest"]["sha256"]))
            for one in subjects[len(sizes) :]
        ),
        rows=st.of_form(st.DIGEST, says["houseRows"]),
    )


def _terms(raw: Any) -> Terms:
    territory = raw["territory"]
    return Terms(
        st.text(raw["id"]),
        st.of_form(st.DIGEST, raw["digest"]),
        st.text(raw["acknowledgementKey"]),
        st.moment(raw["from"]),
        st.moment(raw["until"]),
        None if territory is None else st.texts(territory),
        st.whole(raw["removeWithinDays"]),
    )


def _shard(subject: Any, size: Any) -> Shard:
    hashes = subject["digest"]
    named = st.of_form(st.HEX64, hashes["sha256"]), st.of_form(st.HEX64, hashes[LOGICAL])
    return Shard(
        st.of_form(_SHARD, subject["name"]), *named, st.whole(size["rows"]), st.whole(size["members"])
    )
