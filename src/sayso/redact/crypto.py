"""Addresses of crypto currencies, by their checksums where their kind has one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from sayso.redact.keccak import keccak_256
from sayso.redact.spans import Label, Span

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
# Base58Check (github.com/bitcoin/bips: 0013, 0016): Bitcoin, Litecoin, Dogecoin, Dash, Zcash (t), Tron.
_BASE58 = re.compile(r"(?<![A-Za-z0-9])[123DLMXTtmnA9][1-9A-HJ-NP-Za-km-z]{24,34}(?![A-Za-z0-9])", re.ASCII)
BASE58_MARK = r"[123DLMXTtmnA9][1-9A-HJ-NP-Za-km-z]{24}"
# Bech32 and Bech32m (BIP 173, BIP 350) under the prefixes of Bitcoin and Litecoin.
_BECH32 = re.compile(
    r"(?<![A-Za-z0-9])(bc|tb|ltc)1([02-9ac-hj-np-z]{35,87})(?![A-Za-z0-9])", re.ASCII | re.IGNORECASE
)
BECH32_MARK = r"(?i)(?:bc|tb|ltc)1[02-9ac-hj-np-z]{35}"
_BECH32_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# Ethereum and the chains that took its addresses over. ERC-55's capital letters are a checksum that many leave out.
_ETHEREUM = re.compile(r"(?<![A-Za-z0-9])0x[0-9A-Fa-f]{40}(?![A-Za-z0-9])", re.ASCII)
ETHEREUM_MARK = r"0x[0-9A-Fa-f]{40}"
# Monero: 69 bytes (77 with a payment id), in blocks of 8 as 11 letters; network 18, 19 or 42, the last 4 bytes are Keccak's.
_MONERO = re.compile(
    r"(?<![A-Za-z0-9])[48][1-9A-HJ-NP-Za-km-z]{94}(?:[1-9A-HJ-NP-Za-km-z]{11})?(?![A-Za-z0-9])"
)
MONERO_MARK = r"[48][1-9A-HJ-NP-Za-km-z]{94}"
_BLOCKS = {0: 0, 2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8}


def wallets(text: str) -> Iterator[Span]:
    """Yield each address of Bitcoin and its kin, Ethereum and Monero whose checksum is right.

    An Ethereum address needs none: forty hexadecimal digits after ``0x`` are taken, in whatever case.

    >>> text = "send to 1BoatSLRHtKNngkdXEeobR76b53LETtpyT, not 1BoatSLRHtKNngkdXEeobR76b53LETtpyU"
    >>> [text[span.start:span.end] for span in wallets(text)]
    ['1BoatSLRHtKNngkdXEeobR76b53LETtpyT']
    """
    for pattern, is_right in _KINDS:
        for found in pattern.finditer(text):
            if is_right(found[0]):
                yield Span(*found.span(), Label.CRYPTO)


def is_base58check(address: str) -> bool:
    """Tell whether the letters are a version, twenty bytes and their checksum (the first bytes of SHA-256 taken twice).

    >>> is_base58check("1BoatSLRHtKNngkdXEeobR76b53LETtpyT")
    True
    """
    number = 0
    for letter in address:
        number = number * 58 + _VALUES[letter]
    zeros = len(address) - len(address.lstrip("1"))
    whole = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(whole) not in (25, 26):
        return False
    return hashlib.sha256(hashlib.sha256(whole[:-4]).digest()).digest()[:4] == whole[-4:]


def is_bech32(address: str) -> bool:
    """Tell whether the checksum of BIP 173 or BIP 350 is right and the letters are all small or all capital.

    >>> is_bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    True
    """
    if address != address.lower() and address != address.upper():
        return False
    prefix, _, data = address.lower().rpartition("1")
    values = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    return _polymod(values + [_BECH32_LETTERS.index(letter) for letter in data]) in (1, 0x2BC830A3)


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place in range(5):
            check ^= _GENERATOR[place] if top >> place & 1 else 0
    return check


def is_monero(address: str) -> bool:
    """Tell whether the letters are a network, two keys (and a payment id) and the first bytes of their Keccak-256."""
    whole = b""
    for start in range(0, len(address), 11):
        block = address[start : start + 11]
        size, number = _BLOCKS.get(len(block), 0), 0
        for letter in block:
            number = number * 58 + _VALUES[letter]
        if number >> 8 * size:
            return False
        whole += number.to_bytes(size, "big")
    return whole[0] in (18, 19, 42) and keccak_256(whole[:-4])[:4] == whole[-4:]


def _is_ethereum(address: str) -> bool:
    return len(set(address[2:].lower())) > 4  # fewer is an example: 0x0000..., 0xdead...


_KINDS = ((_BASE58, is_base58check), (_BECH32, is_bech32), (_ETHEREUM, _is_ethereum), (_MONERO, is_monero))
