"""Funding as the API tells it."""
