"""Which partners: every subset of the candidates, the best of them, and what each one brings."""
