"""The engine: what a sectoral agreement is, and what it does. Plain Python, no Qt."""
