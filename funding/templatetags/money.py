"""Sums in templates: £m to one decimal, or to the penny; what is not known is a dash."""

from __future__ import annotations

from decimal import Decimal

from django import template

from funding.rules import in_millions

register = template.Library()
NOT_KNOWN = "–"


@register.filter
def millions(pounds: Decimal | None) -> str:
    """ "26.0" for £26,000,000; the unit stands in the header."""
    return NOT_KNOWN if pounds is None else in_millions(pounds)


@register.filter
def pence(pounds: Decimal | None) -> str:
    """ "£26,000,000.00"."""
    return NOT_KNOWN if pounds is None else f"£{pounds:,.2f}"
