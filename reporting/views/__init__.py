"""Interfaces of the reports: the reading pages, and the closing of a round, one subject a file."""
