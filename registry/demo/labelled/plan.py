"""What is asked for: how many people, how many of them twice, and how the work is cut."""

from dataclasses import dataclass
from datetime import date

VERSION = "1"
"""Of the generator: files of two versions differ for the same arguments."""
AS_OF = date(2026, 10, 31)
"""The day on which everybody is as old as the ages say; nothing depends on the clock."""
TODAY = (AS_OF - date(1970, 1, 1)).days
CHUNK = 100_000
"""People who are made at once; another size makes other people."""
QUERIES = 30_000
FEWEST, MOST = 100, 50_000_000
HIGHEST_DUP_RATE = 0.2
_PEOPLE_A_QUERY = 10
_SPARE_SHARE = 0.35
_PEOPLE_A_DWELLING = 2.2


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of the country: so many people, extra records of them, and incoming registrations.

    `first_person` is the number of its first one in the whole; `spare` people are made beside them and
    not registered: they come in later.
    """

    number: int
    first_person: int
    people: int
    extra: int
    first_extra: int
    queries: int
    first_query: int
    spare: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The arguments, once they are known to be usable."""

    people: int
    seed: int
    dup_rate: float
    queries: int
    chunk: int = CHUNK

    @property
    def extra(self) -> int:
        """How many of the records are further records of somebody."""
        return round(self.people * self.dup_rate)

    @property
    def persons(self) -> int:
        """How many different people there are."""
        return self.people - self.extra

    @property
    def chunks(self) -> list[Chunk]:
        """The whole, cut in parts of about equal size."""
        count = max(1, -(-self.persons // self.chunk))
        people, extra, queries = (_cuts(whole, count) for whole in (self.persons, self.extra, self.queries))
        return [
            Chunk(
                number=number,
                first_person=people[number],
                people=people[number + 1] - people[number],
                extra=extra[number + 1] - extra[number],
                first_extra=extra[number],
                queries=queries[number + 1] - queries[number],
                first_query=queries[number],
                spare=20 + round(_SPARE_SHARE * (queries[number + 1] - queries[number])),
            )
            for number in range(count)
        ]

    @property
    def dwellings_a_chunk(self) -> int:
        """Homes in each part of the country, some of them empty."""
        widest = max(chunk.people + chunk.spare for chunk in self.chunks)
        return round(widest / _PEOPLE_A_DWELLING) + 20


def usual_queries(people: int) -> int:
    """30,000, or a tenth of a small register."""
    return min(QUERIES, people // _PEOPLE_A_QUERY)


def unusable(people: int, seed: int, dup_rate: float, queries: int) -> str | None:
    """Why arguments cannot be used, in a sentence that says what to do; None where they can."""
    if not FEWEST <= people <= MOST:
        return f"--people is {people}: give a number from {FEWEST} to {MOST:,}"
    if seed < 0:
        return f"--seed is {seed}: give 0 or more"
    if not 0 <= dup_rate <= HIGHEST_DUP_RATE:
        return f"--dup-rate is {dup_rate}: give a share of the records from 0 to {HIGHEST_DUP_RATE}, such as 0.02"
    if not 0 <= queries <= people // 2:
        return f"--queries is {queries}: give a number from 0 to {people // 2}, half of --people"
    return None


def _cuts(whole: int, parts: int) -> list[int]:
    return [whole * part // parts for part in range(parts + 1)]
