"""Source files -> trade database: one reader per format, one loader for all."""
