"""Keccak-256 as Ethereum and Monero use it: SHA-3's permutation with the padding of before FIPS 202, which hashlib does not have."""

from __future__ import annotations

_MASK = (1 << 64) - 1
_RATE = 136
# FIPS 202, section 3.2.5: the round constants, as its linear feedback shift register gives them.
_ROUNDS = 24


def _constants() -> tuple[int, ...]:
    register, constants = 1, []
    for _ in range(_ROUNDS):
        constant = 0
        for power in range(7):
            constant |= (register & 1) << ((1 << power) - 1)
            register = register << 1 ^ (0x171 if register >> 7 else 0)
        constants.append(constant)
    return tuple(constants)


_CONSTANTS = _constants()


def _turned(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK


def _permuted(lanes: list[list[int]]) -> list[list[int]]:
    """Return the state after all rounds (FIPS 202, section 3.2: theta, rho and pi, chi, iota)."""
    for constant in _CONSTANTS:
        parity = [row[0] ^ row[1] ^ row[2] ^ row[3] ^ row[4] for row in lanes]
        for x in range(5):
            change = parity[x - 1] ^ _turned(parity[(x + 1) % 5], 1)
            lanes[x] = [lane ^ change for lane in lanes[x]]
        x, y, moved = 1, 0, lanes[1][0]
        for step in range(_ROUNDS):
            x, y = y, (2 * x + 3 * y) % 5
            moved, lanes[x][y] = lanes[x][y], _turned(moved, (step + 1) * (step + 2) // 2 % 64)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        lanes[0][0] ^= constant
    return lanes


def keccak_256(message: bytes) -> bytes:
    """Return the 32 bytes of the digest.

    >>> keccak_256(b"").hex()
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'
    """
    if len(message) % _RATE == _RATE - 1:
        padded = message + b"\x81"
    else:
        padded = message + b"\1" + bytes((-len(message) - 2) % _RATE) + b"\x80"
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), _RATE):
        for place in range(_RATE // 8):
            word = padded[start + 8 * place : start + 8 * place + 8]
            lanes[place % 5][place // 5] ^= int.from_bytes(word, "little")
        lanes = _permuted(lanes)
    return b"".join(lanes[place][0].to_bytes(8, "little") for place in range(4))
