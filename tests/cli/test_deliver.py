"""``sayso deliver``: from the agreement to the acknowledgement, as the house and the licensee call it."""

from __future__ import annotations

import json
import re
import shutil
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from agreements import agreement_text, key_at
from goldens import check_golden
from sayso.dataset.dsse import IN_TOTO, seal
from sayso.dataset.rows import from_table
from sayso.stores.datasets import ShardFiles
from sayso.stores.deliveries import FileDeliveries
from sayso.stores.licensee import LicenseeKey
from sayso.values.canonical import canonical
from sayso.values.moments import DAY, Moment, parse_moment
from sayso.workflows.delivering.feeding import feeds
from sayso.workflows.delivering.standing import delivery_problems
from shell import SetClock, Shell, steady

USE = ("--purpose", "licensing", "--recipient", "licensee")


@pytest.fixture(scope="module")
def delivered(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose data set of three records of two members was delivered to a licensee."""
    folder = tmp_path_factory.mktemp("delivered") / "forum"
    shutil.copytree(template, folder)
    shell = Shell(folder)
    for member in ("ada", "bob"):
        shell("choose", member, "licensing", "yes")
    shell("build", "texts", *USE)
    shell.write("agreements/licensee.yaml", agreement_text(key_at(folder / "acme.pem")))
    shell("deliver", "texts", "--to", "licensee", "--out", "handed/one")
    return folder


@pytest.fixture
def house(delivered: Path, tmp_path: Path) -> Shell:
    """A copy of that project, a day later."""
    folder = tmp_path / "forum"
    shutil.copytree(delivered, folder)
    return Shell(folder, SetClock("2025-06-02T12:00:00Z"))


def rows(folder: Path) -> list[Any]:
    files = ShardFiles(folder)
    return [
        row for name in files.names() if name.startswith("shards/") for row in from_table(files.read(name))
    ]


def feed(house: Shell) -> Path:
    house("deliver", "feed", "licensee", "--out", "feeds")
    (found,) = (house.folder / "feeds").iterdir()
    return found


def acknowledge(house: Shell, told: Path, *more: str, status: int = 0) -> Path:
    out = house.folder / "ack.json"
    words = ("deliver", "acknowledge", told, "--data", "handed/one", "--key", "acme.pem", "--out", out)
    house(*words, *more, status=status)
    return out


def state(house: Shell) -> dict[str, Any]:
    (found,) = house.json("deliver", "list")["deliveries"]
    return dict(found)


def sealed_anew(data: bytes, change: Any, key: Path) -> bytes:
    """Return an envelope whose statement was changed and signed again, with a key."""
    payload = json.loads(b64decode(json.loads(data)["payload"]))
    change(payload)
    signer = LicenseeKey(key)
    return seal(canonical(payload), IN_TOTO, signer.public_key(), signer.sign)


def test_a_delivery_is_refused_until_the_agreement_and_the_data_set_let_it_go(house: Shell) -> None:
    tried = house.json("deliver", "texts", "--to", "licensee", "--out", "handed/two", "--dry-run")
    assert (tried["entry"], tried["records"], tried["version"]) == (None, 3, 1)
    assert not (house.folder / "handed/two").exists()
    to = ("deliver", "texts", "--to", "licensee", "--out")
    assert house(*to, "handed/one", "--json", status=3).codes == ["place-taken"]
    assert house("deliver", "texts", "--to", "affiliate", "--out", "x", "--json", status=2).codes == [
        "unreadable"
    ]
    path = house.folder / "agreements/licensee.yaml"
    path.write_text(path.read_text().replace("until: 2026-01-01", "until: 2025-06-01"))
    found = house(*to, "handed/two", "--json", status=3).fields["error"]["problems"][0]
    assert (found["code"], found["place"]["line"]) == ("no-term", 7)


def test_what_is_handed_over_is_as_it_was_signed_and_a_flipped_bit_is_named(house: Shell) -> None:
    folder = house.folder / "handed/one"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {one for one in files if not one.startswith("shards/")} == {
        "INSTRUCTIONS.md", "agreement.yaml", "card.md", "delivery.dsse.json", "house.pub", "licence.rsl.xml",
        "licensee.pub", "manifest.dsse.json", "receipt.json",
    }  # fmt: skip
    check_golden("deliveries/instructions.md", (folder / "INSTRUCTIONS.md").read_text("utf-8"))
    known = (house.folder / ".sayso/keys/log.pub").read_text().strip()
    assert house.json("deliver", "check", folder, "--house-key", known)["records"] == 3
    house("receipt", "verify", folder / "receipt.json", "--key", known)
    for name in sorted(files - {"receipt.json", "house.pub"}):
        path = folder / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:])
        assert house("deliver", "check", folder, "--json", status=None).status in (2, 4), name
        path.write_bytes(whole)


def test_what_members_take_back_is_asked_for_removed_and_acknowledged(house: Shell) -> None:
    before = rows(house.folder / "handed/one")
    assert state(house)["state"] == "delivered"
    house("delete", "record", "p1")
    house("choose", "bob", "licensing", "no")
    waiting = state(house)
    assert (waiting["state"], waiting["pending"], waiting["unsent"], waiting["due"]) == (
        "pending",
        2,
        2,
        "2025-06-16T00:00:00Z",
    )
    refused = house("deliver", "texts", "--to", "licensee", "--out", "handed/two", "--json", status=3)
    assert refused.codes == ["behind"]
    assert "sayso withdraw texts" in refused.fields["error"]["problems"][0]["advice"]
    told = feed(house)
    assert (state(house)["pending"], state(house)["unsent"]) == (2, 0)
    whole = {path: path.read_bytes() for path in (house.folder / "handed/one/shards").iterdir()}
    signed = acknowledge(house, told)
    assert house.json("deliver", "check", "handed/one")["records"] == 3
    for path, data in whole.items():
        left, _ = path.read_bytes(), path.write_bytes(data)
        assert house("deliver", "check", "handed/one", status=None).status == (0 if left == data else 4)
        path.write_bytes(left)
    taken = house.json("deliver", "take-acknowledgement", signed)
    assert (taken["rows"], taken["items"]) == (2, 1)
    assert (state(house)["state"], state(house)["acknowledged"]) == ("acknowledged", 2)
    house("withdraw", "texts")
    fresh = house.folder / ".sayso/datasets/texts/v0002"
    left = rows(house.folder / "handed/one")
    assert left == rows(fresh) == [row for row in before if row.text == "Agreed."]
    for name in ShardFiles(fresh).names():
        if name.startswith("shards/"):
            assert (house.folder / "handed/one" / name).read_bytes() == (fresh / name).read_bytes()
    assert house.json("deliver", "feed", "licensee", "--out", "feeds")["feeds"][0]["rows"] == 2
    assert house.json("verify")["holds"]
    house("deliver", "texts", "--to", "licensee", "--out", "handed/two")
    assert house.json("deliver", "check", "handed/two")["version"] == 2


def test_what_the_feed_says_names_nobody_and_no_entry_and_no_time_of_day(house: Shell) -> None:
    house("choose", "bob", "licensing", "no")
    text = feed(house).read_bytes()
    payload = json.loads(b64decode(json.loads(text)["payload"]))
    (item,) = payload["predicate"]["items"]
    assert set(item) == {"since", "due", "why", "rows"}
    assert (item["since"], item["due"], item["why"]) == ("2025-06-02", "2025-06-16T00:00:00Z", "taken-back")
    with house.project() as project:
        tag = project.tags.tag_of("bob") or ""
    said = json.dumps(payload)
    assert not [word for word in ("bob", "Bob", "p3", tag) if word in said]


def test_words_are_heard_whatever_they_are_and_a_no_that_works_forwards_takes_nothing_back(
    house: Shell,
) -> None:
    policy = house.folder / "policy/house.yaml"
    text = policy.read_text("utf-8")
    where = text.index("- id: licensing\n        kind: toggle")
    policy.write_text(
        text[:where] + text[where:].replace("reach: retroactive", "reach: prospective", 1), "utf-8"
    )
    house("choose", "ada", "licensing", "no")
    assert state(house)["state"] == "delivered"
    to = ("deliver", "texts", "--to", "licensee", "--out", "handed/two", "--json")
    assert house(*to, status=3).codes == ["behind"]
    house("withdraw", "texts")
    assert (state(house)["state"], state(house)["pending"]) == ("delivered", 0)
    house("delete", "record", "p2")
    assert state(house)["pending"] == 1
    house("erase", "bob")
    assert state(house)["pending"] == 2
    house("delete", "account", "ada")
    assert state(house)["pending"] == 3


def test_a_stop_takes_back_where_it_holds(house: Shell) -> None:
    house("suspend", "--use", "licensing", "--region", "GB", "--authority", "the office")
    found = house.json("deliver", "feed", "licensee", "--out", "feeds")["feeds"][0]
    assert [(one["why"], one["rows"]) for one in found["items"]] == [("stopped", 1)]


def test_what_is_not_acknowledged_in_time_is_overdue_and_verification_says_so(house: Shell) -> None:
    house("choose", "bob", "licensing", "no")
    feed(house)
    house.clock.at = Moment(parse_moment("2025-06-16"))
    assert state(house)["state"] == "overdue"
    listed = house("deliver", "list").out
    check_golden("deliveries/list_overdue.txt", re.sub(r"\b[0-9a-f]{16}\b", "<id>", steady(listed)))
    found = house.json("verify", status=4)["problems"]
    assert [one["code"] for one in found] == ["overdue"]
    assert "licensee was to remove 1 row of" in found[0]["what"]
    house("deliver", "take-acknowledgement", acknowledge(house, feed(house)))
    assert state(house)["state"] == "acknowledged"


def test_at_the_end_of_the_term_everything_is_to_be_gone(house: Shell) -> None:
    house.clock.at = Moment(parse_moment("2026-01-01"))
    assert (state(house)["pending"], state(house)["due"]) == (3, "2026-01-15T00:00:00Z")
    house("deliver", "take-acknowledgement", acknowledge(house, feed(house)))
    assert (state(house)["state"], rows(house.folder / "handed/one")) == ("ended", [])


def test_who_removes_everything_is_asked_for_nothing_more(house: Shell) -> None:
    house("delete", "record", "p2")
    house("deliver", "take-acknowledgement", acknowledge(house, feed(house), "--everything"))
    house("choose", "bob", "licensing", "no")
    assert (state(house)["state"], state(house)["pending"]) == ("acknowledged", 0)
    assert rows(house.folder / "handed/one") == []


def test_forged_replayed_stale_and_wrong_acknowledgements_are_refused(house: Shell) -> None:
    house("delete", "record", "p1")
    told = feed(house)
    first = acknowledge(house, told).read_bytes()
    file = house.folder / "sent.json"

    def sent(data: bytes, code: str) -> None:
        file.write_bytes(data)
        assert house("deliver", "take-acknowledgement", file, "--json", status=3).codes == [code]

    key_at(house.folder / "other.pem", seed=2)
    sent(sealed_anew(first, lambda said: None, house.folder / "other.pem"), "bad-signature")
    flipped = json.loads(first)
    flipped["payload"] = b64encode(b64decode(flipped["payload"]).replace(b'"items":1', b'"items":2')).decode()
    sent(json.dumps(flipped).encode(), "bad-signature")

    own = house.folder / "acme.pem"

    def head(said: Any) -> None:
        said["predicate"]["feed"]["head"] = "0" * 64

    def rest(said: Any) -> None:
        said["predicate"]["remaining"][0]["logical"] = "0" * 64
        said["subject"][1]["digest"]["sayso-logical-v2"] = "0" * 64

    def late(said: Any) -> None:
        said["predicate"]["removedAt"] = "2031-01-01T00:00:00Z"

    def early(said: Any) -> None:
        said["predicate"]["removedAt"] = "2025-06-01T23:59:59Z"

    def more(said: Any) -> None:
        said["predicate"]["feed"]["items"] = 7

    for change, code in (
        (head, "other-feed"),
        (rest, "other-rows"),
        (late, "bad-moment"),
        (early, "bad-moment"),
        (more, "other-feed"),
    ):
        sent(sealed_anew(first, change, own), code)
    file.write_bytes(first)
    house("deliver", "take-acknowledgement", file)
    sent(first, "stale-acknowledgement")
    house.clock.at = Moment(house.clock.at + DAY)
    house("choose", "bob", "licensing", "no")
    second = acknowledge(house, feed(house)).read_bytes()
    file.write_bytes(second)
    house("deliver", "take-acknowledgement", file)
    sent(first, "stale-acknowledgement")
    file.write_bytes(b"{}")
    assert house("deliver", "take-acknowledgement", file, "--json", status=2).codes == ["bad-envelope"]


def test_the_licensee_s_tool_changes_nothing_that_it_cannot_sign_for(house: Shell) -> None:
    old = feed(house)
    assert house(*_words(old), "--json", status=3).codes == ["nothing-revoked"]
    house("delete", "record", "p1")
    first = feed(house)
    kept = first.read_bytes()
    key_at(house.folder / "other.pem", seed=2)
    words = ("deliver", "acknowledge", first, "--data", "handed/one", "--key", "other.pem", "--json")
    assert house(*words, status=3).codes == ["other-key"]
    flipped = json.loads(kept)
    flipped["payload"] = b64encode(
        b64decode(flipped["payload"]).replace(b"2025-06-16", b"2026-06-16")
    ).decode()
    first.write_bytes(json.dumps(flipped).encode())
    assert house(*_words(first), "--json", status=4).codes == ["bad-signature"]
    first.write_bytes(kept)
    shard = next(path for path in sorted((house.folder / "handed/one/shards").iterdir()) if rows_in(path))
    whole = shard.read_bytes()
    other = next(path for path in sorted((house.folder / "handed/one/shards").iterdir()) if not rows_in(path))
    shard.write_bytes(other.read_bytes())
    assert house(*_words(first), "--json", status=4).codes == ["other-rows"]
    shard.write_bytes(whole)
    assert len(rows(house.folder / "handed/one")) == 3
    acknowledge(house, first)
    house("choose", "bob", "licensing", "no")
    assert acknowledge(house, feed(house)).is_file()
    first.write_bytes(kept)
    assert house(*_words(first), "--json", status=3).codes == ["stale-feed"]


def rows_in(path: Path) -> int:
    return ShardFiles(path.parent).read(path.name).num_rows


def _words(told: Path) -> tuple[str | Path, ...]:
    return "deliver", "acknowledge", told, "--data", "handed/one", "--key", "acme.pem"


def test_the_feed_only_grows_whatever_becomes_of_the_policy(house: Shell) -> None:
    house("choose", "bob", "licensing", "no")
    before = json.loads(b64decode(json.loads(feed(house).read_bytes())["payload"]))["predicate"]
    house("choose", "bob", "licensing", "yes")
    house("delete", "record", "p2")
    after = json.loads(b64decode(json.loads(feed(house).read_bytes())["payload"]))["predicate"]
    assert after["items"][: len(before["items"])] == before["items"]
    assert len(after["items"]) == len(before["items"]) + 1


def test_a_no_that_was_taken_back_before_any_feed_went_out_is_asked_of_nobody(house: Shell) -> None:
    house("choose", "bob", "licensing", "no")
    house("choose", "bob", "licensing", "yes")
    assert state(house)["pending"] == 0


def test_verification_names_what_is_not_as_it_was_kept(house: Shell) -> None:
    house("delete", "record", "p1")
    house("deliver", "take-acknowledgement", acknowledge(house, feed(house)))
    (kept,) = (one for one in (house.folder / ".sayso/deliveries").iterdir() if one.is_dir())
    for name, code in (
        ("delivery.dsse.json", "bad-delivery"),
        ("rows.parquet", "bad-rows"),
        ("acknowledged-000001.dsse.json", "bad-acknowledgement"),
    ):
        path = kept / name
        whole = path.read_bytes()
        path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
        with house.project() as project:
            asked = (project.yard, project.datasets, project.deliveries)
            assert code in [one.code for one in delivery_problems(*asked)]
        path.write_bytes(whole)
    assert house.json("verify")["holds"]


def test_a_zip_file_holds_the_same_as_a_folder(house: Shell) -> None:
    house("deliver", "texts", "--to", "licensee", "--out", "handed/two.zip")
    with ZipFile(house.folder / "handed/two.zip") as file:
        file.extractall(house.folder / "out")
    assert house.json("deliver", "check", "out")["records"] == 3
    assert [path.name for path in (house.folder / "handed").iterdir() if path.name.startswith(".")] == []


def test_a_delivery_without_an_agreement_for_it_says_where_to_put_one(house: Shell) -> None:
    other = house.write("other.yaml", (house.folder / "agreements/licensee.yaml").read_text())
    words = ("deliver", "texts", "--to", "affiliate", "--out", "x", "--agreement", other, "--json")
    assert house(*words, status=2).codes == ["other-licensee"]
    assert house("deliver", "feed", "affiliate", "--json", status=2).codes == ["no-delivery"]


def test_what_the_commands_say_is_what_was_agreed_on(house: Shell) -> None:
    house("delete", "record", "p1")
    said = [house("deliver", "feed", "licensee", "--dry-run").out]
    told = feed(house)
    said.append(house(*_words(told), "--out", "ack.json").out)
    said.append(house("deliver", "take-acknowledgement", "ack.json").out)
    said.append(house("deliver", "list").out)
    check_golden("deliveries/said.txt", re.sub(r"\b[0-9a-f]{16}\b", "<id>", steady("".join(said))))


@pytest.mark.deep
def test_the_guide_works_as_it_is_written(template: Path, tmp_path: Path) -> None:
    """Every command of docs/how-to/deliver.md in its order, with its agreement; what comes from elsewhere is put in."""
    guide = (Path(__file__).resolve().parents[2] / "docs/how-to/deliver.md").read_text("utf-8")
    shell = Shell(Path(shutil.copytree(template, tmp_path / "forum")))
    shell("choose", "ada", "licensing", "yes")
    known = (shell.folder / ".sayso/keys/log.pub").read_text().strip()
    (agreement,) = re.findall(r"```yaml\n(.*?)```", guide, re.S)
    done: list[str] = []
    for line in re.findall(r"^    sayso (.+)$", guide, re.M):
        words = [word.replace("KEY", known) for word in line.split()]
        if words[:2] == ["deliver", "acknowledge"]:
            shell("delete", "record", "p1")
            shell("deliver", "feed", "licensee", "--out", "feeds")
            words[2], words[4] = str(next((shell.folder / "feeds").iterdir())), "handed/texts-1"
            words += ["--out", "acknowledgement.dsse.json"]
        said = shell(*words)
        if words[:2] == ["deliver", "key"]:
            key = said.out.strip().splitlines()[-1]
            shell.write("agreements/licensee.yaml", agreement.replace("KEY", key))
        done.append(" ".join(words[:2]))
    assert done[-1] == "deliver take-acknowledgement"
    assert len(done) > 8


def test_feeds_in_the_same_second_are_the_same_but_for_the_moment(house: Shell) -> None:
    house("delete", "record", "p1")
    with house.project() as project:
        store = FileDeliveries(house.folder / ".sayso")
        one, other = (feeds(project.yard, project.datasets, store, "licensee")[0].feed for _ in range(2))
    assert (one.items, one.remaining) == (other.items, other.remaining)
