"""Codes of each edition, and what they became."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from workbench.tradedata.editions import code_history, further_editions


class Opened:
    """A database of concordances alone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, list(parameters)).fetchall()


def test_codes_by_edition() -> None:
    history = code_history()
    assert history.has("854810", 2017)
    assert not history.has("854810", 2022)
    assert history.has("8548", 2022)
    assert history.has("85481010", 2017)
    assert history.has("850511", 2031)  # nothing is known of that edition


def test_what_codes_became() -> None:
    history = code_history()
    assert history.successors("854810", 2017, 2022) == tuple(
        f"8549{n}" for n in ("11", "12", "13", "14", "19")
    )
    assert history.successors("850511", 2017, 2022) == ("850511",)
    assert history.successors("8548", 2017, 2022) == ("8548", "8549")
    assert history.successors("850511", 2017, 1996) == ()
    assert history.latest(2017) == 2022
    assert history.latest(2022) is None


def test_where_a_code_comes_from() -> None:
    history = code_history()
    found = history.origins("854810", 2022)
    assert found is not None
    assert found[0] == 2017
    assert history.origins("850599", 2022) is None
    assert history.origins("850511", 2022) is None


def test_every_code_of_an_edition_can_be_followed() -> None:
    history = code_history()
    for (start, end), listed in history.became.items():
        if start in history.held and end in history.held:
            assert listed.keys() <= history.held[start]
            assert {new for codes in listed.values() for new in codes} <= history.held[end]


def test_editions_that_only_a_database_knows() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE TABLE concordances (from_edition INT, to_edition INT, from_code INT, "
            "to_code INT)"
        )
        connection.executemany(
            "INSERT INTO concordances VALUES (?, ?, ?, ?)",
            [
                (2022, 2028, 850511, 850521),
                (2022, 2028, 850511, 850522),
                (2022, 2028, 10121, 10122),
                (2017, 2022, 1, 2),
            ],
        )
        further = further_editions(Opened(connection))
    history = code_history(further)
    assert history.latest(2022) == 2028
    assert history.successors("850511", 2022, 2028) == ("850521", "850522")
    assert history.successors("010121", 2022, 2028) == ("010122",)
    assert history.successors("810820", 2022, 2028) == ("810820",)
