"""E-mail addresses written out for people: ``jane [at] example [dot] org``, ``jane dot doe at gmail``; cards in single digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.redact.cards import is_card
from sayso.redact.spans import Label, Span

_OPEN, _CLOSE = r"[\[({<|_*-]", r"[\])}>|_*-]"
_AT_WORD = r"(?:at|@|a|arroba|ät|aet|chiocciola|arobase|apenstaartje|klammeraffe)"
_DOT_WORD = r"(?:dot|punkt|point|punto|ponto|punt|\.)"
# A bracket says it all; a bare word does with the rest of an address around it.
_BRACKETED_AT = rf" {{0,2}}{_OPEN} {{0,2}}{_AT_WORD} {{0,2}}{_CLOSE} {{0,2}}"
_BRACKETED_DOT = rf" {{0,2}}{_OPEN} {{0,2}}{_DOT_WORD} {{0,2}}{_CLOSE} {{0,2}}"
_DOT = rf"(?: {{0,2}}{_OPEN} {{0,2}}{_DOT_WORD} {{0,2}}{_CLOSE} {{0,2}}| (?:dot|punkt|point|punto|ponto|punt) | \. |\.)"
_TOP = (
    r"(?:com|org|net|edu|gov|info|biz|io|co|me|dev|app|ai|eu|uk|us|ca|au|nz|ie|de|at|ch|fr|be|nl|lu|it|es|pt|pl|cz|se"
    r"|no|dk|fi|gr|in|jp"
    r"|br|mx|ar|za|ru|example|test)"
)
_PROVIDER = (
    r"(?:gmail|googlemail|g ?mail|yahoo|hotmail|outlook|live|msn|icloud|aol|proton ?mail|proton|gmx|web\.de|mail\.ru"
    r"|yandex|zoho|fastmail"
    r"|tutanota|posteo|mailbox|orange|free|laposte|libero|virgilio|uol|bol|terra|ziggo|kpn|telenet|t-online|btinternet"
    r"|comcast|verizon|qq|163)"
)
_LABEL = r"[A-Za-z0-9][A-Za-z0-9-]{0,62}"
_DOMAIN = rf"(?:{_LABEL}{_DOT}){{1,4}}{_TOP}(?![\w-])"
_PATTERNS = (
    rf"(?:{_BRACKETED_AT})(?:{_DOMAIN}|{_PROVIDER}\b|{_LABEL}\.[A-Za-z]{{2,24}}(?![\w-]))",
    rf"(?: at | ät | ?@ ?)(?:{_LABEL}(?: (?:dot|punkt) |{_BRACKETED_DOT})(?:{_LABEL}{_DOT}){{0,3}}{_TOP}(?![\w-])"
    rf"|{_PROVIDER}{_DOT}{_TOP}(?![\w-]))",
    rf"(?: arroba | chiocciola | arobase )(?:{_LABEL}(?: (?:dot|point|punto|ponto) |{_BRACKETED_DOT}"
    rf"|\.)){{1,4}}{_TOP}(?![\w-])",
)
_SURE = re.compile("|".join(_PATTERNS), re.IGNORECASE | re.ASCII)
_BARE = re.compile(rf"(?: at | arroba | chiocciola ){_PROVIDER}(?![\w.-])", re.IGNORECASE | re.ASCII)
# Of no length where the forms have one: to count takes an automaton many states.
_MARK_LABEL = r"[A-Za-z0-9][A-Za-z0-9-]*"
SURE_MARK = "(?i)" + "|".join(
    pattern.replace(r"(?![\w-])", "").replace(_LABEL, _MARK_LABEL) for pattern in _PATTERNS
)
_SPACED_FORM = rf"(?: @ ?{_LABEL} ?\. ?{_TOP}|@ {_LABEL} ?\. ?{_TOP}|@{_LABEL}(?: \. ?|\. ){_TOP})"
_SPACED = re.compile(rf"{_SPACED_FORM}(?![\w-])", re.ASCII)
SPACED_MARK = _SPACED_FORM.replace(_LABEL, _MARK_LABEL)
BARE_MARK = rf"(?i)(?: at | arroba | chiocciola ){_PROVIDER}"

# What stands before, the last part first: parts of a local part with dots in words or signs between them.
_LOCAL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9_%+-]{0,63}"
    rf"(?:(?: (?:dot|punkt|point|punto|ponto|punt|underscore|dash|minus|plus) | {{0,2}}{_OPEN} {{0,2}}(?:{_DOT_WORD}"
    rf"|underscore|dash|minus) {{0,2}}{_CLOSE} {{0,2}}|\.)"
    r"[A-Za-z0-9][A-Za-z0-9_%+-]{0,63}){0,4}\Z",
    re.IGNORECASE | re.ASCII,
)
_NO_LOCAL = frozenset(
    "is was are look looking hosted works work worked working me us you them it him her account accounts mail email"
    " e-mail address inbox"
    " up in on out arrive arrived only sent and or available page here there meet mailed aimed start started stop"
    " login log logged".split()
)
_MAIL_WORD = re.compile(
    r"(?:e-?mail|mail|contact|reach|write|address|correo|courriel|adresse|adres|indirizzo)[^\n]{0,24}\Z",
    re.IGNORECASE,
)

_DIGITS = re.compile(
    r"(?<![\w.,] )(?<![\w.,-])[0-9](?:([ .-])[0-9])(?:\1[0-9]){10,17}(?![\w]|[ .,-][\w])", re.ASCII
)
DIGITS_MARK = r"(?:[0-9][ .-]){12}[0-9]"


def obfuscated_emails(text: str) -> Iterator[Span]:
    """Yield each e-mail address that is written out: a word or a bracket for ``@``, and words, brackets or blanks for dots.

    >>> text = "jane dot doe at gmail (dot com), bob [at] example [dot] org; we met at noon, look at example.org"
    >>> [text[span.start:span.end] for span in sorted(obfuscated_emails(text))]
    ['jane dot doe at gmail (dot com)', 'bob [at] example [dot] org']
    """
    for pattern in (_SURE, _SPACED):
        for found in pattern.finditer(text):
            local = _local(text, found.start())
            if local is not None and text[local : found.start()].lower() not in _NO_LOCAL:
                yield Span(local, _closed(text, found.end()), Label.EMAIL)
    for found in _BARE.finditer(text):
        local = _local(text, found.start())
        if local is not None and _is_local(text, local, found.start()):
            yield Span(local, _closed(text, found.end()), Label.EMAIL)


_TOP_BEHIND = re.compile(rf" ?\( ?(?:dot|\.) ?{_TOP} ?\)", re.IGNORECASE | re.ASCII)


def _closed(text: str, end: int) -> int:
    """Return the end of an address, with ``(dot com)`` where it stands behind."""
    behind = _TOP_BEHIND.match(text, end)
    return behind.end() if behind else end


def _local(text: str, end: int) -> int | None:
    """Return where the local part starts that ends there."""
    found = _LOCAL.search(text, max(0, end - 140), end)
    return found.start() if found else None


def _is_local(text: str, start: int, end: int) -> bool:
    """Tell whether words before ``at gmail`` are a local part: they are joined or numbered, or a word for mail comes before."""
    words = text[start:end].lower()
    if words in _NO_LOCAL:
        return False
    joined = any(not letter.isalpha() for letter in words)
    return joined or _MAIL_WORD.search(text, max(0, start - 40), start) is not None


def spaced_cards(text: str) -> Iterator[Span]:
    """Yield each payment card number written digit by digit, if more than three different digits are in it.

    >>> text = "4 1 1 1 2 2 2 2 3 3 3 3 4 4 4 8, 1 0 1 0 1 0 1 0 1 0 1 0 1 0"
    >>> [text[span.start:span.end] for span in spaced_cards(text)]
    ['4 1 1 1 2 2 2 2 3 3 3 3 4 4 4 8']
    """
    for found in _DIGITS.finditer(text):
        digits = found[0].replace(found[1], "")
        if len(set(digits)) > 3 and is_card(digits):
            yield Span(*found.span(), Label.CARD)
