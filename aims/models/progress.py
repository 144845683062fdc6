"""What an owner says about an activity in a period, and who signed it off."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse

from accounts.guards import no_delete, refuse, refuse_when
from accounts.models import ApiKey
from aims.choices import Cause, Kind, Rag, Role, Stage, State
from aims.models.conditions import filled, known
from aims.models.editors import UpdateEditor
from aims.models.periods import ReviewPeriod
from aims.models.strategy import KeyActivity
from aims.querysets import ProgressUpdateQuerySet

SCHEDULE_12A_PARAGRAPHS = [(number, f"Paragraph {number}") for number in range(1, 8)]

DRAFT = Q(stage=Stage.DRAFT)
SENT = ~DRAFT
RATED = Q(state=State.IN_PROGRESS, state__isnull=False, role__in=[Role.DELIVER, Role.ENABLE])
BETTER_THAN_SUGGESTED = Q(rag=Rag.GREEN, suggested_rag__in=[Rag.AMBER, Rag.RED]) | Q(
    rag=Rag.AMBER, suggested_rag=Rag.RED
)


def when_sent(premise: Q, conclusion: Q) -> Q:
    """What must hold once an update has been sent; a draft may still lack it."""
    return DRAFT | ~premise | conclusion


KEEPS_THE_ROUND = "".join(
    [
        "SELECT * INTO round FROM aims_reviewperiod WHERE id = NEW.period_id;",
        refuse_when("closed_round_takes_nothing", "the period is closed", "round.state = 'closed'"),
        refuse_when(
            "reopened_for_others",
            "the period was opened again for other activities",
            "EXISTS (SELECT 1 FROM aims_reopening r WHERE r.period_id = NEW.period_id) AND NOT EXISTS ("
            "SELECT 1 FROM aims_reopenedactivity x WHERE x.activity_id = NEW.activity_id AND x.reopening_id ="
            " (SELECT max(r.id) FROM aims_reopening r WHERE r.period_id = NEW.period_id))",
        ),
        refuse_when("as_at_within_period", "as_at is after the last day of the period", "NEW.as_at > round.ends"),
        """
        SELECT max(e.until) INTO deadline
        FROM aims_extension e JOIN aims_keyactivity a ON a.owner_id = e.owner_id
        WHERE e.period_id = NEW.period_id AND a.id = NEW.activity_id;
        deadline := greatest(deadline, round.submission_closes);
        """,
        refuse_when(
            "late_goes_to_the_next_period",
            "submitted after the deadline of the period",
            "NEW.stage <> 'draft' AND (NEW.submitted_at AT TIME ZONE 'Europe/London')::date > deadline"
            " AND (TG_OP = 'INSERT' OR OLD.stage = 'draft'"
            " OR (OLD.period_id, OLD.activity_id, OLD.submitted_at)"
            " IS DISTINCT FROM (NEW.period_id, NEW.activity_id, NEW.submitted_at))",
        ),
        refuse_when(
            "editor_never_approves",
            "who edited an update may not approve it",
            "NEW.stage = 'approved' AND EXISTS (SELECT 1 FROM aims_progressupdate_editors x"
            " WHERE x.progressupdate_id = NEW.id AND x.user_id = NEW.approved_by_id)",
        ),
        "RETURN NEW;",
    ]
)


class ProgressUpdate(models.Model):
    """One report on one activity for one period. Approved, it never changes again.

    `role` and `kind` are copied from the activity when it is written, so that what was rated stays explained after
    the activity changes. `author` is whoever saved first, then whoever submitted; `editors` is everyone who touched
    it, and none of them may approve it. `version` counts saves, to tell a stale form; `saved_from` names the last save
    of a card that saves by itself, so that an answer lost on the way is no conflict with somebody else.
    """

    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="updates")
    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="updates")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    version = models.PositiveIntegerField(default=1)
    saved_from = models.CharField(max_length=36, blank=True, editable=False)
    as_at = models.DateField()
    role = models.CharField(max_length=10, choices=Role)
    kind = models.CharField(max_length=10, choices=Kind)

    state = models.CharField(max_length=12, choices=State, null=True, blank=True)
    rag = models.CharField(max_length=6, choices=Rag, null=True, blank=True)
    forecast_rag = models.CharField(max_length=6, choices=Rag, null=True, blank=True)
    rag_scale = models.CharField(max_length=20, default="RAG", editable=False)
    suggested_rag = models.CharField(max_length=6, choices=Rag, null=True, blank=True)
    suggestion_reason = models.TextField(blank=True)

    narrative = models.TextField(blank=True)
    exempt_narrative = models.TextField(blank=True)
    exempt_paragraph = models.PositiveSmallIntegerField(choices=SCHEDULE_12A_PARAGRAPHS, null=True, blank=True)
    cause = models.CharField(max_length=12, choices=Cause, null=True, blank=True)
    cause_detail = models.CharField(max_length=200, blank=True)
    impact = models.TextField(blank=True)
    action = models.TextField(blank=True)
    action_owner = models.CharField(max_length=160, blank=True)
    action_by = models.DateField(null=True, blank=True)
    return_to_green = models.DateField(null=True, blank=True)
    ask = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    override_reason = models.TextField(blank=True)
    decision_by = models.CharField(max_length=160, blank=True)
    decision_on = models.DateField(null=True, blank=True)
    decision_reference = models.CharField(max_length=80, blank=True)
    deferred_until = models.DateField(null=True, blank=True)
    start_reason = models.TextField(blank=True)
    forecast_end = models.DateField(null=True, blank=True)
    is_no_change = models.BooleanField(default=False)

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="updates")
    via = models.ForeignKey(
        ApiKey,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        help_text="The key through which it was last written; empty where a person wrote it in the browser.",
    )
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="edited_updates", through=UpdateEditor)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    return_note = models.TextField(blank=True)
    return_notes = models.JSONField(default=dict, blank=True, help_text="What has to change, by field name.")
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = ProgressUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-as_at", "-submitted_at"]
        indexes = [
            models.Index(
                name="update_that_counts",
                fields=["period", "activity", "-as_at", "-submitted_at", "-id"],
                include=["state", "rag", "forecast_rag", "role"],
                condition=Q(stage=Stage.APPROVED),
            ),
            models.Index(
                name="update_last_approved",
                fields=["activity", "-as_at", "-submitted_at", "-id"],
                include=["period", "state", "rag", "forecast_rag", "deferred_until"],
                condition=Q(stage=Stage.APPROVED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_open_update",
                fields=["activity", "period"],
                condition=Q(stage__in=[Stage.DRAFT, Stage.SUBMITTED]),
                violation_error_message="This activity already has an open update in this period.",
            ),
            models.CheckConstraint(name="update_role_known", condition=known("role", Role.values)),
            models.CheckConstraint(name="update_kind_known", condition=known("kind", Kind.values)),
            models.CheckConstraint(name="update_state_known", condition=known("state", State.values)),
            models.CheckConstraint(name="update_rag_known", condition=known("rag", Rag.values)),
            models.CheckConstraint(name="update_forecast_known", condition=known("forecast_rag", Rag.values)),
            models.CheckConstraint(name="update_suggestion_known", condition=known("suggested_rag", Rag.values)),
            models.CheckConstraint(name="update_cause_known", condition=known("cause", Cause.values)),
            models.CheckConstraint(
                name="rag_only_in_progress",
                condition=Q(rag__isnull=True, forecast_rag__isnull=True) | RATED,
            ),
            models.CheckConstraint(name="sent_has_a_state", condition=DRAFT | Q(state__isnull=False)),
            models.CheckConstraint(
                name="rated_has_a_rag",
                condition=when_sent(RATED, Q(rag__isnull=False, forecast_rag__isnull=False)),
            ),
            models.CheckConstraint(name="sent_has_a_narrative", condition=DRAFT | filled("narrative")),
            models.CheckConstraint(
                name="behind_has_reasons",
                condition=when_sent(
                    Q(rag__in=[Rag.AMBER, Rag.RED], rag__isnull=False),
                    filled("impact", "action", "action_owner")
                    & Q(
                        cause__isnull=False,
                        action_by__isnull=False,
                        return_to_green__isnull=False,
                    ),
                ),
            ),
            models.CheckConstraint(
                name="other_cause_is_named",
                condition=when_sent(Q(cause=Cause.OTHER, cause__isnull=False), filled("cause_detail")),
            ),
            models.CheckConstraint(
                name="complete_has_evidence",
                condition=when_sent(Q(state=State.COMPLETE), filled("evidence")),
            ),
            models.CheckConstraint(
                name="better_than_suggested_is_explained",
                condition=when_sent(
                    Q(rag__isnull=False, suggested_rag__isnull=False) & BETTER_THAN_SUGGESTED,
                    filled("override_reason", "evidence"),
                ),
            ),
            models.CheckConstraint(
                name="decision_is_named",
                condition=when_sent(
                    Q(state__in=[State.DEFERRED, State.CANCELLED]),
                    filled("decision_by", "decision_reference") & Q(decision_on__isnull=False),
                ),
            ),
            models.CheckConstraint(
                name="deferred_until_a_day",
                condition=when_sent(Q(state=State.DEFERRED), Q(deferred_until__isnull=False)),
            ),
            models.CheckConstraint(
                name="continuing_never_complete",
                condition=~Q(kind=Kind.CONTINUING, state=State.COMPLETE),
            ),
            models.CheckConstraint(
                name="exempt_names_its_paragraph",
                condition=Q(exempt_narrative=Value(""), exempt_paragraph__isnull=True)
                | (filled("exempt_narrative") & Q(exempt_paragraph__range=(1, 7), exempt_paragraph__isnull=False)),
            ),
            models.CheckConstraint(
                name="author_is_not_approver",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("author")),
            ),
            models.CheckConstraint(
                name="stage_has_its_times",
                condition=Q(
                    stage=Stage.DRAFT,
                    approved_at__isnull=True,
                    approved_by__isnull=True,
                )
                | Q(
                    stage=Stage.SUBMITTED,
                    submitted_at__isnull=False,
                    approved_at__isnull=True,
                    approved_by__isnull=True,
                )
                | Q(
                    stage=Stage.APPROVED,
                    submitted_at__isnull=False,
                    approved_at__isnull=False,
                    approved_by__isnull=False,
                ),
            ),
        ]
        triggers = [
            refuse(
                "approved_never_changes",
                "the update is approved",
                pgtrigger.Update,
                pgtrigger.Q(old__stage=Stage.APPROVED),
            ),
            *no_delete("update"),
            pgtrigger.Trigger(
                name="update_keeps_the_round",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("round", "aims_reviewperiod%ROWTYPE"), ("deadline", "date")],
                func=KEEPS_THE_ROUND,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity.number}, {self.period.label}, {self.get_stage_display()}"

    def get_absolute_url(self) -> str:
        return f"{reverse('activity', args=[self.activity.number])}#update-{self.pk}"

    @property
    def written_by(self) -> str:
        """Who is named for it: whoever saved it last, or the body whose program did."""
        return self.via.signature if self.via else str(self.author)
