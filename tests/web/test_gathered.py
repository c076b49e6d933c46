"""Many requests and one thread: in order, together, each its own answer, and nobody waits for good."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest

from sayso.errors import EdgeError, Problem, Refused
from sayso.web.gathered import Gathered

NO = Refused(Problem("no", "not this one"))


class Slow:
    """Doubles numbers, in pieces that it remembers; waits before each until it may; refuses odd ones above a hundred."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.began = threading.Event()
        self.pieces: list[list[int]] = []

    def __call__(self, asked: Sequence[int]) -> list[int | Exception]:
        self.pieces.append(list(asked))
        self.began.set()
        assert self.may.wait(10)
        if 0 in asked:
            raise EdgeError(Problem("disk", "the disk is full"))
        return [NO if number > 100 and number % 2 else 2 * number for number in asked]


def test_what_waits_is_done_together_in_order_and_each_gets_their_own() -> None:
    slow = Slow()
    gathered: Gathered[int, int] = Gathered(slow)

    async def ask() -> list[int | BaseException]:
        first = asyncio.create_task(gathered(1))
        await asyncio.to_thread(slow.began.wait, 10)
        rest = [asyncio.create_task(gathered(number)) for number in (2, 101, 3, 102)]
        await asyncio.sleep(0)
        slow.may.set()
        return await asyncio.gather(first, *rest, return_exceptions=True)

    assert asyncio.run(ask()) == [2, 4, NO, 6, 204]
    assert slow.pieces == [[1], [2, 101, 3, 102]]


def test_who_asks_in_the_same_moment_is_in_the_same_piece() -> None:
    slow = Slow()
    slow.may.set()
    gathered: Gathered[int, int] = Gathered(slow)

    async def ask() -> None:
        await asyncio.gather(*map(gathered, range(1, 17)))
        await gathered(17)

    asyncio.run(ask())
    assert slow.pieces == [list(range(1, 17)), [17]]


def test_no_more_than_so_many_are_done_at_once() -> None:
    slow = Slow()
    gathered: Gathered[int, int] = Gathered(slow, most=3)

    async def ask() -> list[int]:
        tasks = [asyncio.create_task(gathered(number)) for number in range(1, 9)]
        await asyncio.to_thread(slow.began.wait, 10)
        slow.may.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(ask()) == [2 * number for number in range(1, 9)]
    assert max(map(len, slow.pieces)) <= 3
    assert [*chain(*slow.pieces)] == list(range(1, 9))


def test_what_fails_fails_for_all_of_its_piece_and_the_next_goes_on() -> None:
    slow = Slow()
    slow.may.set()
    gathered: Gathered[int, int] = Gathered(slow)

    async def ask() -> int:
        with pytest.raises(EdgeError, match="disk"):
            await gathered(0)
        return await gathered(4)

    assert asyncio.run(ask()) == 8


def test_one_that_is_given_up_is_carried_out_and_harms_nobody() -> None:
    slow = Slow()
    gathered: Gathered[int, int] = Gathered(slow)

    async def ask() -> int:
        impatient, patient = asyncio.create_task(gathered(1)), asyncio.create_task(gathered(2))
        await asyncio.to_thread(slow.began.wait, 10)
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        slow.may.set()
        return await patient

    assert asyncio.run(ask()) == 4
    assert [*chain(*slow.pieces)] == [1, 2]


def test_many_loops_may_ask_at_once() -> None:
    def double(asked: Sequence[int]) -> list[int]:
        return [2 * number for number in asked]

    gathered: Gathered[int, int] = Gathered(double)

    async def ask(start: int) -> list[int]:
        return await asyncio.gather(*(gathered(start + number) for number in range(50)))

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda start: asyncio.run(ask(start)), range(0, 8000, 1000)))
    assert found == [[2 * (start + number) for number in range(50)] for start in range(0, 8000, 1000)]
