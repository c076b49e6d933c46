"""A licensee's token: its own deliveries with their feeds, its own acknowledgements, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sayso.stores.licensee import LicenseeCopy, LicenseeKey
from sayso.values.canonical import canonical
from sayso.workflows.delivering.removing import remove_revoked
from sayso.workflows.tokens import SCOPES
from web.worlds_served import World, world
from workflows.test_delivering import NAME, PEOPLE, prepare
from workflows.worlds_on_disk import LATE


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = prepare(tmp_path_factory.mktemp("served") / "forum", "everybody", "retroactive")
    with world(folder, LATE) as found:
        yield found


def test_a_licensee_sees_its_own_and_says_what_is_gone(served: World) -> None:
    root: Path = served.root
    with served.all_scopes() as house:
        records = [one for member in PEOPLE[:6] for one in served.records_of(member)]
        for record in records[:8]:
            house.post("/v1/deletions", json={"record": record})
    with served.client(served.service("licensee:licensee")) as client:
        (one,) = client.get("/v1/deliveries").json()["items"]
        assert (one["name"], one["version"], one["licensee"]) == (NAME, 1, "licensee")
        done = remove_revoked(
            LicenseeCopy(root / "copy"), canonical(one["feed"]), LicenseeKey(root / "acme.pem"), served.clock
        )
        assert done.rows == one["rows"] > 0
        sent = json.loads(done.signed or b"")
        found = client.post("/v1/deliveries/acknowledgements", json=sent)
        assert (found.status_code, found.json()["rows"], found.json()["delivery"]) == (
            201,
            done.rows,
            one["delivery"],
        )
        assert found.headers["Sayso-Entry"] == str(found.json()["entry"])
        again = client.post("/v1/deliveries/acknowledgements", json=sent)
        assert (again.status_code, again.json()["code"]) == (409, "stale-acknowledgement")
        for path in (
            "/v1/datasets",
            "/v1/feed/withdrawals",
            "/v1/members/m/uses",
            "/v1/checkpoint",
            "/v1/suspensions",
        ):
            assert client.get(path).status_code == 403
    with served.client(served.service("licensee:affiliate")) as other:
        assert other.get("/v1/deliveries").json() == {"items": []}
        found = other.post("/v1/deliveries/acknowledgements", json=sent)
        assert (found.status_code, found.json()["code"]) == (409, "bad-signature")
    with served.all_scopes() as house:
        assert [one["licensee"] for one in house.get("/v1/deliveries").json()["items"]] == ["licensee"]


def test_the_office_sees_how_deliveries_stand(served: World) -> None:
    with served.client() as office:
        office.cookies.update(served.staff())
        page = office.get(f"/office/datasets/{NAME}").text
    assert "Delivered to" in page
    assert "To be removed" in page


def test_a_scope_for_a_licensee_is_none_of_those_that_open_more() -> None:
    assert not [one for one in SCOPES if one.startswith("licensee:")]
