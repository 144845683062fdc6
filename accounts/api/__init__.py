"""Organisations and posts as the API tells them."""
