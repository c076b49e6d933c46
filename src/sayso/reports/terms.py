"""The words of other people's vocabularies that reports use: W3C DPV 2.3 and its extensions, each term looked up where it is defined.

What Sayso says and DPV has no word for is in Sayso's own space (``sayso:``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sayso.values.canonical import Json
from sayso.values.regions import EEA, country_of, lies_in
from sayso.values.uses import PurposeTree

NAMESPACES: Mapping[str, str] = {
    "dpv": "https://w3id.org/dpv#",
    "ai": "https://w3id.org/dpv/ai#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "legal-eu": "https://w3id.org/dpv/legal/eu#",
    "loc": "https://w3id.org/dpv/loc#",
    "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sayso": "urn:sayso:terms:",
}

TERMS: Mapping[str, str] = {
    "dpv/consent": "dpv:hasConsentControl dpv:hasConsentStatus",
    "dpv/consent_controls": "dpv:ProvideConsent dpv:WithdrawConsent",
    "dpv/consent_status": "dpv:ConsentGiven dpv:ConsentRefused dpv:ConsentRequested dpv:ConsentUnknown dpv:ConsentWithdrawn "
    "dpv:RenewedConsentGiven",
    "dpv/consent_types": "dpv:ExpressedConsent",
    "dpv/context": "dpv:NotAvailable dpv:TemporalDuration dpv:UntilEventDuration dpv:hasApplicability dpv:hasDuration "
    "dpv:hasIdentifier",
    "dpv/entities": "dpv:LegalEntity dpv:hasAddress dpv:hasContact dpv:hasName",
    "dpv/entities_datasubject": "dpv:hasDataSubject dpv:DataSubject",
    "dpv/entities_legalrole": "dpv:DataController dpv:Recipient dpv:ThirdParty dpv:hasDataController dpv:hasRecipient",
    "dpv/jurisdiction": "dpv:hasApplicableLaw dpv:hasJurisdiction dpv:hasLocation",
    "dpv/legal_basis": "dpv:Consent dpv:Contract dpv:LegalBasis dpv:LegitimateInterest dpv:hasIndicationMethod dpv:hasLegalBasis "
    "dpv:isIndicatedAtTime dpv:isIndicatedBy",
    "dpv/legal_basis_status": "dpv:LegitimateInterestInformed dpv:LegitimateInterestNotObjected dpv:LegitimateInterestObjected "
    "dpv:LegitimateInterestUninformed",
    "dpv/notice": "dpv:ConsentNotice dpv:NoticeCommunicated dpv:NoticeStale dpv:PrivacyNotice dpv:hasNotice dpv:hasNoticeStatus",
    "dpv/organisational_measures": "dpv:ConsentReceipt dpv:ConsentRecord dpv:DataProcessingRecord",
    "dpv/personal_data": "dpv:PersonalData dpv:PseudonymisedData dpv:hasPersonalData",
    "dpv/process": "dpv:Process dpv:hasProcess",
    "dpv/processing": "dpv:Pseudonymise dpv:Share dpv:hasProcessing",
    "dpv/processing_context": "dpv:CannotOptOutFromProcess dpv:DataSubjectDataSource dpv:ObjectingToProcess dpv:OptingInToProcess "
    "dpv:OptingOutFromProcess dpv:StorageDeletion dpv:StorageDuration dpv:StorageLocation dpv:hasDataSource "
    "dpv:hasEntityInvolvement dpv:hasStorageCondition",
    "dpv/purposes": "dpv:EnforceSecurity dpv:ImproveExistingProductsAndServices dpv:PersonalisedAdvertising "
    "dpv:ProvidePersonalisedRecommendations dpv:Purpose dpv:ResearchAndDevelopment dpv:SellDataToThirdParties",
    "dpv/core": "dpv:hasEntity dpv:hasPurpose",
    "dpv/rights": "dpv:DataSubjectRight dpv:hasRight dpv:isExercisedAt",
    "dpv/status": "dpv:hasStatus",
    "dpv/TOM": "dpv:hasEntityControl dpv:hasRecordOfActivity",
    "ai/data": "ai:TrainingData",
    "ai/development": "ai:DataPreparation ai:ModelTraining",
    "legal/eu/gdpr/legal_basis": "eu-gdpr:A6-1-a eu-gdpr:A6-1-b eu-gdpr:A6-1-f",
    "legal/eu/gdpr/rights": "eu-gdpr:A15 eu-gdpr:A17 eu-gdpr:A21 eu-gdpr:A7-3 eu-gdpr:A77",
    "legal/eu": "legal-eu:law-GDPR",
    "schema/dpv-27560": "dpv-27560:receipt dpv-27560:record",
}
"""Every DPV term that reports use, by the module of DPV 2.3 (or the profile beside it) that was read to find it."""

KNOWN = frozenset(name for names in TERMS.values() for name in names.split())


def context(typed: Iterable[tuple[str, str]] = ()) -> dict[str, Json]:
    """Return a JSON-LD context: the namespaces, and properties with the type of their values."""
    return {**NAMESPACES, **{name: {"@id": name, "@type": kind} for name, kind in typed}}


def iri(name: str) -> dict[str, Json]:
    """Return a reference to what a compact name stands for."""
    return {"@id": name}


NOT_AVAILABLE: Mapping[str, Json] = {"dpv:hasApplicability": {"@id": "dpv:NotAvailable"}}
"""Stands where something is to be said and nobody has said it: needed, not known yet."""

_PURPOSES: Mapping[str, str] = {
    "ai-training": "dpv:ResearchAndDevelopment",
    "content-generation": "dpv:ResearchAndDevelopment",
    "writing-suggestions": "dpv:ImproveExistingProductsAndServices",
    "recommendation": "dpv:ProvidePersonalisedRecommendations",
    "post-recommendations": "dpv:ProvidePersonalisedRecommendations",
    "licensing": "dpv:SellDataToThirdParties",
    "advertising": "dpv:PersonalisedAdvertising",
    "security": "dpv:EnforceSecurity",
}
"""DPV has no purpose of training AI: a purpose is combined with the processing ``ai:ModelTraining``."""


def purpose_term(purpose: str, tree: PurposeTree) -> str:
    """Return the DPV purpose that is broader than a policy's: of it or its nearest ancestor that has one, else ``dpv:Purpose``.

    >>> tree = PurposeTree((("ai-training", None), ("poems", "ai-training"), ("billing", None)))
    >>> purpose_term("poems", tree), purpose_term("billing", tree)
    ('dpv:ResearchAndDevelopment', 'dpv:Purpose')
    """
    return next((_PURPOSES[name] for name in tree.lineage(purpose) if name in _PURPOSES), "dpv:Purpose")


def processing_terms(purpose: str, tree: PurposeTree) -> tuple[str, ...]:
    """Return what is done with data for a purpose: it is prepared; below ``ai-training`` models are trained, below ``licensing`` it is
    shared.

    >>> processing_terms("licensing", PurposeTree((("licensing", None),)))
    ('ai:DataPreparation', 'dpv:Pseudonymise', 'dpv:Share')
    """
    lineage = tree.lineage(purpose)
    trained = ("ai:ModelTraining",) if "ai-training" in lineage else ()
    shared = ("dpv:Share",) if "licensing" in lineage else ()
    return ("ai:DataPreparation", "dpv:Pseudonymise", *trained, *shared)


def under_gdpr(region: str | None) -> bool:
    """Tell whether the GDPR is known to be the law of a region: it lies in the EEA."""
    return region is not None and lies_in(region, EEA)


_BASES: Mapping[str, tuple[str, str]] = {
    "consent": ("dpv:Consent", "eu-gdpr:A6-1-a"),
    "legitimate-interests": ("dpv:LegitimateInterest", "eu-gdpr:A6-1-f"),
    "legitimate-interest": ("dpv:LegitimateInterest", "eu-gdpr:A6-1-f"),
    "contract": ("dpv:Contract", "eu-gdpr:A6-1-b"),
}


def basis_term(basis: str, region: str | None) -> str | None:
    """Return the legal basis that a policy claims, as the article of the GDPR where that is the law; ``None`` where it says none.

    A basis that DPV has no word for is ``dpv:LegalBasis``.

    >>> basis_term("consent", "IE"), basis_term("legitimate-interests", "BR"), basis_term("", "IE")
    ('eu-gdpr:A6-1-a', 'dpv:LegitimateInterest', None)
    """
    if not basis:
        return None
    plain, article = _BASES.get(basis, ("dpv:LegalBasis", "dpv:LegalBasis"))
    return article if under_gdpr(region) else plain


def is_consent(basis: str) -> bool:
    """Tell whether a basis is consent."""
    return basis == "consent"


def is_interest(basis: str) -> bool:
    """Tell whether a basis is legitimate interest."""
    return _BASES.get(basis, ("",))[0] == "dpv:LegitimateInterest"


def place_terms(regions: Iterable[str]) -> tuple[str, ...]:
    """Return the DPV locations of the countries of regions, each once.

    >>> place_terms(("US-CA", "IE", "US"))
    ('loc:US', 'loc:IE')
    """
    return tuple(dict.fromkeys(f"loc:{country_of(region)}" for region in regions))
