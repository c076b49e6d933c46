"""Events to draw and to write down, and a key that is the same in every run."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import strategies as st

from sayso.ledger import events as ev
from sayso.ledger.checkpoints import Checkpoint, VerifierKey, sign_checkpoint
from sayso.ledger.codec import FIRST_MOMENT, LAST_MOMENT, MAX_INTEGER
from sayso.values.moments import Moment, parse_moment

NOW = parse_moment("2025-03-01T09:30:00Z")

_private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
sign = _private.sign
KEY = VerifierKey("example.com/sayso", _private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
OTHER_KEY = VerifierKey("example.com/sayso", Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
                        .public_bytes(Encoding.Raw, PublicFormat.Raw))  # fmt: skip

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
integers = st.integers(-MAX_INTEGER, MAX_INTEGER)
moments = st.integers(FIRST_MOMENT, LAST_MOMENT).map(Moment) | st.just(NOW)
many = st.lists(texts, max_size=4).map(tuple)
maybe_many = st.none() | many

events: st.SearchStrategy[ev.Event] = st.one_of(
    st.builds(ev.PolicyAdopted, texts, texts),
    st.builds(ev.RecordsImported, texts, texts, integers, integers, integers),
    st.builds(ev.ChoiceMade, texts, texts, st.booleans(), moments, texts, texts),
    st.builds(ev.NoticeGiven, texts, moments, texts, maybe_many, st.none() | texts),
    st.builds(ev.SuspensionSet, many, moments, texts, texts, maybe_many, maybe_many, st.none() | moments),
    st.builds(ev.SuspensionLifted, integers, moments),
    st.builds(ev.RecordDeleted, texts, texts, moments),
    st.builds(ev.AccountClosed, texts, moments),
    st.builds(ev.MemberErased, texts, moments),
    st.builds(ev.DatasetPublished, texts, integers, texts, texts, texts, moments, integers, integers),
    st.builds(ev.Delivered, texts, integers, texts, moments, st.none() | texts, st.none() | texts),
    st.builds(ev.RemovalAcknowledged, texts, integers, texts, texts, integers, texts, moments),
    st.builds(ev.VersionPurged, texts, texts, integers, moments),
    st.builds(ev.ModelTrained, texts, integers, texts, integers, texts),
    st.builds(ev.ModelForgot, texts, integers, many, texts),
    st.builds(ev.ObjectionStep, integers, texts, texts, moments, st.none() | texts),
)


def choice(tag: str = "5f", yes: bool = False, at: Moment = NOW, control: str = "genai") -> ev.ChoiceMade:
    return ev.ChoiceMade(tag, control, yes, at, "2024-09-18", "settings")


def some_choices(count: int) -> list[ev.ChoiceMade]:
    return [choice(f"{number % 7:02x}", number % 2 == 0, Moment(NOW + number)) for number in range(count)]


def signed(size: int, root: bytes, key: VerifierKey = KEY) -> Checkpoint:
    return sign_checkpoint(Checkpoint(key.name, size, root), key, sign)
