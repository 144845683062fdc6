"""Answers about the strategy and its progress, as frozen values that a page, the API or a file can show."""
