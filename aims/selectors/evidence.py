"""The files with an activity, as lists on pages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone

from accounts.querysets import Asker
from aims.models import EvidenceFile, KeyActivity
from aims.querysets import EvidenceFileQuerySet
from aims.rules.wording import long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file; `withdrawn` says who took it away and when, and is empty while it can be opened."""

    pk: int
    name: str
    kind: str
    size: str
    shows: str
    added_by: str
    added_at: datetime
    withdrawn: str

    @property
    def url(self) -> str:
        """Where it opens."""
        return reverse("evidence-file", args=[self.pk])


def files_of(activity: KeyActivity, user: Asker, on: date) -> Sequence[FileLine]:
    """The activity's files that a person may know of, the latest first, withdrawn ones too; one query."""
    rows = EvidenceFile.objects.known_to(user, on).filter(activity=activity)
    return [_line(row) for row in _told(rows).order_by("-added_at", "-pk")]


def files_by_update(updates: Collection[int], user: Asker, on: date) -> dict[int, list[FileLine]]:
    """The files that stand with each of these updates and that the person may open; one query."""
    rows = EvidenceFile.objects.visible_to(user, on).filter(update__in=updates)
    found: dict[int, list[FileLine]] = {}
    for row in _told(rows).order_by("added_at", "pk"):
        found.setdefault(row.update_id or 0, []).append(_line(row))
    return found


def _told(rows: EvidenceFileQuerySet) -> EvidenceFileQuerySet:
    return rows.select_related("update__period", "milestone", "added_by", "withdrawn_by")


def _line(row: EvidenceFile) -> FileLine:
    return FileLine(
        pk=row.pk,
        name=row.name,
        kind=row.name.rpartition(".")[2].upper(),
        size=filesizeformat(row.size),
        shows=_shows(row),
        added_by=str(row.added_by),
        added_at=row.added_at,
        withdrawn=_withdrawn(row),
    )


def _withdrawn(row: EvidenceFile) -> str:
    if row.withdrawn_at is None:
        return ""
    return f"withdrawn by {row.withdrawn_by} on {long_date(timezone.localdate(row.withdrawn_at))}"


def _shows(row: EvidenceFile) -> str:
    if row.milestone:
        return f"Milestone: {row.milestone.title}"
    return f"Update for {row.update.period.label}" if row.update else "The activity"
