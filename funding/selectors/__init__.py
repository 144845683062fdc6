"""Answers about the money, as frozen values that a page, the API or a file can show."""
