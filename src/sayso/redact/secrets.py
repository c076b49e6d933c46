"""Secrets: keys, tokens and passwords, by the form their issuers give them or by the word before them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from math import log2

from sayso.redact.spans import Label, Span

# Forms as the issuers document them and as secret scanners look for them (docs.github.com, "Supported secret scanning patterns"):
# a fixed beginning, then a length of an alphabet. All quantifiers are bounded; a private key ends with its block.
_ISSUED = (
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}",  # AWS
    r"gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{22,255}",  # GitHub
    r"gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{20,64}",  # GitLab
    r"xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-[A-Za-z0-9-]{10,250}",  # Slack
    r"(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{16,247}|whsec_[A-Za-z0-9]{24,64}",  # Stripe
    r"AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,250}|GOCSPX-[A-Za-z0-9_-]{28}",  # Google
    r"sk-(?:ant-|proj-|svcacct-|or-v1-)?[A-Za-z0-9_-]{20,250}",  # OpenAI, Anthropic, OpenRouter
    r"hf_[A-Za-z0-9]{30,40}|r8_[A-Za-z0-9]{37}",  # Hugging Face, Replicate
    r"eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{10,2000}",  # JWT (RFC 7519)
    r"npm_[A-Za-z0-9]{36}|pypi-AgE[A-Za-z0-9_-]{50,250}",  # package registries
    r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}",  # SendGrid
    r"(?:SK|AC)[0-9a-f]{32}",  # Twilio
    r"key-[0-9a-f]{32}|[0-9a-f]{32}-us[0-9]{1,2}",  # Mailgun, Mailchimp
    r"do[opr]_v1_[0-9a-f]{64}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|dapi[0-9a-f]{32}",  # DigitalOcean, Shopify, Databricks
    r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}",  # Telegram
)
_KNOWN = re.compile(rf"(?<![A-Za-z0-9_-])(?:{'|'.join(_ISSUED)})(?![A-Za-z0-9_-])")
# Cheaper to look for than the whole forms, and in each of them.
KNOWN_MARK = (
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{8}|gh[pousr]_[A-Za-z0-9]{8}|github_pat_|gl(?:pat|dt|rt|cbt|ptt|ft|soat)-|xox[abeoprs]-"
    r"|xapp-|(?:sk|pk|rk)_(?:live|test)_|whsec_|AIza[A-Za-z0-9_-]{8}|ya29\.|GOCSPX-|sk-[A-Za-z0-9_-]{20}|hf_[A-Za-z0-9]{8}"
    r"|r8_[A-Za-z0-9]{8}|eyJ[A-Za-z0-9_-]{8}|npm_[A-Za-z0-9]{8}|pypi-AgE|SG\.[A-Za-z0-9_-]{8}|(?:SK|AC)[0-9a-f]{8}"
    r"|key-[0-9a-f]{8}|[0-9a-f]-us[0-9]|do[opr]_v1_|shp(?:at|ca|pa|ss)_|dapi[0-9a-f]{8}|[0-9]:AA[A-Za-z0-9_-]{8}"
)

# RFC 7468; PGP's armour (RFC 9580, section 6.2). Of a block without its end the lines of base64 are taken.
_PRIVATE = re.compile(r"-----BEGIN ([A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?)-----")
_BASE64 = re.compile(
    r"(?:(?:[ \t\r\n]|\\[nr]){0,4}+[A-Za-z0-9+/=]{16,4096}+)*+(?:\s{0,2}+[A-Za-z0-9+/]{1,76}={1,2})?+"
)
PRIVATE_MARK = r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY"

# A word that says what follows, what may stand between, and a value; the value is judged.
_WORD = (
    r"(?:pass(?:word|wd|phrase|code|wort)?|pwd|pw|passwort|kennwort|mot de passe|mdp|contraseña|clave|senha|wachtwoord|secret|token"
    r"|api[_ -]?key|apikey|access[_ -]?key(?:[_ -]?id)?|private[_ -]?key|auth(?:orization)?|bearer|credentials?|client[_ -]?secret"
    r"|secret[_ -]?key|signing[_ -]?key|encryption[_ -]?key|account[_ -]?key|pin|otp|key)"
)
_TOLD = re.compile(
    rf"({_WORD})[\"'`\])*]{{0,3}}[ \t]{{0,3}}(?:[:=]{{1,2}}|=>|:=|\bis\b|\best\b|\bist\b|\bes\b)[ \t]{{0,3}}(?:bearer |basic )?"
    r"[\"'`]?([!-&(-+\--:=?-_a-~]{4,256})",
    re.IGNORECASE | re.ASCII,
)
TOLD_MARK = (
    rf"(?i){_WORD}[\"'`\])*]{{0,3}}[ \t]{{0,3}}(?:[:=]|is |est |ist |es |is\t|est\t|ist\t|es\t)[ \t:=>]{{0,5}}"
    r"(?:bearer |basic )?[\"'`]?[!-&(-+\--:=?-_a-~]{4}"
)
# Where such a word can start: before what stands between it and its value, and no further from it than the longest is long.
_BETWEEN = re.compile(r"[:=iIeE](?:(?<=[:=])|(?<![\w].)(?:[sS][tT]?\b))", re.ASCII)
_START = re.compile(
    r"[abcekmopstwABCEKMOPSTW](?=[aA](?<=[pw].|[PW].)|[wWiIrR](?<=[pP].)|[eE](?<=[kbsKBS].)|[oO](?<=[mctMCT].)|[dD](?<=[mM].)"
    r"|[lLrR](?<=[cC].)|[iI](?<=[sS].)|[pPcCuU](?<=[aA].)|[tT](?<=[oO].)|[nN](?<=[eE].))"
)
_LONGEST = 24
_CODE = re.compile(
    r"[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]*)+|.*[(){}<>\[\]].*|[$%{].*", re.ASCII | re.DOTALL
)
_EDGE = ".,;:!?'\")]}"


def secrets(text: str) -> Iterator[Span]:
    """Yield each key or token of a known issuer's form that has a digit.

    >>> text = "key AKIAIOSFODNN7EXAMPLE, not AKIAIOSF"
    >>> [text[span.start:span.end] for span in secrets(text)]
    ['AKIAIOSFODNN7EXAMPLE']
    """
    for found in _KNOWN.finditer(text):
        if _scattered(found[0]):
            yield Span(*found.span(), Label.SECRET)


def private_keys(text: str) -> Iterator[Span]:
    """Yield each private key in its armour, which may lack its end.

    >>> text = "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0B\\n-----END PRIVATE KEY----- and so on"
    >>> [text[span.end:] for span in private_keys(text)]
    [' and so on']
    """
    begins = list(_PRIVATE.finditer(text))
    for found, following in zip_longest(begins, begins[1:]):
        end = _armour_end(text, found, following.start() if following else len(text))
        yield Span(found.start(), end, Label.SECRET)


def _armour_end(text: str, found: re.Match[str], limit: int) -> int:
    """Return the end of the armour that starts there, before the next one starts."""
    closing = f"-----END {found[1]}-----"
    at = text.find(closing, found.end(), limit)
    if at >= 0:
        return at + len(closing)
    body = _BASE64.match(text, found.end(), limit)
    return body.end() if body else found.end()


def _scattered(secret: str) -> bool:
    """Tell whether a secret has digits: what has none is a name that begins like one."""
    return any(letter.isdigit() for letter in secret)


def told_secrets(text: str) -> Iterator[Span]:
    """Yield each value that a word such as ``password`` announces and that looks drawn, not written: ``password: hunter2``.

    Letters and other characters must mix, or, for other words than those for passwords, the value be long and its letters
    scattered: at least 3 bits a character (C. E. Shannon, 1948) over at least 16. Names, calls and placeholders of code are left.

    >>> text = "password: hunter2! token = getToken() api_key='b7Kq92LmXe41Zz08'"
    >>> [text[span.start:span.end] for span in told_secrets(text)]
    ['hunter2', 'b7Kq92LmXe41Zz08']
    """
    for found in _tellings(text):
        value = found[2].rstrip(_EDGE)
        if value and _drawn(found[1].lower(), value):
            yield Span(found.start(2), found.start(2) + len(value), Label.SECRET)


def _tellings(text: str) -> Iterator[re.Match[str]]:
    """Yield what ``_TOLD.finditer(text)`` yields: from what stands between word and value a look back is short."""
    looked = done = 0
    for between in _BETWEEN.finditer(text):
        for start in _START.finditer(text, max(looked, between.start() - _LONGEST), between.start()):
            found = _TOLD.match(text, start.start()) if start.start() >= done else None
            if found:
                done = found.end()
                yield found
        looked = between.start()


def _drawn(word: str, value: str) -> bool:
    if _CODE.fullmatch(value) or "://" in value:
        return False
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    if word in ("pin", "otp"):
        return 4 <= len(value) <= 8 and value.isdigit()
    if word.startswith(("pass", "pw", "kenn", "mot", "mdp", "contra", "senha", "wacht")):
        return len(value) >= 6 and mixed
    return len(value) >= 16 and mixed and entropy(value) >= 3.0


def entropy(value: str) -> float:
    """Return Shannon's entropy of the characters of a text that is not empty, in bits a character.

    >>> entropy("abab"), entropy("aaaa")
    (1.0, 0.0)
    """
    return max(0.0, -sum(n / len(value) * log2(n / len(value)) for n in Counter(value).values()))
