"""National and tax identifiers: by a form that is a country's own and its check digits, or by a word of context."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from sayso.redact.gate import Detect, Glance
from sayso.redact.judges import judge
from sayso.redact.spans import Label, Span

# Forms that tell their country by letters or separators, each with the module of python-stdnum that judges it (check digits,
# dates in it, areas); ``stdnum`` names the authority and the source of each in its documentation.
_FORMS: tuple[tuple[str, str], ...] = (
    (r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", "br.cpf"),
    (r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}", "br.cnpj"),
    (r"[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z]", "it.codicefiscale"),
    (r"[XYZxyz][ -]?[0-9]{7}[ -]?[A-Za-z]", "es.nie"),
    (r"[0-9]{2}(?:[0-9]{6}|\.[0-9]{3}\.[0-9]{3})[ -]?[A-Z]", "es.dni"),
    (r"[A-Z]{3}[ABCFGHLJPT][A-Z][0-9]{4}[A-Z]", "in_.pan"),
    (r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]", "in_.gstin"),
    (r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", "be.nn"),
    (r"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]", "fi.hetu"),
    (r"[0-9]{6}(?:[0-9]{2})?[-+][0-9]{4}", "se.personnummer"),
    (r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", "ch.ssn"),
    (r"CHE[- ]?[0-9]{3}\.[0-9]{3}\.[0-9]{3}", "ch.uid"),
    (r"[12][ .]?[0-9]{2}[ .]?[0-9]{2}[ .]?[0-9][0-9AB][ .]?[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{2}", "fr.nir"),
    (r"[0-9]{6}/[0-9]{4}", "cz.rc"),
    (r"[0-9]{6}-[0-9]{5}", "lv.pvn"),
    (r"[0-9]{7}[A-W][AHWTX]?", "ie.pps"),
    (r"[0-9]{13}", "ro.cnp"),
    (r"[0-9]{13}", "si.emso"),
)
# A form's first character, the least number of times that it must stand there, and the rest: what stands before is looked at behind
# the first one, because ``re`` skips fast only to what a pattern starts with.
_FORM = re.compile(r"(\[[^\]]*\]|[0-9A-Z])(?:\{([0-9]+)\})?(.*)")


def _begun(form: str, left: str) -> str:
    """Return the form where no character of ``left`` stands before it.

    >>> _begun("[0-9]{7}[A-W]", "[.]"), _begun("CHE[- ]?[0-9]", "[.]")
    ('[0-9](?<![.].)[0-9]{6}[A-W]', 'C(?<![.].)HE[- ]?[0-9]')
    """
    first, times, rest = _FORM.fullmatch(form).groups()  # type: ignore[union-attr]  # forms start so
    again = f"{first}{{{int(times) - 1}}}" if times else ""
    return f"{first}(?<!{left}.){again}{rest}"


_OWN = tuple(
    (re.compile(_begun(form, r"[\w.,/-]") + r"(?![\w/-]|[.,]\w)", re.ASCII), module)
    for form, module in _FORMS
)
# Thirteen bare digits are too often something else (a moment in milliseconds, a bar code): a word must stand before them.
_TOLD_ONLY = frozenset(("ro.cnp", "si.emso", "cz.rc", "ie.pps"))

# United States: 3-2-4, no area, group or serial of zeros, no area 666 (ssa.gov/employer/randomization.html); 9xx are ITINs.
_SSN = re.compile(
    r"[0-9](?<![\w.,/+-].)[0-9]{2}(?<!000|666)([-. ])(?!00)[0-9]{2}\1(?!0000)[0-9]{4}(?![\w/]|[-.,]\w| [0-9])",
    re.ASCII,
)
SSN_MARK = r"[0-9]{3}(?:-[0-9]{2}-|\.[0-9]{2}\.| [0-9]{2} )[0-9]{4}"
# United Kingdom: the letters that HM Revenue & Customs gives out (manual NIM39110), and three pairs of digits.
_NINO = re.compile(
    r"[A-CEGHJ-PR-TW-Z](?<![\w-].)[A-CEGHJ-NPR-TW-Z](?<!BG|GB|NK|KN|TN|NT|ZZ)([ -]?)[0-9]{2}\1[0-9]{2}\1[0-9]{2}\1[A-D](?![\w-])",
    re.ASCII,
)
NINO_MARK = r"[A-Z]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[A-D]"
# VAT numbers of the European Union (and GB, NO, CH) carry their country; ``stdnum.eu.vat`` judges them.
_VAT = re.compile(
    r"[A-Z](?<![\w-].)[A-Z](?<=AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)"
    r"[ .-]?[A-Z0-9](?:[ .-]?[A-Z0-9+*]){6,12}(?![\w-])",
    re.ASCII,
)
VAT_MARK = (
    r"(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)"
    r"[ .-]?[A-Z0-9](?:[ .-]?[A-Z0-9+*]){6}"
)

# Words that leave no doubt: what follows is an identifier, whatever its check digits say (people mistype them).
STRONG = (
    r"(?:\bssn|social[ _-]?security|social[ _-]?(?:insurance[ _-]?)?num(?:ber)?|socialnum(?:ber)?|\bsoc(?:ial)? sec|\bitin\b"
    r"|tax(?:payer)?[ _-]?"
    r"(?:id(?:entification)?|file|ref(?:erence)?|number|no)|\btin\b|\bein\b|employer id|national[ _-]?(?:insurance|id|identity"
    r"|identification)|\bnino\b|\bnhs\b|identity card|id[ _-]?card|personal (?:id(?:entity"
    r"|entification)?[ _-]?)?(?:number|code|no)"
    r"|\bsin(?: (?:no|num|number|is)\b|[:#])|aadha?ar|\bgstin\b|pan (?:card|no|number)|\btfn\b|\babn\b|\bacn\b|medicare"
    r"|medical[ _-]?records?|health[ _-]?(?:card|plan|insurance)|patient[ _-]?(?:id|no|number)|\bmrn\b"
    r"|steuer-?(?:id|nummer|identifikation\w{0,8})|steuernr|\bidnr\b|ust-?id\w{0,4}|sozialversicherung\w{0,10}"
    r"|rentenversicherung\w{0,10}"
    r"|personalausweis\w{0,8}|\bahv\b|krankenversich\w{0,12}|sécurité sociale|securite sociale|numéro de sécu|\bnir\b|\binsee\b"
    r"|\bsiret\b|\bsiren\b|numéro fiscal|carte d.identité|seguridad social|\bdni\b|\bnie\b|\bnif\b|\bcif\b|cédula"
    r"|contribuinte|\bcpf\b|\bcnpj\b|cartão de cidadão|\bniss\b|\bbsn\b|burgerservice\w{0,10}|\bsofi|\bbtw\b|\brsin\b"
    r"|codice fiscale|partita iva|p\. ?iva|tessera sanitaria|carta d.identità|\bpesel\b|\bregon\b|\bnip\b|\boib\b"
    r"|\bemso\b|\bjmbg\b"
    r"|\begn\b|\bcnp\b|\bamka\b|\bafm\b|\bppsn?\b|personnummer|\bcpr\b|\bhetu\b|henkilötunnus|fødselsnummer|isikukood"
    r"|asmens kodas|rodné číslo|adóazonosító|taj szám)"
)
# One character between other letters is up to four bytes to the gate.
_STRONG_BYTES = STRONG.replace("d.identit", "d.{1,4}identit")
_STRONG_GLANCE = Glance(_STRONG_BYTES, r"[^0-9\n]*")
_STRONG_WORD = re.compile(rf"{STRONG}[^0-9\n]{{0,32}}\Z", re.IGNORECASE | re.ASCII)
# Words that need right check digits beside them.
WEAK = r"(?:\bid\b|identi\w{2,12}|\bnumber|\bno\b|\bn[ro]\.|\bvat\b|\btva\b|\biva\b|tax|steuer|fiscal|passport|ausweis|register)"
_WEAK_GLANCE = Glance(WEAK, r"[^0-9\n]*")
_WEAK_WORD = re.compile(rf"{WEAK}[^0-9\n]{{0,24}}\Z", re.IGNORECASE | re.ASCII)
# Letters may lead, and are looked for behind the first digit, because digits are rarer.
_LEADS = "|".join(
    rf"(?<=(?<![\w.,/+-])[A-Za-z]{{{letters}}}{hyphen}.)" for letters in range(1, 5) for hyphen in ("", "-")
)
_TOKEN = re.compile(
    rf"[0-9](?<![0-9].)(?:(?<![\w.,/+-].)|{_LEADS})(?:[ ./-]?[0-9]|[-/]?[A-Za-z]){{4,18}}(?![\w/]|[-.,]\w)",
    re.ASCII,
)
_LEAD = re.compile(r"[A-Za-z]{1,4}-?\Z")
_DIGIT = re.compile(r"[0-9]")
_OTHER_THAN_ZERO = re.compile(r"[1-9A-Za-z]")
_FIGURES = r"[^0-9\n\xff]*[0-9](?:[ ./-]?[0-9]|[-/]?[A-Za-z]){4}"
TOLD_MARK = rf"(?i)(?:{_STRONG_BYTES}|{WEAK}){_FIGURES}"


def own_forms(text: str) -> Iterator[Span]:
    """Yield each identifier that its form and its check digits give away: no word of context is needed.

    >>> text = "CPF 390.533.447-05, SSN 078-05-1120, QQ123456C, JM591284B, RSSMRA85T10A562S, 390.533.447-06"
    >>> [text[span.start:span.end] for span in own_forms(text)]
    ['390.533.447-05', 'RSSMRA85T10A562S', '078-05-1120', 'JM591284B']
    """
    return chain.from_iterable(detect(text) for detect, _ in (*FOUR_DIGITS, *FIVE_DIGITS))


def _judged(pattern: re.Pattern[str], module: str) -> Detect:
    """Return the detector of what has a form and is right by a module of python-stdnum."""

    def detect(text: str) -> Iterator[Span]:
        for found in pattern.finditer(text):
            if _DIGIT.search(found[0]) and judge(module)(found[0]):
                yield Span(*found.span(), Label.ID)

    return detect


def _formed(pattern: re.Pattern[str]) -> Detect:
    """Return the detector of what has a form that says enough."""

    def detect(text: str) -> Iterator[Span]:
        for found in pattern.finditer(text):
            yield Span(*found.span(), Label.ID)

    return detect


# Letters that a form starts with are not counted by its mark: it would take an automaton many states.
_OWN_KINDS = tuple(
    (module, _judged(pattern, module), form.removeprefix("[A-Za-z]{6}"))
    for (pattern, module), (form, _) in zip(_OWN, _FORMS, strict=True)
    if module not in _TOLD_ONLY
)
FOUR_DIGITS = tuple((detect, mark) for module, detect, mark in _OWN_KINDS if module == "in_.pan")
FIVE_DIGITS = (
    *((detect, mark) for module, detect, mark in _OWN_KINDS if module != "in_.pan"),
    (_formed(_SSN), SSN_MARK),
    (_formed(_NINO), NINO_MARK),
    (_judged(_VAT, "eu.vat"), VAT_MARK),
)
"""The detector of each identifier that needs no word of context, and its mark: those of four digits, and those of five and more."""


def told_identifiers(text: str) -> Iterator[Span]:
    """Yield each number of five digits or more after a word that says that it is an identifier.

    After a word that leaves doubt (``id``, ``number``) the number must be right by the rules of one of the countries. Zeros alone
    (``SSN 000-00-0000``) are what people write where there is no number, and stay.

    >>> text = "my SSN is 159803906; tax id: 86095742719; order id 86095742718"
    >>> [text[span.start:span.end] for span in told_identifiers(text)]
    ['159803906', '86095742719']
    """
    for found in _TOKEN.finditer(text):
        if sum(map(str.isdigit, found[0])) >= 5 and _OTHER_THAN_ZERO.search(found[0]):
            start = _lead(text, found.start())
            if _is_told(text, start, found):
                yield Span(start, found.end(), Label.ID)


def _lead(text: str, first: int) -> int:
    """Return where the number starts whose first digit is there: at the letters before it."""
    found = _LEAD.search(text, max(0, first - 5), first)
    return found.start() if found else first


def _is_told(text: str, start: int, found: re.Match[str]) -> bool:
    """Tell whether words before a number say whose it is; letters that lead it may be the word."""
    first = found.start()
    before = text[max(0, start - 64) : first]
    if _STRONG_GLANCE.sees(before) and _STRONG_WORD.search(text, max(0, start - 64), first):
        return True
    weak = _WEAK_GLANCE.sees(before) and _WEAK_WORD.search(text, max(0, start - 48), start)
    return bool(weak) and _is_somebodys(text[start : found.end()])


# Bare digits: who may have given them out, by how many there are.
_BARE = {
    8: ("pt.nif", "si.ddv", "lu.tva", "au.tfn", "hu.anum"),
    9: (
        "us.ssn",
        "us.itin",
        "ca.sin",
        "nl.bsn",
        "pt.nif",
        "au.tfn",
        "au.acn",
        "gb.vat",
        "gr.vat",
        "no.mva",
        "es.dni",
        "cz.rc",
    ),
    10: (
        "gb.nhs",
        "pl.nip",
        "bg.egn",
        "cz.rc",
        "se.personnummer",
        "dk.cpr",
        "gb.utr",
        "at.vnr",
        "sk.rc",
        "lt.pvm",
    ),
    11: (
        "de.idnr",
        "br.cpf",
        "pl.pesel",
        "hr.oib",
        "be.nn",
        "gr.amka",
        "au.abn",
        "no.fodselsnummer",
        "ee.ik",
        "lt.asmens",
        "lv.pvn",
        "it.iva",
    ),
    12: ("in_.aadhaar", "se.personnummer"),
    13: ("ro.cnp", "si.emso", "ch.ssn"),
    14: ("br.cnpj", "fr.siret"),
    15: ("fr.nir",),
}


@lru_cache(maxsize=1 << 16)
def _is_somebodys(number: str) -> bool:
    """Tell whether one of the countries can have given the number out: its length, and its check digits."""
    digits = "".join(letter for letter in number if letter.isdigit())
    if any(letter.isalpha() for letter in number):
        return any(pattern.fullmatch(number) and judge(module)(number) for pattern, module in _OWN)
    return any(judge(module)(digits) for module in _BARE.get(len(digits), ()))
