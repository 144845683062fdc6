"""What can be told beside parts of the strategy, as the period or day that is asked for told it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from rest_framework.request import Request

from accounts.api.includes import Include, children, only_child
from accounts.models import Owner
from aims.api import seen
from aims.api.beside import OF_ACTIVITY, OF_AIM, OF_OBJECTIVE
from aims.api.serializers import ActivitySerializer, ObjectiveSerializer, UpdateSerializer
from aims.querysets import KeyActivityQuerySet, ObjectiveQuerySet, ProgressUpdateQuerySet
from reporting.api.words import dress
from reporting.choices import LineKind
from reporting.selectors.sources import Source
from reporting.selectors.sources.told import PARTS


def source_of(request: Request) -> Source | None:
    """What the period or day of a request is told from; None where it names neither."""
    found: Source | None = request.parser_context["view"].source
    return found


def told_then(include: Include) -> Include:
    """The same, in the words of the period or day."""

    def read(rows: Sequence[Any], request: Request) -> Mapping[int, Any]:
        found, source = include.read(rows, request), source_of(request)
        if source:
            _dress([one for told in found.values() for one in (told if include.many else (told,))], source)
        return found

    return replace(include, read=read)


def _dress(rows: Iterable[Any], source: Source) -> None:
    for model, kind in PARTS.items():
        parts = [row for row in rows if isinstance(row, model)]
        if parts:
            dress(parts, source.terms(kind))
    posts = [row for row in rows if isinstance(row, Owner)]
    titles = source.terms(LineKind.ACTIVITY).posts if posts else {}
    for post in posts:
        post.title = titles.get(post.slug, post.title)


def objectives(request: Request) -> ObjectiveQuerySet:
    """Those that stand, or stood then, in order."""
    source = source_of(request)
    rows = source.standing(seen.objectives(request).order_by("order")) if source else seen.standing_objectives(request)
    return cast(ObjectiveQuerySet, rows)


def activities(request: Request) -> KeyActivityQuerySet:
    """Those that stand, or stood then, in order."""
    source = source_of(request)
    rows = source.standing(seen.activities(request).order_by("order")) if source else seen.standing_activities(request)
    return cast(KeyActivityQuerySet, rows)


def latest_updates(request: Request) -> ProgressUpdateQuerySet:
    """The approved update of each activity that counts now, or counted then, of those that the asker reads."""
    source = source_of(request)
    if source is None:
        return seen.latest_updates(request)
    rows = seen.updates(request).approved().filter(period__starts__lte=source.period.starts)
    known = rows.filter(approved_at__lte=source.told_until) if source.told_until else rows
    return known.last_of_each_activity()


THEN_OF_AIM: Final = {
    **OF_AIM,
    "objectives": told_then(children("aim", objectives, ObjectiveSerializer, "The objectives that serve it.")),
}
THEN_OF_OBJECTIVE: Final = {
    **OF_OBJECTIVE,
    "aim": told_then(OF_OBJECTIVE["aim"]),
    "activities": told_then(
        children("objective", activities, ActivitySerializer, "The key activities that deliver it.")
    ),
}
THEN_OF_ACTIVITY: Final = {
    **OF_ACTIVITY,
    "aim": told_then(OF_ACTIVITY["aim"]),
    "objective": told_then(OF_ACTIVITY["objective"]),
    "owner": told_then(OF_ACTIVITY["owner"]),
    "latest_update": only_child(
        "activity", latest_updates, UpdateSerializer, "The last approved update that you may read."
    ),
}
