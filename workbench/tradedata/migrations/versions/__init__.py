"""Steps in order: the file name starts with the schema version it reaches."""
