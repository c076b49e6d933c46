"""``sayso log``, and what the commands say about data sets; how they are built is tested with the workflows."""

from __future__ import annotations

import json

import pytest
from pymerkle.hasher import MerkleHasher

from goldens import check_golden
from sayso.ledger.checkpoints import SignatureCheck, check_signature, parse_note, parse_vkey
from shell import Shell, steady

USE = ("--purpose", "ai-training", "--recipient", "platform")


@pytest.fixture
def spoken(forum: Shell) -> Shell:
    """The small project after some of its members have spoken."""
    forum("choose", "ada", "ai-training", "yes")
    forum("choose", "bob", "ai-training", "no")
    return forum


def test_the_log_is_shown_from_its_end_or_from_an_entry_on(spoken: Shell) -> None:
    assert [entry["entry"] for entry in spoken.json("log", "show", "--from", "-2")["entries"]] == [3, 4]
    assert [
        entry["entry"] for entry in spoken.json("log", "show", "--from", "1", "--limit", "2")["entries"]
    ] == [1, 2]
    assert (
        spoken.json("log", "show", "--from", "99", status=2)["error"]["problems"][0]["code"]
        == "unknown-entry"
    )
    check_golden("cli/log_show.txt", steady(spoken("log", "show").out))


def test_a_checkpoint_is_signed_and_is_what_is_printed(spoken: Shell) -> None:
    said = spoken.json("log", "checkpoint")
    checkpoint = parse_note(said["note"])
    assert check_signature(checkpoint, parse_vkey(said["key"])) is SignatureCheck.GOOD
    assert (checkpoint.size, checkpoint.origin) == (5, "sayso/forum")
    assert parse_note(spoken("log", "checkpoint").out).root == checkpoint.root


def test_a_proof_of_any_entry_is_a_receipt_that_holds(spoken: Shell) -> None:
    for entry in range(5):
        text = spoken("log", "prove", str(entry)).out
        spoken.write("proof.json", text)
        assert spoken.json("receipt", "verify", "proof.json")["entry"] == entry
    assert spoken("log", "prove", "5", "--json", status=2).codes == ["unknown-entry"]


def test_the_leaf_in_a_proof_hashes_to_the_root_by_somebody_elses_code(spoken: Shell) -> None:
    import base64

    proof = spoken.json("log", "prove", "0")["receipt"]["proof"]
    hasher = MerkleHasher("sha256")
    found = hasher.hash_buff(base64.b64decode(proof["leaf"]))
    for step in proof["inclusion"]:
        found = hasher.hash_pair(found, base64.b64decode(step))
    assert found == parse_note(proof["checkpoint"]).root


def test_plan_build_and_verify_tell_the_same_funnel(spoken: Shell) -> None:
    plan = spoken.json("plan", "writers", *USE)
    built = spoken.json("build", "writers", *USE)
    assert built["funnel"]["outcomes"] == plan["funnel"]["outcomes"]
    assert (built["records"], built["members"], built["version"]) == (2, 1, 1)
    found = spoken.json("verify", "writers")
    assert found["holds"] is True
    assert found["datasets"][0]["recomputed"] is True


def test_the_texts_about_a_data_set_are_the_ones_that_were_approved(spoken: Shell) -> None:
    told = [spoken(command, "writers", *USE).out for command in ("plan", "build")]
    told.append(spoken("verify").out)
    check_golden("cli/datasets.txt", steady("\n".join(told)).replace(str(spoken.folder), "<project>"))


def test_a_plan_may_be_asked_for_any_moment_and_a_build_may_not(spoken: Shell) -> None:
    assert spoken.json("plan", "w", *USE, "--at", "2023-01-01")["version"] is None
    assert spoken("build", "w", *USE, "--at", "2023-01-01", "--json", status=2).codes == ["usage"]


def test_a_build_may_be_asked_to_be_fresh(spoken: Shell) -> None:
    assert spoken("build", "w", *USE, "--at-least", "99", "--json", status=3).codes == ["not-fresh"]
    spoken("build", "w", *USE, "--at-least", "4")


def test_what_does_not_hold_is_named_and_ends_with_4(spoken: Shell) -> None:
    folder = spoken.json("build", "writers", *USE)["folder"]
    manifest = spoken.folder / ".sayso" / folder.split(".sayso/")[1] / "manifest.dsse.json"
    data = bytearray(manifest.read_bytes())
    data[len(data) // 2] ^= 1
    manifest.write_bytes(data)
    said = spoken("verify", "--json", status=4).fields
    assert said["holds"] is False
    assert [problem["code"] for problem in said["problems"]] == ["bad-manifest"]
    assert "does not hold: datasets/writers/v0001/manifest.dsse.json" in spoken("verify", status=4).out
    assert spoken("verify", "nothing", "--json", status=4).codes == ["unknown-dataset"]


def test_a_decision_is_a_sentence_and_rests_on_entries(spoken: Shell) -> None:
    said = spoken.json("decide", "--record", "p3", "--member", "bob", *USE)
    assert (said["verdict"], said["reason"], said["entries"]) == ("deny", "said-no", [4])
    words = ("decide", "--record", "p3", *USE)
    check_golden("cli/decide.txt", spoken(*words).out + "\n" + spoken(*words, "--at", "2025-01-01").out)
    assert spoken("decide", "--record", "p3", "--member", "ada", *USE, "--json", status=2).codes == [
        "not-the-author"
    ]
    assert spoken("decide", "--record", "nothing", *USE, "--json", status=2).codes == ["unknown-record"]


def test_a_project_without_records_says_so(empty: Shell) -> None:
    empty("init")
    assert empty("plan", "w", *USE, "--json", status=2).codes == ["no-records"]


@pytest.mark.parametrize("file", ["log.sqlite", "tags.sqlite", "keys/secret", "keys/log.ed25519.pem"])
def test_a_part_of_the_state_that_is_missing_or_torn_is_named(spoken: Shell, file: str) -> None:
    path = spoken.folder / ".sayso" / file
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])
    path.chmod(0o600)
    assert spoken("verify", status=None).status in (4, 5)
    path.unlink()
    said = spoken("log", "show", status=5)
    assert path.name in said.err
    assert json.dumps(said.err).isascii()


def test_a_build_adopts_a_policy_file_that_has_changed_and_says_so(spoken: Shell) -> None:
    policy = spoken.folder / "policy/house.yaml"
    policy.write_text(policy.read_text().replace("basis: consent", "basis: agreement"))
    assert "the next write or build adopts it" in spoken("plan", "w", *USE).out
    assert "was adopted as it is now" in spoken("build", "w", *USE).out
    assert spoken.json("build", "w", *USE)["policy_changed"] is False
    assert spoken.json("verify")["holds"] is True


def test_a_member_sees_what_the_model_saw_of_each_record_and_what_was_taken_out_where(spoken: Shell) -> None:
    spoken("build", "writers", *USE)
    said = spoken.json("seen", "writers", "--member", "ada")
    assert said["records"]
    for record in said["records"]:
        text = record["original"]
        for one in reversed(record["removals"]):
            text = text[: one["start"]] + one["written"] + text[one["end"] :]
        assert text == record["text"]
    check_golden("cli/seen.txt", spoken("seen", "writers", "--member", "ada").out)
    assert spoken.json("seen", "writers", "--member", "bob")["records"] == []
    assert spoken("seen", "writers", "--member", "nobody", "--json", status=2).codes == ["unknown-member"]
