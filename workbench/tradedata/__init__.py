"""The trade database: SQLite in, DataFrames out."""
