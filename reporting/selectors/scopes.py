"""The money behind the ratings, scope by scope, with the name and the list of each member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from aims.models import Aim, Place
from reporting.choices import Scope
from reporting.selectors.behind import Behind


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One aim or place with its money; `url` is its page."""

    name: str
    url: str
    behind: Behind


def behind_rows(scope: Scope, found: Mapping[str, Behind]) -> Sequence[BehindRow]:
    """The members of a scope in their order, those without money too; one query."""
    if not found:
        return []
    if scope == Scope.AIM:
        aims = Aim.objects.filter(strategy__is_in_force=True).order_by("order")
        return [BehindRow(str(aim), aim.get_absolute_url(), found.get(aim.number, Behind())) for aim in aims]
    url = reverse("place", args=["SLUG"])
    return [
        BehindRow(place.name, url.replace("SLUG", place.slug), found.get(place.slug, Behind()))
        for place in Place.objects.all()
    ]
