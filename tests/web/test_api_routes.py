"""What each noun of the API does: written, read back, and checked against what the log and the workflows say."""

from __future__ import annotations

import hashlib
import json
import shutil
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from sayso.ledger.checkpoints import SignatureCheck, VerifierKey, check_signature, parse_note
from sayso.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from sayso.ledger.receipts import parse_receipt, verify_receipt
from sayso.values.decisions import Reason
from sayso.values.moments import parse_moment
from sayso.values.uses import Use
from sayso.web.principals import Role
from sayso.workflows.build import published_manifest
from sayso.workflows.decide import decide_one
from sayso.workflows.logstate import stood
from web.worlds_served import World, fresh
from workflows.worlds_on_disk import NAME, SOURCE, built

USE = {"purpose": "content-generation", "recipient": "platform"}


def _decision(here: World, record: str) -> str:
    with here.all_scopes() as client:
        return str(client.get("/v1/decisions", params=USE | {"record": record}).json()["reason"])


def _permitted(here: World) -> tuple[str, str]:
    """Return a member and a record of theirs that may be used."""
    with here.all_scopes() as client:
        for member in here.people():
            records = here.records_of(member)
            if records:
                found = client.post("/v1/decisions", json={"use": USE, "records": records}).json()
                verdicts = found["decisions"]["verdict"]
                if "permit" in verdicts:
                    return member, records[verdicts.index("permit")]
    raise AssertionError("nothing may be used")


def test_a_no_and_a_yes_count_from_the_next_decision_on(here: World) -> None:
    member, record = _permitted(here)
    with here.client(here.member(member)) as client:
        for value, reason in (
            ("no", "said-no"),
            ("yes", "default-on"),
            ("no", "said-no"),
            ("yes", "default-on"),
        ):
            found = client.post("/v1/choices", json={"control": "ai-training", "value": value})
            assert found.status_code == 201
            assert _decision(here, record) in (reason, "opted-in")
        page = client.get("/v1/members/me/choices").json()["items"]
        assert [one["value"] for one in page[-4:]] == ["no", "yes", "no", "yes"]
        switch = client.get("/v1/members/me/controls").json()["controls"][0]
        assert (switch["id"], switch["state"], switch["entry"]) == ("ai-training", "yes", page[-1]["entry"])


def test_who_prefers_little_gets_no_receipt_now_and_may_ask_for_it_later(here: World) -> None:
    with here.client(here.member(here.pair()[1])) as client:
        body = {"control": "licensing", "value": "no"}
        found = client.post("/v1/choices", json=body, headers={"Prefer": "return=minimal"})
        assert (found.json()["receipt"], found.headers["Preference-Applied"]) == (None, "return=minimal")
        later = client.get(f"{found.headers['location']}/receipt").json()
        assert later["proof"]["entry"] == found.json()["entry"]


def test_an_objection_stands_until_the_member_says_otherwise(here: World) -> None:
    member, record = _permitted(here)
    with here.client(here.member(member)) as client:
        found = client.post("/v1/objections", json={})
        assert _decision(here, record) == "said-no"
        listed = client.get("/v1/members/me/objections").json()["items"]
        assert (listed[-1]["entry"], listed[-1]["stands"]) == (found.json()["entry"], True)
        for switch in ("ai-training", "ai-training-affiliate", "licensing"):
            assert client.get("/v1/members/me/objections").json()["items"][-1]["stands"] is True
            client.post("/v1/choices", json={"control": switch, "value": "yes"})
        assert client.get("/v1/members/me/objections").json()["items"][-1]["stands"] is False
        assert client.post("/v1/objections", json={"control": "ai-training"}).json()["code"] == "no-form"


def test_a_control_says_when_an_objection_stands_over_it(here: World) -> None:
    member, _ = _permitted(here)
    with here.client(here.member(member)) as client:

        def control() -> tuple[bool, bool]:
            found = client.get("/v1/members/me/controls").json()["controls"]
            one = next(one for one in found if one["id"] == "ai-training")
            return one["in_use"], one["overruled"]

        assert control() == (True, False)
        client.post("/v1/objections", json={})
        assert control() == (False, True)
        client.post("/v1/choices", json={"control": "ai-training", "value": "no"})
        assert control() == (False, False)


def test_what_the_office_did_about_an_objection_is_on_its_clock_and_in_its_list(here: World) -> None:
    member = here.pair()[1]
    with here.all_scopes() as client:
        number = client.post("/v1/objections", json={"member": member}).json()["entry"]
        steps = f"/v1/objections/{number}/steps"

        def listed() -> Any:
            found = client.get("/v1/objections?limit=1000").json()["items"]
            return next(one for one in found if one["entry"] == number)

        assert (listed()["member"], listed()["stage"], listed()["answered_at"]) == (member, "open", None)
        due = listed()["due"]
        refused = client.post(steps, json={"step": "extended"})
        assert (refused.status_code, refused.json()["code"]) == (409, "bad-reason")
        longer = client.post(steps, json={"step": "extended", "reason": "number"}).json()
        assert longer["due"] > due
        done = client.post(steps, json={"step": "answered"}).json()
        assert (done["objection"], done["stage"]) == (number, "answered")
        assert (listed()["stage"], listed()["answered_at"]) == ("answered", done["at"])
        again = client.post(steps, json={"step": "answered"})
        assert (again.status_code, again.json()["code"]) == (409, "already-answered")
        choice = client.post(
            "/v1/choices", json={"member": member, "control": "ai-training", "value": "no"}
        ).json()["entry"]
        other = client.post(f"/v1/objections/{choice}/steps", json={"step": "answered"})
        assert (other.status_code, other.json()["code"]) == (404, "not-an-objection")
        assert client.post(steps, json={"step": "forgotten"}).status_code == 422


def test_auditors_read_objections_without_names(here: World) -> None:
    member = here.pair()[0]
    with here.all_scopes() as client:
        number = client.post("/v1/objections", json={"member": member}).json()["entry"]
    for role, shown in ((Role.OFFICE, member), (Role.AUDITOR, None)):
        with here.client() as client:
            client.cookies.update(here.staff(role))
            found = client.get("/v1/objections?limit=1000").json()["items"]
        assert next(one for one in found if one["entry"] == number)["member"] == shown


def test_a_suspension_counts_from_the_next_decision_on_until_it_is_lifted(here: World) -> None:
    member, record = _permitted(here)
    region = here.house.project.sources.member(member).region[:2]  # type: ignore[union-attr,index]
    with here.all_scopes() as client:
        body = {"purposes": ["ai-training"], "regions": [region], "authority": "the regulator"}
        made = client.post("/v1/suspensions", json=body).json()
        assert _decision(here, record) == "suspended"
        assert client.get("/v1/suspensions?limit=1000").json()["items"][-1] == made
        assert client.post(f"/v1/suspensions/{made['id']}/lift").status_code == 201
        assert _decision(here, record) != "suspended"
        assert client.get("/v1/suspensions?limit=1000").json()["items"][-1]["lifted_at"] is not None
        again = client.post(f"/v1/suspensions/{made['id']}/lift")
        assert (again.status_code, again.json()["code"]) == (409, "already-lifted")
        for wrong in ("S999999", "x", "S0"):
            assert client.post(f"/v1/suspensions/{wrong}/lift").status_code == 404


@pytest.mark.parametrize(
    "more", [{"purposes": ["none"]}, {"regions": ["XX"]}, {"recipients": ["none"]}, {"until": "2020-01-01"}]
)
def test_a_suspension_of_what_is_not_there_is_refused(here: World, more: dict[str, object]) -> None:
    with here.all_scopes() as client:
        body = {"purposes": ["ai-training"], "authority": "the regulator"} | more
        assert client.post("/v1/suspensions", json=body).status_code == 422


def test_decisions_are_those_of_decide_one(here: World) -> None:
    project = here.house.project
    records = [record for member in here.people()[:12] for record in here.records_of(member)][:60]
    at = "2026-05-01T00:00:00Z"
    with here.all_scopes() as client:
        many = client.post("/v1/decisions", json={"use": USE, "records": records, "at": at}).json()
        seen = set()
        for record, verdict, reason in zip(
            records, many["decisions"]["verdict"], many["decisions"]["reason"], strict=True
        ):
            one = client.get("/v1/decisions", params=USE | {"record": record, "at": at}).json()
            said = decide_one(project.yard, project.sources, Use(**USE), record, parse_moment(at))
            assert (one["verdict"], one["reason"]) == (verdict, reason)
            assert (one["verdict"], one["reason"]) == (said.decision.verdict, said.decision.reason)
            assert (one["rule"], tuple(one["entries"])) == (said.decision.rule, said.decision.entries)
            assert tuple(one["sentences"]) == said.sentences
            seen.add(reason)
    assert len(seen) > 2
    assert many["permitted"] == many["decisions"]["verdict"].count("permit")


def test_a_decision_of_an_author_who_is_another_is_refused(here: World) -> None:
    own, other = here.pair()
    with here.all_scopes() as client:
        asked = USE | {"record": here.records_of(own)[0], "member": other}
        assert client.get("/v1/decisions", params=asked).status_code == 422
        assert client.post("/v1/decisions", json={"use": USE, "records": []}).status_code == 422
        assert client.post("/v1/decisions", json={"use": USE, "records": ["x"] * 10_001}).status_code == 422


def test_a_choice_brought_over_has_its_moment_and_one_ahead_is_refused(here: World) -> None:
    member = here.pair()[0]
    body = {"member": member, "control": "licensing", "value": "no", "at": "2025-01-05T09:00:00+01:00"}
    with here.all_scopes() as client:
        assert client.post("/v1/choices", json=body).json()["at"] == "2025-01-05T08:00:00Z"
        ahead = client.post("/v1/choices", json=body | {"at": "2030-01-01"})
        assert (ahead.status_code, ahead.json()["code"]) == (409, "future")
        assert client.post("/v1/choices", json=body | {"version": "none"}).status_code == 422
        del body["member"]
        assert client.post("/v1/choices", json=body).json()["code"] == "no-member"
    with here.client(here.member(member)) as client:
        for more in ({"at": "2025-01-05"}, {"channel": "elsewhere"}):
            found = client.post("/v1/choices", json={"control": "licensing", "value": "no"} | more)
            assert (found.status_code, found.json()["code"]) == (422, "services-alone")


@pytest.mark.parametrize("control", ["global-privacy-control", "objection"])
def test_a_yes_through_what_can_only_say_no_makes_no_sense(here: World, control: str) -> None:
    body = {"member": here.pair()[0], "control": control, "value": "yes", "channel": "signal"}
    with here.all_scopes() as client:
        found = client.post("/v1/choices", json=body)
        assert (found.status_code, found.json()["code"]) == (422, "no-only")
        assert "ai-training" in found.json()["advice"]
        assert client.post("/v1/choices", json=body | {"value": "no"}).status_code == 201


def test_a_notice_reaches_those_it_went_to(here: World) -> None:
    own, other = here.pair()
    with here.all_scopes() as client:
        made = client.post("/v1/notices", json={"version": "2024-02-01", "member": own}).json()
        assert (made["member"], made["personal"], made["regions"]) == (own, True, None)
        reached = client.get(f"/v1/members/{own}/notices").json()["items"]
        assert reached[-1]["entry"] == made["entry"]
        assert made["entry"] not in [
            one["entry"] for one in client.get(f"/v1/members/{other}/notices").json()["items"]
        ]
        both = {"version": "2024-02-01", "member": own, "regions": ["GB"]}
        assert client.post("/v1/notices", json=both).status_code == 422


def test_a_member_says_no_yes_in_the_place_of_an_administrators(served_root: Path, tmp_path: Path) -> None:
    with fresh(served_root, tmp_path / "forum") as here:
        file = here.root / here.house.project.settings.policy
        text = file.read_text("utf-8")
        assert text.count("      - id: licensing\n        kind: toggle\n") == 1
        file.write_text(
            text.replace("id: licensing\n        kind: toggle", "id: licensing\n        kind: admin-setting"),
            "utf-8",
        )
        member = here.pair()[0]
        yes = {"control": "licensing", "value": "yes"}
        with here.client(here.member(member)) as client, here.all_scopes() as platform:
            refused = client.post("/v1/choices", json=yes)
            assert (refused.status_code, refused.json()["code"]) == (409, "not-yours")
            assert client.post("/v1/choices", json=yes | {"value": "no"}).status_code == 201
            assert platform.post("/v1/choices", json=yes | {"member": member}).status_code == 201


def test_a_deleted_record_and_a_closed_account_are_used_no_more(served_root: Path, tmp_path: Path) -> None:
    with fresh(served_root, tmp_path / "forum") as here:
        member, record = _permitted(here)
        with here.client(here.member(member)) as client:
            assert client.post("/v1/deletions", json={"record": record}).json()["kind"] == "record"
            assert _decision(here, record) == Reason.DELETED
            assert client.post("/v1/deletions", json={"account": "me"}).json()["kind"] == "account"
            assert {_decision(here, one) for one in here.records_of(member)} <= {
                "deleted",
                "not-disclosed",
                "never",
            }
            assert client.post("/v1/deletions", json={"account": here.pair()[1]}).status_code == 404


def test_data_sets_are_told_with_a_funnel_that_adds_up(here: World) -> None:
    project = here.house.project
    with here.all_scopes() as client:
        listed = client.get("/v1/datasets").json()["items"]
        assert [one["name"] for one in listed] == [NAME]
        found = client.get(f"/v1/datasets/{NAME}").json()
        assert client.get(f"/v1/datasets/{NAME}?version=9").json()["code"] == "no-dataset"
        assert client.get("/v1/datasets/none").status_code == 404
        assert client.get("/v1/models").json()["items"] == []
        assert client.get("/v1/models/none").json()["code"] == "no-model"
    manifest = published_manifest(project.yard, project.datasets, stood(project.yard).published[NAME])
    assert manifest is not None
    assert sum(step["records"] for step in found["funnel"] if step["verdict"]) == manifest.funnel.considered
    assert sum(one["records"] for one in found["shards"]) == found["records"] == manifest.rows
    assert [one["sha256"] for one in found["shards"]] == [one.file_sha256 for one in manifest.shards]


def test_what_is_forgotten_is_told_with_its_version(served_root: Path, tmp_path: Path) -> None:
    with fresh(served_root, tmp_path / "forum") as here:
        member, _ = _permitted(here)
        with here.client(here.member(member)) as client:
            before = client.get("/v1/members/me/uses").json()["items"]
            assert [(one["version"], one["forgotten"]) for one in before] == [(1, None)]
            seen = client.get(f"/v1/members/me/uses/{NAME}/records").json()["items"]
            assert len(seen) == before[0]["records"]
            assert all(one["seen"] for one in seen)
            with here.all_scopes() as service:
                theirs = service.get(f"/v1/members/{member}/uses/{NAME}/records").json()["items"]
            assert [one["record"] for one in theirs] == [one["record"] for one in seen]
            assert {one["seen"] for one in theirs} == {None}
            client.post("/v1/choices", json={"control": "ai-training", "value": "no"})
            built(here.house.project)
            after = client.get("/v1/members/me/uses").json()["items"]
            assert [one["version"] for one in after] == [1]
            assert after[0]["forgotten"]["entry"] == here.house.project.log.size() - 1
            assert client.get(f"/v1/members/me/uses/{NAME}/records").json()["items"] == []


def test_others_can_check_the_log_with_what_they_are_given(here: World) -> None:
    keys = here.house.project.keys
    with here.all_scopes() as client:
        first = client.get("/v1/checkpoint").json()
        signed = parse_note(first["note"])
        assert check_signature(signed, VerifierKey(keys.origin(), keys.public_key())) is SignatureCheck.GOOD
        client.post("/v1/notices", json={"version": "2024-02-01"})
        later = client.get("/v1/checkpoint").json()
        proof = client.get(f"/v1/checkpoints?old={first['size']}&size={later['size']}").json()["proof"]
        steps = [b64decode(one) for one in proof]
        old, root = b64decode(first["root"]), b64decode(later["root"])
        assert verify_consistency(first["size"], later["size"], old, root, steps)
        entry = client.get("/v1/entries/7").json()
        assert json.loads(b64decode(entry["leaf"])) == entry["event"]
        found = client.get("/v1/entries/7/proof").json()
        root = parse_note(found["note"]).root
        hashed = leaf_hash(b64decode(entry["leaf"]))
        assert hashed == hashlib.sha256(b"\0" + b64decode(entry["leaf"])).digest()
        steps = [b64decode(one) for one in found["proof"]]
        assert verify_inclusion(hashed, 7, found["size"], steps, root)
        receipt = client.get("/v1/entries/7/receipt").json()
        assert verify_receipt(parse_receipt(json.dumps(receipt, ensure_ascii=False, indent=2) + "\n")).holds
        for wrong in (
            "/v1/entries/999999",
            "/v1/checkpoints?old=1&size=999999",
            "/v1/entries/7/proof?size=7",
        ):
            assert client.get(wrong).status_code == 404
        assert client.get("/v1/checkpoints?old=9&size=8").status_code == 422


def test_a_member_takes_their_whole_file_along(here: World) -> None:
    own, other = here.pair()
    with here.client(here.member(own)) as client:
        found = client.get("/v1/members/me/file").json()
    assert found["schema"] == "sayso-member-file-v1"
    assert sorted(one["record"] for one in found["records"]) == here.records_of(own)
    assert other not in json.dumps(found["member"])


def test_whom_no_source_has_any_more_still_gets_what_the_log_holds_of_them(
    served_root: Path, tmp_path: Path
) -> None:
    with fresh(served_root, tmp_path / "forum") as here:
        member = here.pair()[0]
        with here.client(here.member(member)) as client:
            client.post("/v1/choices", json={"control": "ai-training", "value": "no"})
            shutil.rmtree(here.house.project.sources.folder(SOURCE))
            found = client.get("/v1/members/me/file")
    assert found.status_code == 200
    assert (found.json()["member"], found.json()["records"]) == ({"member": member}, [])
    assert found.json()["history"][0]["what"] == "You said no"


def test_an_unknown_error_has_a_number_and_says_nothing_else(
    here: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError("the words of m000000")

    monkeypatch.setattr(here.house.project.log, "checkpoints", broken)
    with here.all_scopes() as client:
        found = client.get("/v1/entries/7/proof?size=9")
    assert (found.status_code, found.headers["content-type"]) == (500, "application/problem+json")
    number = found.json()["instance"].removeprefix("/errors/")
    assert number in caplog.text
    assert "m000000" not in caplog.text + found.text
