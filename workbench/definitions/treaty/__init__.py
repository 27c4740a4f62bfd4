"""Origin rules and treaty wording: cleaning, grammar, reading and writing."""
