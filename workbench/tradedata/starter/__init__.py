"""The starter database: tables of our own, where they come from, and how the file is built."""
