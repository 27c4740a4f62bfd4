"""The version of the trade database's layout, apart from the tables so that it loads at once."""

SCHEMA_VERSION = 4
"""Major version of the layout: a database with a higher one is refused."""

APPLICATION_ID = 0x50414354
"""Marks the SQLite file as a trade database of this program (the letters PACT)."""
