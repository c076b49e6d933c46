"""Personal data that belongs to nobody: made from what registries set aside for examples, fiction and tests.

E-mail and web addresses: the domains of RFC 2606, section 3. IP addresses: RFC 5737 and RFC 3849. Phone numbers: Ofcom's
"Telephone numbers for drama use", NANPA's 555-0100 to 555-0199, ACMA's numbers for creative works, ARCEP decision 2018-0881,
BNetzA's "Rufnummern für Filmproduktionen", ComReg's 020 91X range. Cards: the payment industry's published test numbers.
IBANs: the examples of the IBAN registry (ISO 13616).
"""

from __future__ import annotations

from random import Random

from sayso.intake.community.dice import Weighted, between, chance, pick
from sayso.intake.community.names import plain
from sayso.intake.community.passage import Passage, marked

DOMAINS = ("example.com", "example.org", "example.net")

CARDS = (
    "4111111111111111",
    "4242424242424242",
    "4012888888881881",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "6011111111111117",
    "378282246310005",
    "371449635398431",
    "3530111333300000",
)

IBANS = (
    "GB29NWBK60161331926819",
    "DE89370400440532013000",
    "FR1420041010050500013M02606",
    "ES9121000418450200051332",
    "PT50000201231234567890154",
    "NL91ABNA0417164300",
    "IT60X0542811101000000123456",
    "BE68539007547034",
    "CH9300762011623852957",
    "AT611904300234573201",
    "IE29AIBK93115212345678",
    "SE4550000000058398257466",
    "NO9386011117947",
    "DK5000400440116243",
    "FI2112345600000785",
    "PL61109010140000071219812874",
)

# Form (a # stands for a digit), and weight.
_PHONES = Weighted(
    [
        ("+44 20 7946 0###", 4),
        ("+44 1632 960###", 2),
        ("+44 7700 900###", 3),
        ("+1 202 555 01##", 3),
        ("+1-212-555-01##", 2),
        ("+1 (415) 555-01##", 2),
        ("+1 416 555 01##", 1),
        ("+61 2 5550 ####", 1),
        ("+61 491 570 156", 1),
        ("+33 1 99 00 ## ##", 2),
        ("+33 6 39 98 ## ##", 2),
        ("+49 30 23125 ###", 2),
        ("+49 89 99998 ###", 1),
        ("+49 171 39200##", 1),
        ("+353 20 91# ####", 1),
        ("(202) 555-01##", 1),
        ("020 7946 0###", 1),
        ("030 23125 ###", 1),
        ("01 99 00 ## ##", 1),
    ]
)
_PATHS = (
    "notes",
    "checklist",
    "2026/plan",
    "jobs?id=41",
    "wiki/Start_page",
    "a/b/c.html",
    "blog/first-year#costs",
    "form",
)
_BOXES = ("office", "jobs", "hello", "desk", "team+demo", "orders")


def email(rng: Random, name: str) -> Passage:
    """Return an e-mail address: mostly the named person's, sometimes a team's."""
    first, last = plain(name).split(" ", 1)
    own = pick(
        rng, (f"{first}.{last}", f"{first[0]}{last}", f"{last}_{first}", f"{first}{between(rng, 60, 99)}")
    )
    box = own if chance(rng, 0.8) else pick(rng, _BOXES)
    host = pick(rng, ("", "", "", "mail.", "post."))
    return marked(f"{box}@{host}{pick(rng, DOMAINS)}", "EMAIL")


def phone(rng: Random) -> Passage:
    """Return a phone number from a range that is set aside for fiction: mostly international, sometimes as dialled at home."""
    form = _PHONES.draw(rng)
    return marked("".join(str(between(rng, 0, 9)) if sign == "#" else sign for sign in form), "PHONE")


def url(rng: Random) -> Passage:
    """Return a web address of an example domain."""
    scheme = pick(rng, ("https://", "https://", "https://", "http://"))
    host = pick(rng, ("", "www.", "docs."))
    path = f"/{pick(rng, _PATHS)}" if chance(rng, 0.8) else ""
    return marked(f"{scheme}{host}{pick(rng, DOMAINS)}{path}", "URL")


def card(rng: Random) -> Passage:
    """Return a card number with a valid check digit, in one piece, in groups of four, or with hyphens."""
    number = pick(rng, CARDS)
    separator = pick(rng, ("", " ", " ", "-"))
    return marked(separator.join(number[at : at + 4] for at in range(0, len(number), 4)), "CARD")


def iban(rng: Random) -> Passage:
    """Return an IBAN with valid check digits, in print form (groups of four) or in one piece."""
    number = pick(rng, IBANS)
    groups = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return marked(groups if chance(rng, 0.6) else number, "IBAN")


def ip(rng: Random) -> Passage:
    """Return an IP address of a documentation range: mostly version 4, sometimes version 6."""
    if chance(rng, 0.25):
        return marked(f"2001:db8::{between(rng, 1, 0xFFFF):x}:{between(rng, 1, 0xFF):x}", "IP")
    network = pick(rng, ("192.0.2", "198.51.100", "203.0.113"))
    return marked(f"{network}.{between(rng, 1, 254)}", "IP")
