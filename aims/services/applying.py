"""Changes of the strategy taking effect: the rows come to hold what the review under way tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

from accounts.models import Organisation, Owner, User
from aims.choices import Audience, ChangeKind, EventKind, Stage
from aims.models import KeyActivity, Objective, Place, ProgressUpdate, StrategyChange
from aims.selectors.terms import Subject, reviews_to_tell
from aims.services.events import Subject as About
from aims.services.events import record
from aims.services.promises import carry_promises

EVENTS = {
    (Objective, ChangeKind.ADDED): EventKind.OBJECTIVE_ADDED,
    (Objective, ChangeKind.CHANGED): EventKind.OBJECTIVE_CHANGED,
    (Objective, ChangeKind.RETIRED): EventKind.OBJECTIVE_RETIRED,
    (KeyActivity, ChangeKind.ADDED): EventKind.ACTIVITY_ADDED,
    (KeyActivity, ChangeKind.CHANGED): EventKind.ACTIVITY_CHANGED,
    (KeyActivity, ChangeKind.RETIRED): EventKind.ACTIVITY_RETIRED,
}
COPIED_TO_UPDATES = ("role", "kind")
Part = TypeVar("Part", bound=Subject)


def apply_planned(*, strategy_id: int, now: datetime) -> int:
    """Apply what was planned up to the review that is now under way, oldest first; returns how many.

    Call it in the transaction that closes or opens a review, once the review's state is written.
    """
    reviews = reviews_to_tell(strategy_id)
    if not reviews:
        return 0
    due = StrategyChange.objects.planned().filter(
        effective__strategy=strategy_id, effective__starts__lte=reviews[0].starts
    )
    rows = due.select_for_update(of=("self",)).select_related("effective", "by", "objective", "activity")
    changes = list(rows.order_by("effective__starts", "pk"))
    for change in changes:
        apply_change(change, now)
    return len(changes)


def apply_change(change: StrategyChange, now: datetime) -> None:
    """Let the row take the change, and say so in the history."""
    subject = locked(subject_of(change))
    if change.kind == ChangeKind.ADDED:
        _join(subject)
    elif change.kind == ChangeKind.RETIRED:
        subject.retired_on = change.effective.starts
        subject.save(update_fields=["retired_on"])
    else:
        write_terms(subject, change.after)
        _give_back_what_was_sent(subject, change, now)
    change.applied_at = now
    change.save(update_fields=["applied_at"])
    record_change(EVENTS[type(subject), ChangeKind(change.kind)], change, change.by, now, Audience.PUBLIC)


def subject_of(change: StrategyChange) -> Subject:
    """The objective or activity that a change speaks of."""
    return cast("Subject", change.activity or change.objective)  # one of the two: the database keeps it so


def locked(subject: Part) -> Part:
    """The row under lock, as it stands now."""
    rows: Any = type(subject)._default_manager.select_for_update()
    found: Part = rows.get(pk=subject.pk)
    return found


def _join(subject: Subject) -> None:
    """What was added stands from its day on; what it succeeds hands over its dates, moves included."""
    subject.retired_on = None
    subject.save(update_fields=["retired_on"])
    if isinstance(subject, KeyActivity) and subject.supersedes:
        carry_promises(subject.supersedes, subject)


def write_terms(subject: Subject, terms: Mapping[str, Any]) -> None:
    """Put agreed values on the row, posts, places and bodies by their slugs."""
    columns = {name: value for name, value in terms.items() if name not in ("owner", "places", "contributors")}
    if "owner" in terms:
        columns["owner"] = Owner.objects.get(slug=terms["owner"])
    for name, value in columns.items():
        setattr(subject, name, value)
    if columns:
        subject.save(update_fields=list(columns))
    if isinstance(subject, KeyActivity):
        _write_lists(subject, terms)


def _write_lists(activity: KeyActivity, terms: Mapping[str, Any]) -> None:
    if "places" in terms:
        activity.places.set(Place.objects.filter(slug__in=terms["places"]))
    if "contributors" in terms:
        activity.contributors.set(Organisation.objects.filter(slug__in=terms["contributors"]))


def _give_back_what_was_sent(subject: Subject, change: StrategyChange, now: datetime) -> None:
    """An update sent under another role or kind goes back to its owner: the approver would sign off the wrong question.

    A draft needs nothing: it takes role and kind anew each time that it is saved.
    """
    if not set(COPIED_TO_UPDATES) & change.after.keys():
        return
    note = f"Its role or kind changed with {change.effective.label}: look at it again and send it anew"
    for update in ProgressUpdate.objects.filter(activity=subject.pk, stage=Stage.SUBMITTED):
        update.stage, update.return_note, update.returned_by = Stage.DRAFT, note, None
        update.version += 1
        update.save()
        record(
            EventKind.UPDATE_RETURNED,
            now=now,
            by=None,
            audience=Audience.PARTIES,
            activity=update.activity,
            period=update.period,
            update=update,
            after={"note": note},
        )


def record_change(kind: EventKind, change: StrategyChange, by: User, now: datetime, audience: Audience) -> None:
    """Write what became of a change into the history of its objective or activity."""
    about: About = {"period": change.effective}
    if change.activity:
        about["activity"] = change.activity
    if change.objective:
        about["objective"] = change.objective
    after = {**change.after, "reason": change.reason, "effective": change.effective.slug}
    record(kind, now=now, by=by, audience=audience, before=change.before, after=after, **about)
