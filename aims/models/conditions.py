"""Conditions that check constraints share; each says yes or no of every row, also where a column is NULL."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q


def filled(*fields: str) -> Q:
    """Every one of these text fields says something; blanks say nothing."""
    return Q(**{f"{field}__regex": r"\S" for field in fields})


def known(field: str, values: Iterable[str]) -> Q:
    """The field is empty or holds one of its choices."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__in": list(values)})
