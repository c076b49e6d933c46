"""The conditions of use of a data set, whatever became of the policy since."""

from __future__ import annotations

from typing import Any

import pytest

from sayso.intake.policies import load_policy
from sayso.ledger.events import DatasetPublished
from sayso.reports.made import House, PublishedVersion
from sayso.reports.usage import offer
from sayso.values.moments import Moment
from sayso.values.uses import Use

HOUSE = House("example.org/forum", load_policy("opt-in"))


def offered(purpose: str) -> Any:
    """Return the offer of a data set that was decided for a purpose."""
    use = Use(purpose, "platform")
    event = DatasetPublished("writers", 1, "sha256:" + 64 * "0", purpose, "platform", Moment(0), 5, 3)
    return offer(HOUSE, PublishedVersion(5, Moment(1), event, None), use)


@pytest.mark.parametrize(
    ("purpose", "within"),
    [
        ("writing-suggestions", ["writing-suggestions"]),
        ("recommendation", ["recommendation", "post-recommendations"]),
        ("retired-long-ago", ["retired-long-ago"]),
    ],
)
def test_other_purposes_are_all_but_the_one_and_those_below_it(purpose: str, within: list[str]) -> None:
    found = offered(purpose)
    (permitted,) = found["odrl:permission"]["odrl:constraint"][0]["odrl:rightOperand"]
    others = found["odrl:prohibition"][0]["odrl:constraint"][0]["odrl:rightOperand"]
    assert permitted["@id"] == f"urn:sayso:example.org/forum:purpose:{purpose}"
    assert [one["@id"].rpartition(":")[2] for one in others] == within
