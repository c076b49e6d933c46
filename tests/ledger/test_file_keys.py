"""Keys and the secret, in files."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sayso.errors import EdgeError, InputError, IntegrityError, SaysoError
from sayso.ledger.checkpoints import VerifierKey, parse_vkey, verify_bytes
from sayso.stores.file_keys import PRIVATE_KEY, PUBLIC_KEY, SECRET, FileKeys

ORIGIN = "example.com/sayso"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    FileKeys.create(tmp_path / "keys", ORIGIN)
    return tmp_path / "keys"


def test_keys_that_were_made_are_loaded_the_same(tmp_path: Path) -> None:
    made = FileKeys.create(tmp_path / "keys", ORIGIN)
    loaded = FileKeys(tmp_path / "keys")
    assert loaded.origin() == ORIGIN
    assert (loaded.public_key(), loaded.secret()) == (made.public_key(), made.secret())
    assert verify_bytes(made.public_key(), loaded.sign(b"message"), b"message")
    assert len(loaded.secret()) == 32
    assert [file.name for file in tmp_path.iterdir()] == ["keys"]


def test_two_projects_have_different_keys_and_one_random_source_the_same(tmp_path: Path) -> None:
    one, other = (FileKeys.create(tmp_path / name, ORIGIN) for name in ("a", "b"))
    assert one.secret() != other.secret()
    assert one.public_key() != other.public_key()
    again = [FileKeys.create(tmp_path / name, ORIGIN, random=bytes) for name in ("c", "d")]
    assert again[0].public_key() == again[1].public_key()


def test_the_public_key_lies_beside_in_the_form_that_others_read(folder: Path) -> None:
    text = (folder / PUBLIC_KEY).read_text()
    assert parse_vkey(text) == VerifierKey(ORIGIN, FileKeys(folder).public_key())


def test_private_files_are_for_their_owner_alone(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / PRIVATE_KEY).stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / SECRET).stat().st_mode) == 0o600


@pytest.mark.parametrize("name", [PRIVATE_KEY, SECRET])
def test_a_private_file_that_others_can_read_is_refused_with_what_to_run(folder: Path, name: str) -> None:
    (folder / name).chmod(0o640)
    with pytest.raises(
        EdgeError, match=rf"{name}: others may read .*\(mode 640\); run `chmod 600` on {name}"
    ):
        FileKeys(folder)


@pytest.mark.parametrize("name", [PRIVATE_KEY, PUBLIC_KEY, SECRET])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EdgeError, match=rf"{name}: this key file cannot be read \(FileNotFoundError\)"):
        FileKeys(folder)


@pytest.mark.parametrize("name", [PRIVATE_KEY, PUBLIC_KEY, SECRET])
@pytest.mark.parametrize("content", ["", "half", "whole", "\udcff"])
def test_a_torn_file_is_named_and_its_content_is_not(folder: Path, name: str, content: str) -> None:
    whole = (folder / name).read_bytes()
    torn = {"half": whole[: len(whole) // 2], "whole": whole[:-9]}.get(
        content, content.encode(errors="surrogateescape")
    )
    (folder / name).write_bytes(torn)
    with pytest.raises(IntegrityError) as caught:
        FileKeys(folder)
    assert name in str(caught.value)
    assert whole.decode().splitlines()[-1] not in str(caught.value)


def test_a_key_of_another_kind_is_refused(folder: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / PRIVATE_KEY).write_bytes(pem)
    with pytest.raises(IntegrityError, match="not an Ed25519 private key"):
        FileKeys(folder)


def test_two_halves_that_do_not_belong_together_are_refused(folder: Path, tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "other", ORIGIN)
    (folder / PUBLIC_KEY).write_bytes((tmp_path / "other" / PUBLIC_KEY).read_bytes())
    with pytest.raises(IntegrityError, match="does not belong to the private key beside it"):
        FileKeys(folder)


def test_keys_are_never_made_over_others(folder: Path) -> None:
    with pytest.raises(EdgeError, match="there is a folder of keys already"):
        FileKeys.create(folder, ORIGIN)


@pytest.mark.parametrize("origin", ["", "two words", "a+b"])
def test_a_name_that_no_key_can_have_is_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(InputError, match="cannot be the name of a log"):
        FileKeys.create(tmp_path / "keys", origin)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(SaysoError, match="keys"):
        FileKeys.create(tmp_path / "file" / "keys", ORIGIN)
