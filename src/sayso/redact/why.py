"""Why a span was taken out: a plain sentence for each label."""

from __future__ import annotations

from sayso.redact.spans import Label

WHY_FOUND = {
    Label.QUOTE: "it repeats what somebody else wrote",
    Label.SIGNATURE: "it stands at the end of the text like the signature of a letter",
    Label.URL: "it has the form of a web address, and its end is a top-level domain or it begins like a link",
    Label.EMAIL: "it has the form of an e-mail address, written plainly or in disguise",
    Label.SECRET: "it has the form of a password, key or token of a known service, or stands behind such a word",
    Label.CRYPTO: "it has the form of a crypto-currency address, and its check digits are right",
    Label.IBAN: "it has the length and the check digits of an IBAN of its country",
    Label.BIC: "it has the form of a bank's code, and the words beside it speak of a bank",
    Label.CARD: "it has the length, the issuer's digits and the check digit (Luhn) of a payment card",
    Label.ID: "it has the form and the check digits of a national or tax id, or stands behind such a word",
    Label.PASSPORT: "it has the form of a passport number, and the words beside it say so",
    Label.LICENCE: "it has the form of a licence number, and the words beside it say so",
    Label.GPS: "two numbers are a latitude and a longitude",
    Label.IP: "it has the form of an internet address (IPv4 or IPv6)",
    Label.MAC: "it has the form of a network card's address",
    Label.PHONE: "it is a possible phone number of a country, or a word beside it says that it is one",
    Label.ADDRESS: "it has the form of a street address or a post code",
    Label.DATE: "it is a date or an age, and the words beside it say that it is somebody's",
    Label.HANDLE: "it begins with @ like the name of an account",
    Label.MEMBER: "it is the name or handle of a member, from the platform's own directory",
    Label.PERSON: "the words in it and around it look like a person's name, or somebody is thanked or answered by it",
    Label.ORG: "the words in it and around it look like an organisation's name",
    Label.LOC: "the words in it and around it look like a place's name",
    Label.TITLE: "a job title stands with what, together with it, points at one person",
}
"""What grounds a finder has for each label, in a sentence's second half: "because ..."."""
