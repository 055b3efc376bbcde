"""Reads the least exposed live questions of many pools in one statement. Called by question_supply.

Each pool is one range of an index `question_cell_*` for the global questions and one for the organization's own, read
in the index's order up to a limit; one range for both, joined by OR, could not follow that order. Sorting by the
organization, although it is the same in all rows of a range, is what lets PostgreSQL see that the index sorts: to it,
IS NULL is not a constant. Written as SQL because through the ORM 30 pools take 25 ms before anything is read.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from interviewpanel.domain.selection import BankQuestion, Difficulty, Pool
from questionbank.models import Question

# SQLite unites at most 500 SELECTs in one statement; every pool has two.
POOLS_PER_STATEMENT = 200

_Limits = Sequence[tuple[Pool, int]]
_Parameters = list[int | str | list[int] | list[str]]

# Only names of columns, tables and placeholders are put into these; values go to the database as parameters.
_RANGE = (
    "SELECT id, topic_id, subtopic_id, category_id, difficulty, times_asked FROM {table}"
    " WHERE {level}_id = {number} AND difficulty = {difficulty} AND language = %s AND status = 'live'"
    " AND organization_id {tenant} ORDER BY organization_id, times_asked, id LIMIT {places}"
)
_UNITED = "SELECT * FROM ({part}) AS part"
_JOINED = (
    "SELECT part.* FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS pool (number, difficulty, places)"
    " CROSS JOIN LATERAL ({part}) AS part"
)


def load_pools(limits: _Limits, *, language: str, organization_id: int) -> list[BankQuestion]:
    """The least exposed questions of each pool, up to its limit of global ones and up to it of the organization's own.

    A question of two pools comes twice. One statement for every 200 pools.
    """
    write = _join_ranges if connection.vendor == "postgresql" else _unite_ranges
    questions: list[BankQuestion] = []
    for start in range(0, len(limits), POOLS_PER_STATEMENT):
        parts: list[str] = []
        parameters: _Parameters = []
        for tenant, owner in (("IS NULL", []), ("= %s", [organization_id])):
            for part, values in write(limits[start : start + POOLS_PER_STATEMENT], tenant, [language, *owner]):
                parts.append(part)
                parameters += values
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), parameters)
            questions += [read_question(columns) for columns in cursor.fetchall()]
    return questions


def read_question(columns: Sequence[Any], *, is_repeat: bool = False) -> BankQuestion:
    """From the columns id, topic, subtopic, category, difficulty, times asked."""
    number, topic_id, subtopic_id, category_id, difficulty, times_asked = columns
    return BankQuestion(
        number, topic_id, subtopic_id, category_id, Difficulty(difficulty), times_asked, is_repeat=is_repeat
    )


def _unite_ranges(limits: _Limits, tenant: str, values: list[int | str]) -> Iterator[tuple[str, _Parameters]]:
    """A SELECT for every pool. Every database knows it; PostgreSQL takes 10 ms to plan 60 of them."""
    table = Question._meta.db_table
    for pool, places in limits:
        level, number = pool.scope
        part = _RANGE.format(table=table, level=level, tenant=tenant, number="%s", difficulty="%s", places="%s")
        yield _UNITED.format(part=part), [number, str(pool.difficulty), *values, places]


def _join_ranges(limits: _Limits, tenant: str, values: list[int | str]) -> Iterator[tuple[str, _Parameters]]:
    """PostgreSQL's way: for each level of the catalogue a table of pools, and a range for each of its rows; 1.5 ms."""
    names = {"number": "pool.number", "difficulty": "pool.difficulty", "places": "pool.places"}
    for level in ("subtopic", "topic", "category"):
        mine = [(pool.scope[1], str(pool.difficulty), places) for pool, places in limits if pool.scope[0] == level]
        if mine:
            numbers, difficulties, places = (list(column) for column in zip(*mine, strict=True))
            part = _RANGE.format(table=Question._meta.db_table, level=level, tenant=tenant, **names)
            yield _JOINED.format(part=part), [numbers, difficulties, places, *values]
