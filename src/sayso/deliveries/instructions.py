"""What a licensee reads first: what it was handed, what it has taken on, and how it removes what is revoked."""

from __future__ import annotations

from sayso.dataset.manifest import Manifest
from sayso.deliveries.agreement import Agreement
from sayso.deliveries.delivery import Terms, obligations
from sayso.ledger.checkpoints import format_vkey
from sayso.values.moments import format_day


def instructions(agreement: Agreement, manifest: Manifest) -> str:
    """Return the instructions of a delivery, in Markdown."""
    bound = (agreement.starts, agreement.ends, agreement.territory, agreement.days)
    terms = Terms(agreement.id, agreement.digest, format_vkey(agreement.key), *bound)
    where = "everywhere" if agreement.territory is None else ", ".join(agreement.territory)
    duties = "\n".join(f"- {says}" for _, says in obligations(terms))
    contact = f"Questions: {agreement.contact}\n" if agreement.contact else ""
    return _TEXT.format(
        name=manifest.name,
        version=manifest.version,
        rows=f"{manifest.rows:,}",
        members=f"{manifest.members:,}",
        agreement=agreement.id,
        purpose=manifest.use.purpose,
        where=where,
        starts=format_day(agreement.starts),
        ends=format_day(agreement.ends),
        duties=duties,
        contact=contact,
    )


_TEXT = """\
# {name}, version {version}: what you were handed, and what you took on

{rows} records of {members} members, under the agreement {agreement}: for {purpose}, {where}, from {starts} until {ends}.
People wrote this. They can take it back, and then it leaves your copy, too.

## What you took on

{duties}

## What is in here

| file | what it is |
|---|---|
| `shards/*.parquet` | the records; `card.md` says what the columns mean and what was taken out |
| `delivery.dsse.json` | the signed statement of this delivery (DSSE, in-toto): every file by its digest |
| `manifest.dsse.json` | the signed manifest of the data set: on what grounds each record is in it |
| `receipt.json` | the proof that the delivery is in the house's log |
| `agreement.yaml` | what was agreed |
| `licence.rsl.xml` | the same for machines, as far as RSL 1.0 has words for it |
| `house.pub` | the key that signed all this; compare it with the one that you were told by another way |
| `licensee.pub` | your key: what you acknowledge counts only if it is signed with its private half |

Check it before you use it, and keep the folder as it is:

    sayso deliver check FOLDER

## When rows are revoked

You are sent a feed, or fetch it from `/v1/deliveries` with the token that you were given. It names rows by the ids in the column
`record`, and the day by which they are to be gone. Then:

    sayso deliver acknowledge FEED --data FOLDER --key YOUR-KEY.pem

This takes the rows out of `shards/`, checks that what remains is what should, and signs an acknowledgement: send that back. It needs
neither a project nor the network. By signing you say that the rows are gone from every copy that you hold or have given on, backups
included: take them out of these first, the feed names them all. What was trained on them is the agreement's matter.

{contact}"""
