"""Alembic steps of the trade database: one per schema version."""
