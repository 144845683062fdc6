"""Keeping the money in the browser, one subject a file."""
