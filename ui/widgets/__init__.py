"""Small reusable parts that every page is built from."""
