"""Results to documents: one content model, and a writer for each format."""
