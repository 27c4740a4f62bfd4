"""Windows that ask for one thing and then go away."""
