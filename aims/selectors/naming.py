"""Agreed values in words: what a change keeps by slug or code, as pages print it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation, Owner
from aims.choices import EventKind, Kind, Role
from aims.models import Place
from aims.rules.differences import Pieces, differences
from aims.selectors.terms import LABELS

NONE = "none"
PROPOSED = {True: "proposed", False: "confirmed"}
STRATEGY_EVENTS = (
    EventKind.OBJECTIVE_ADDED,
    EventKind.OBJECTIVE_CHANGED,
    EventKind.OBJECTIVE_RETIRED,
    EventKind.ACTIVITY_ADDED,
    EventKind.ACTIVITY_CHANGED,
    EventKind.ACTIVITY_RETIRED,
    EventKind.CHANGE_PLANNED,
    EventKind.CHANGE_WITHDRAWN,
)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of posts, places and bodies by their slugs."""

    posts: Mapping[str, str]
    places: Mapping[str, str]
    bodies: Mapping[str, str]

    def of(self, field: str, value: Any) -> str:
        """A field's value in words."""
        if field in ("places", "contributors"):
            known = self.places if field == "places" else self.bodies
            return ", ".join(known.get(slug, slug) for slug in value) or NONE
        if field == "owner":
            return self.posts.get(value, value)
        return _label(field, value)


def _label(field: str, value: Any) -> str:
    if field == "role":
        return str(Role(value).label)
    if field == "kind":
        return str(Kind(value).label)
    return PROPOSED[bool(value)] if field == "is_proposed" else str(value)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a change, the changed words of both sides marked."""

    field: str
    label: str
    before: Pieces
    after: Pieces

    @property
    def sentence(self) -> str:
        """Both sides in one line, for a history."""
        old, new = ("".join(piece.text for piece in side) for side in (self.before, self.after))
        return f"{self.label}: “{old}” is now “{new}”"


def names_for(terms: Iterable[Mapping[str, Any]]) -> Names:
    """The names that these values need; at most three queries, none where nothing is kept by slug."""
    posts: set[str] = set()
    places: set[str] = set()
    bodies: set[str] = set()
    for values in terms:
        posts |= {values["owner"]} if "owner" in values else set()
        places |= set(values.get("places", ()))
        bodies |= set(values.get("contributors", ()))
    return Names(
        {row.slug: str(row) for row in Owner.objects.filter(slug__in=posts).select_related("organisation")},
        dict(Place.objects.filter(slug__in=places).values_list("slug", "name")),
        dict(Organisation.objects.filter(slug__in=bodies).values_list("slug", "name")),
    )


def differences_of(before: Mapping[str, Any], after: Mapping[str, Any], names: Names) -> list[Difference]:
    """What changed from one set of values to another, in the order of the form."""
    return [
        Difference(name, label, *differences(names.of(name, before[name]), names.of(name, after[name])))
        for name, label in LABELS.items()
        if name in before and name in after
    ]
