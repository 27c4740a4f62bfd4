"""The sections of a term sheet, each from the agreement and its figures to blocks."""
