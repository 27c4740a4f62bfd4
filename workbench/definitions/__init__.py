"""YAML to model and back: strict reading, stable writing, shipped and user files."""
