"""Single decisions per second, in process, on values in memory, next to the least that Python could do.

    python benchmarks/bench_decide.py [--members 2000] [--rounds 5]

The sample community's members and records, each member's standing from the community's own history, under the LinkedIn pack at
moments that fall under different versions. The floor looks one key up in a dictionary for each record.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from sayso.intake.community import generate
from sayso.intake.community.model import ChoiceFact
from sayso.intake.policies import load_policy
from sayso.policy.decide import decide
from sayso.values.members import Member
from sayso.values.moments import Moment, parse_moment
from sayso.values.records import Record
from sayso.values.standing import Choice, Standing
from sayso.values.uses import Use

MOMENTS = tuple(map(parse_moment, ("2024-10-01", "2025-06-01", "2025-12-01", "2026-09-01")))
USES = (
    Use("content-generation", "linkedin"),
    Use("writing-suggestions", "linkedin"),
    Use("other-ai", "linkedin"),
)

Asked = tuple[Use, Member | None, Record, Standing, Moment]


def questions(members: int) -> list[Asked]:
    """Return every record of a community with its author and standing, under turning uses and moments."""
    community = generate(1, members)
    standings: dict[str, list[Choice]] = {}
    for entry, fact in enumerate(community.history):
        if isinstance(fact, ChoiceFact):
            said = Choice(fact.control, fact.yes, fact.at, fact.version, entry)
            standings.setdefault(fact.member, []).append(said)
    known = {person.member.id: person.member for person in community.people}
    folded = {name: Standing(choices=tuple(words)) for name, words in standings.items()}
    silent = Standing()
    return [
        (
            USES[place % len(USES)],
            known.get(record.author or ""),
            record,
            folded.get(record.author or "", silent),
            MOMENTS[place % len(MOMENTS)],
        )
        for place, record in enumerate(community.records)
    ]


def main() -> None:
    """Decide on everything some times over and print the best rate."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--members", type=int, default=2_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    asked, policy = questions(given.members), load_policy("linkedin")
    rates, floors, found = [], [], Counter[str]()
    table = {record.id: True for _, _, record, _, _ in asked}
    for _ in range(given.rounds):
        started = time.process_time()
        answers = [
            decide(use, policy, member, record, standing, at) for use, member, record, standing, at in asked
        ]
        rates.append(len(asked) / (time.process_time() - started))
        started = time.process_time()
        for _, _, record, _, _ in asked:
            table.get(record.id)
        floors.append(len(asked) / (time.process_time() - started))
        found = Counter(str(answer.reason) for answer in answers)
    print(f"decide         {max(rates):>12,.0f} decisions/s  (target: at least 200,000)")
    print(
        f"dictionary     {max(floors):>12,.0f} look-ups/s, the floor; decide costs {max(floors) / max(rates):.1f} times that"
    )
    print("  " + ", ".join(f"{reason} {count:,}" for reason, count in found.most_common()))


if __name__ == "__main__":
    main()
