"""Content Credentials in a picture, signed as cameras and editors do it, are heard like any other signal."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from sayso.errors import EdgeError, InputError
from sayso.intake.credentials import read_credentials
from shell import Shell

c2pa = pytest.importorskip("c2pa", reason="c2pa-python is not installed: pip install 'sayso[credentials]'")
CAMERA = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
BORN = datetime(2026, 1, 1, tzinfo=UTC)


def named(name: str) -> x509.Name:
    attributes = ((NameOID.ORGANIZATION_NAME, "Example"), (NameOID.COMMON_NAME, name))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey
) -> str:
    is_root = name == issuer
    usage = x509.KeyUsage(not is_root, False, False, False, False, is_root, is_root, False, False)
    made = (
        x509.CertificateBuilder(named(issuer), named(name), key.public_key(), 7, BORN, BORN + timedelta(3650))
        .add_extension(x509.BasicConstraints(is_root, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if not is_root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        made = made.add_extension(purpose, critical=False)
    return made.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def picture() -> bytes:
    found = io.BytesIO()
    Image.new("RGB", (8, 8)).save(found, "PNG")
    return found.getvalue()


@pytest.fixture(scope="module")
def signed() -> bytes:
    """Return a picture with the assertion that AI must not be trained on it."""
    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    chain = certificate("Signer", leaf, "Root", root) + certificate("Root", root, "Root", root)
    form = serialization.PrivateFormat.PKCS8
    key = leaf.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    entries = {f"cawg.{name}": {"use": "notAllowed"} for name in ("ai_training", "ai_generative_training")}
    created = {"actions": [{"action": "c2pa.created", "digitalSourceType": CAMERA}]}
    assertions = [
        {"label": "c2pa.actions", "data": created},
        {"label": "cawg.training-mining", "data": {"entries": entries}},
    ]
    wanted = {"claim_generator_info": [{"name": "test", "version": "1"}], "assertions": assertions}
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", chain.encode(), key, None))
    out = io.BytesIO()
    with c2pa.Builder(json.dumps(wanted)) as builder:
        builder.sign(signer, "image/png", io.BytesIO(picture()), out)
    return out.getvalue()


def test_credentials_in_a_picture_are_read_and_it_says_no(signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "p3.png").write_bytes(signed)
    said = Shell(tmp_path)("signals", "check", "p3.png", "--policy", "opt-in").out
    assert "Content Credentials say: no to AI training." in said
    assert "a no of the member through ai-training," in said


def test_without_the_extra_it_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "c2pa", None)
    with pytest.raises(EdgeError, match=r"pip install 'sayso\[credentials\]'"):
        read_credentials(tmp_path / "plain.png")


@pytest.mark.parametrize("content", [picture(), b"", b"no picture at all"])
def test_a_picture_without_credentials_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "plain.png").write_bytes(content)
    with pytest.raises(InputError, match="no-credentials"):
        read_credentials(tmp_path / "plain.png")
