"""Handing promised dates to a successor: a move never resets a date or forgets how often it moved."""

from __future__ import annotations

from aims.models import DateChangeRequest, KeyActivity, Milestone


def carry_promises(former: KeyActivity, successor: KeyActivity) -> None:
    """Copy baselines, standing milestones and agreed revisions, in the caller's transaction."""
    successor.baseline_start, successor.baseline_end = former.baseline_start, former.baseline_end
    successor.save(update_fields=["baseline_start", "baseline_end"])
    milestones = {row.pk: _copied(row, successor) for row in former.milestones.standing().order_by("position")}
    agreed = DateChangeRequest.objects.agreed().filter(activity=former).order_by("decided_at", "pk")
    for revision in agreed:
        if revision.milestone_id is None or revision.milestone_id in milestones:
            milestone = milestones[revision.milestone_id] if revision.milestone_id else None
            _copied_revision(revision, successor, milestone)


def _copied(milestone: Milestone, successor: KeyActivity) -> Milestone:
    return Milestone.objects.create(
        activity=successor,
        position=milestone.position,
        title=milestone.title,
        baseline_date=milestone.baseline_date,
        completed_on=milestone.completed_on,
        evidence=milestone.evidence,
    )


def _copied_revision(revision: DateChangeRequest, successor: KeyActivity, milestone: Milestone | None) -> None:
    DateChangeRequest.objects.create(
        activity=successor,
        field=revision.field,
        milestone=milestone,
        previous_date=revision.previous_date,
        proposed_date=revision.proposed_date,
        reason=revision.reason,
        effect=revision.effect,
        decision=revision.decision,
        requested_by=revision.requested_by,
        requested_at=revision.requested_at,
        decided_by=revision.decided_by,
        decided_at=revision.decided_at,
        decision_note=revision.decision_note,
    )
