"""What an agreement is: frozen dataclasses, no I/O, no pandas."""
