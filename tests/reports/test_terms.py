"""The words of DPV: each from a table of terms that were looked up, and each pack's words among them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sayso.intake.policies import load_policy, pack_ids
from sayso.reports import consent, consent_receipt, consent_states, terms
from sayso.reports.terms import KNOWN, NAMESPACES, TERMS, basis_term, purpose_term, under_gdpr

MODULES = (consent, consent_receipt, consent_states, terms)
TERM = re.compile(r'"((?:dpv|ai|eu-gdpr|legal-eu|dpv-27560):[A-Za-z0-9-]+)"')


def test_a_term_stands_in_one_module_of_dpv_only() -> None:
    every = [name for names in TERMS.values() for name in names.split()]
    assert len(every) == len(set(every))


def test_every_term_that_the_code_writes_is_in_the_table() -> None:
    written = {name for one in MODULES for name in TERM.findall(Path(one.__file__ or "").read_text("utf-8"))}
    assert written
    assert not written - KNOWN


def test_the_prefixes_are_those_of_dpv() -> None:
    prefixes = {name.partition(":")[0] for name in KNOWN}
    assert prefixes <= set(NAMESPACES)
    assert json.dumps(terms.context()) == json.dumps(dict(NAMESPACES))


@pytest.mark.parametrize(("region", "law"), [("IE", True), ("GB", False), ("US-CA", False), (None, False)])
def test_the_gdpr_is_named_where_it_is_known_to_be_the_law(region: str | None, law: bool) -> None:
    assert under_gdpr(region) is law


@pytest.mark.parametrize("pack", pack_ids())
def test_every_basis_and_purpose_of_a_pack_has_a_term(pack: str) -> None:
    policy = load_policy(pack)
    bases = {rule.basis for version in policy.versions for rule in version.rules}
    assert {basis_term(one, region) for one in bases if one for region in ("IE", "BR", None)} <= KNOWN
    assert {purpose_term(one, policy.purposes) for one in policy.purposes.names()} <= KNOWN
