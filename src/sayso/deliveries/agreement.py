"""Agreements: the text of one in, a frozen value or every problem with its place out; and whether one holds for a delivery."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sayso.deliveries.agreement_fields import AGREEMENT
from sayso.errors import InputError, Place, Problem
from sayso.ledger.checkpoints import VerifierKey, parse_vkey
from sayso.policy.model import Policy
from sayso.policy.parse_block import Block, read_block
from sayso.policy.parse_names import Names
from sayso.policy.parse_report import Report, shown
from sayso.policy.yamltext import Word, read_yaml
from sayso.values.canonical import digest
from sayso.values.moments import Moment, format_day
from sayso.values.regions import is_region
from sayso.values.uses import Use

KINDS = ("licensee", "affiliate")
"""The kinds of recipient to whom something can be delivered: the platform itself has its data sets already."""

_AMOUNT, _CURRENCY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?"), re.compile(r"[A-Z]{3}")
_WEB = re.compile(r"https?://[^\s<>\"]+")
_CONTACT = re.compile(r"(https?://|mailto:)[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Payment:
    """What a licence costs, in the words of RSL 1.0; what is empty is not said."""

    type: str
    standard: str = ""
    custom: str = ""
    amount: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """What an RSL document says of usages, users and payment (``None``: nothing)."""

    permits: tuple[str, ...]
    prohibits: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    payment: Payment | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed with a licensee.

    ``territory`` are ISO 3166 codes, ``None`` for everywhere; it holds from ``starts`` up to, not including, ``ends``; ``days`` is
    how soon revoked rows are removed; ``digest`` is that of the file's bytes, ``places`` where in the file the keys are.
    """

    id: str
    licensee: str
    uses: tuple[str, ...]
    territory: tuple[str, ...] | None
    starts: Moment
    ends: Moment
    days: int
    key: VerifierKey
    licence: Licence
    contact: str
    terms: str
    digest: str
    places: tuple[tuple[str, Place], ...] = field(default=(), compare=False, repr=False)

    def place(self, key: str) -> Place | None:
        """Return where in the file a key is, ``None`` where that is not known."""
        return dict(self.places).get(key)


def parse_agreement(text: str, file: str, policy: Policy) -> Agreement | tuple[Problem, ...]:
    """Return the agreement that a YAML text says, or every problem that keeps it from being one, in the file's order.

    Its licensee and its uses are held against the policy; ``file`` is the name that places carry.
    """
    report = Report(file)
    tree = read_yaml(text, report)
    block = None if tree is None else read_block(AGREEMENT, tree, report)
    if block is None:
        return report.problems()
    found = _agreement(block, policy, report, text)
    return report.problems() or found or ()


def _agreement(block: Block, policy: Policy, report: Report, text: str) -> Agreement | None:
    names = Names.of(policy)
    _check_licensee(block, names, policy, report)
    uses = names.check("purpose", block.words("uses"), report)
    territory, key = _territory(block, report), _key(block, report)
    starts, ends = block.moment("from"), block.moment("until")
    if starts is not None and ends is not None and ends <= starts:
        report.add(
            "bad-interval",
            "the agreement ends before it starts",
            block.place_of("until"),
            "give a later `until`",
        )
    licence, days = _licence(block.block("licence"), report), block.number("remove_within_days")
    for key_of, form, example in (
        ("contact", _CONTACT, "mailto:data@forum.example"),
        ("terms", _WEB, "https://forum.example/contract"),
    ):
        _check_form(block, key_of, form, example, report)
    if report.count or key is None or licence is None or starts is None or ends is None or days is None:
        return None
    places = tuple((word.text, value.place) for word, value in block.values)
    parts = (
        starts,
        ends,
        days,
        key,
        licence,
        block.text("contact"),
        block.text("terms"),
        digest(text.encode()),
        places,
    )
    return Agreement(block.text("agreement"), block.text("licensee"), uses, territory, *parts)


def _check_licensee(block: Block, names: Names, policy: Policy, report: Report) -> None:
    word = block.word("licensee")
    if word is None or not names.check("recipient", (word,), report):
        return
    kind = next(one.kind for one in policy.recipients if one.id == word.text)
    if kind not in KINDS:
        what = f"{shown(word.text)} is of kind {kind}: nothing is delivered to the platform itself"
        report.add("bad-value", what, word.place, f"name a recipient of kind {' or '.join(KINDS)}")


def _territory(block: Block, report: Report) -> tuple[str, ...] | None:
    for word in block.words("territory"):
        if not is_region(word.text):
            report.add(
                "bad-region", f"{shown(word.text)} is not an ISO 3166 code", word.place, "write GB or US-CA"
            )
    codes = tuple(dict.fromkeys(word.text for word in block.words("territory")))
    return codes or None


def _key(block: Block, report: Report) -> VerifierKey | None:
    word = block.word("acknowledgement_key")
    try:
        return None if word is None else parse_vkey(word.text)
    except InputError:
        what = "this is not a public key of the form name+hash+base64"
        report.add(
            "bad-value",
            what,
            block.place_of("acknowledgement_key"),
            "ask the licensee for what `sayso deliver key` printed",
        )
    return None


def _licence(block: Block | None, report: Report) -> Licence | None:
    if block is None:
        return None
    payment = block.block("payment")
    permits, prohibits, users = (_texts(block.words(key)) for key in ("permits", "prohibits", "users"))
    return Licence(permits, prohibits, users, None if payment is None else _payment(payment, report))


def _texts(words: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.text for word in words))


def _payment(block: Block, report: Report) -> Payment:
    forms = (("standard", _WEB, "https://forum.example/rates"), ("custom", _WEB, "https://forum.example/deal"),
             ("amount", _AMOUNT, "12000.00"), ("currency", _CURRENCY, "EUR"))  # fmt: skip
    for key, form, example in forms:
        _check_form(block, key, form, example, report)
    if bool(block.word("amount")) != bool(block.word("currency")):
        report.add(
            "bad-value", "an amount and its currency go together", block.place, "give both, or neither"
        )
    return Payment(block.text("type"), *(block.text(key) for key, _, _ in forms))


def _check_form(block: Block, key: str, form: re.Pattern[str], example: str, report: Report) -> None:
    word = block.word(key)
    if word is not None and not form.fullmatch(word.text):
        report.add(
            "bad-value", f"{shown(word.text)} cannot be {key}", word.place, f"for example `{key}: {example}`"
        )


def standing_problems(agreement: Agreement, policy: Policy, use: Use, at: Moment) -> tuple[Problem, ...]:
    """Return why an agreement does not let a data set of a use be delivered at a moment: none where it does."""
    return tuple(_standing(agreement, policy, use, at))


def _standing(agreement: Agreement, policy: Policy, use: Use, at: Moment) -> Iterator[Problem]:
    if use.recipient != agreement.licensee:
        what = f"the data set was decided for {use.recipient}, and the agreement is with {agreement.licensee}"
        yield Problem(
            "other-recipient", what, agreement.place("licensee"), "build a data set for this recipient"
        )
    others = [one for one in agreement.uses if one != use.purpose]
    if others:
        what = f"the data set was decided for {use.purpose}, and the agreement is for {', '.join(others)} as well"
        what = what if use.purpose in agreement.uses else what.removesuffix(" as well")
        yield Problem(
            "other-use",
            what,
            agreement.place("uses"),
            f"agree on {use.purpose} alone, or build a data set for the other use",
        )
    if not agreement.starts <= at < agreement.ends:
        term = f"from {format_day(agreement.starts)} until {format_day(agreement.ends)}"
        what = f"the agreement holds {term}, and it is {format_day(at)}"
        yield Problem("no-term", what, agreement.place("until"), "deliver within its term, or renew it")
    terms = policy.forgetting(at)
    if terms is not None and agreement.days > terms.within_days:
        promise = (
            f"the policy promises members that what they take back is gone within {terms.within_days} days"
        )
        what = f"{promise}, and the agreement allows {agreement.days}"
        yield Problem(
            "too-late",
            what,
            agreement.place("remove_within_days"),
            f"agree on {terms.within_days} days or fewer",
        )
