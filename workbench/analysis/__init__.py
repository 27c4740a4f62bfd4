"""Model and data frames in, results out: pure functions (method.md sections 2 to 9)."""
