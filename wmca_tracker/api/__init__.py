"""The API as a whole: addresses, pages of lists, errors, schema and documentation. Composition only."""
