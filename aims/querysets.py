"""Questions about the strategy and its progress, named for what they answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, Func, Q, When
from django.db.models.functions import Coalesce

from accounts.choices import UserRole
from accounts.models import Owner
from accounts.querysets import Asker, OwnerQuerySet
from aims.choices import Audience, DateField, Decision, PeriodState, Rag, Stage

if TYPE_CHECKING:
    from aims.models.actions import BoardAction
    from aims.models.changes import StrategyChange
    from aims.models.dates import DateChangeRequest, Milestone
    from aims.models.events import Event
    from aims.models.evidence import EvidenceFile
    from aims.models.notices import Mail
    from aims.models.periods import ReviewPeriod
    from aims.models.progress import ProgressUpdate
    from aims.models.strategy import Aim, KeyActivity, Objective, Strategy
    from aims.models.workbooks import Workbook

STAFF = (
    UserRole.OWNER,
    UserRole.APPROVER,
    UserRole.OFFICE,
    UserRole.FINANCE,
    UserRole.BOARD,
    UserRole.ADMINISTRATOR,
)

READS_ALL_EXEMPT = (UserRole.OFFICE, UserRole.BOARD, UserRole.ADMINISTRATOR)


def sees_live(user: Asker) -> bool:
    """Whether a person sees the round as it stands, not only what was published."""
    return user.is_authenticated and user.role in STAFF


def posts_of(user: Asker, on: date) -> OwnerQuerySet:
    """The posts whose activities concern a person on a day; signed out, none.

    Those that they hold or sign off for, whatever their role; of a partner all of their own organisation. Of a
    program that asks in somebody's name those of the organisation that its key was made for, and no other.
    """
    if user.is_authenticated and user.acts_through:
        return Owner.objects.filter(organisation=user.acts_through.organisation_id)
    own = Owner.objects.held_by(user, on) | Owner.objects.approved_by(user, on)
    if user.is_authenticated and user.role == UserRole.PARTNER and user.organisation_id:
        own |= Owner.objects.filter(organisation=user.organisation_id)
    return own


class StrategyQuerySet(models.QuerySet["Strategy"]):
    def in_force(self) -> StrategyQuerySet:
        """The strategy that addresses serve: one row, or none before the initial load."""
        return self.filter(is_in_force=True)


def _standing(on: date) -> Q:
    return (Q(added_on__isnull=True) | Q(added_on__lte=on)) & (Q(retired_on__isnull=True) | Q(retired_on__gt=on))


# What stands on no day is not part of the strategy: planned for a later review, or withdrawn before it was told.
EVER_STANDING = Q(added_on__isnull=True) | Q(retired_on__isnull=True) | Q(retired_on__gt=F("added_on"))


class AimQuerySet(models.QuerySet["Aim"]):
    def visible_to(self, user: Asker) -> AimQuerySet:
        """The strategy's wording is open to anyone."""
        return self.filter(strategy__is_in_force=True)

    def standing(self, on: date) -> AimQuerySet:
        """Those in force on a day: added by then and not yet retired."""
        return self.filter(_standing(on))


class ObjectiveQuerySet(models.QuerySet["Objective"]):
    def visible_to(self, user: Asker) -> ObjectiveQuerySet:
        """The strategy's wording is open to anyone, what was retired included; what never stood is not part of it."""
        return self.filter(EVER_STANDING, strategy__is_in_force=True)

    def standing(self, on: date) -> ObjectiveQuerySet:
        """Those in force on a day: added by then and not yet retired."""
        return self.filter(_standing(on))


class KeyActivityQuerySet(models.QuerySet["KeyActivity"]):
    def visible_to(self, user: Asker) -> KeyActivityQuerySet:
        """The strategy's wording is open to anyone, what was retired included; what never stood is not part of it."""
        return self.filter(EVER_STANDING, strategy__is_in_force=True)

    def standing(self, on: date) -> KeyActivityQuerySet:
        """Those in force on a day: added by then and not yet retired."""
        return self.filter(_standing(on))

    def asked_in(self, period: ReviewPeriod) -> KeyActivityQuerySet:
        """Those that a round takes updates for: all, or the ones that it was opened again for."""
        latest = period.reopenings.order_by("-pk").values("pk")[:1]
        named = self.model._default_manager.filter(reopened__reopening=latest).values("pk")
        return self.filter(~Exists(period.reopenings.all()) | Q(pk__in=named))

    def answered_by(self, user: Asker, on: date) -> KeyActivityQuerySet:
        """Those whose owner post the person holds on a day."""
        return self.filter(owner__in=Owner.objects.held_by(user, on))

    def approved_by(self, user: Asker, on: date) -> KeyActivityQuerySet:
        """Those whose updates the person signs off on a day."""
        return self.filter(owner__in=Owner.objects.approved_by(user, on))

    def with_agreed_dates(self) -> KeyActivityQuerySet:
        """Adds `agreed_start` and `agreed_end`: the last agreed dates, else the baselines."""
        return self.annotate(
            agreed_starts=_revisions(date_changes__field=DateField.START),
            agreed_ends=_revisions(date_changes__field=DateField.END),
            agreed_start=Coalesce(F("agreed_starts__0"), F("baseline_start")),
            agreed_end=Coalesce(F("agreed_ends__0"), F("baseline_end")),
        )


def _revisions(**narrowed: str) -> ArrayAgg:
    """The agreed dates of a row's date changes, the latest first; NULL where there is none."""
    agreed = Q(date_changes__decision=Decision.AGREED, **narrowed)
    return ArrayAgg(
        "date_changes__proposed_date",
        filter=agreed,
        order_by=F("date_changes__decided_at").desc(),
    )


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: Asker, on: date) -> MilestoneQuerySet:
        """Milestones belong to the live position: staff, the Board and the post's own people."""
        return self if sees_live(user) else self.filter(activity__owner__in=posts_of(user, on))

    def standing(self) -> MilestoneQuerySet:
        """Those not retired."""
        return self.filter(retired_on__isnull=True)

    def with_agreed_date(self) -> MilestoneQuerySet:
        """Adds `agreed_date` (the last agreed, else the baseline) and `moves`, the number of agreed moves."""
        return self.annotate(
            revisions=_revisions(),
            agreed_date=Coalesce(F("revisions__0"), F("baseline_date")),
            moves=Coalesce(F("revisions__len"), 0),
        )

    def with_standing(self, on: date) -> MilestoneQuerySet:
        """Adds to the agreed date whether it was reached, `is_complete`, or is late on a day, `is_overdue`."""
        late = Q(agreed_date__lt=on, completed_on__isnull=True, retired_on__isnull=True)
        return self.with_agreed_date().annotate(
            is_complete=Q(completed_on__isnull=False),
            is_overdue=Case(When(late, then=True), default=False),
        )

    def with_place(self) -> MilestoneQuerySet:
        """Adds `place`, its reference as integers: 1.1.10/2 comes after 1.1.2/10, and none has another's."""
        integers = ArrayField(models.IntegerField())
        return self.annotate(
            place=Func(F("activity__order"), F("position"), function="array_append", output_field=integers)
        )

    def of_strategy_in_force(self) -> MilestoneQuerySet:
        """Those on activities of the strategy that addresses serve."""
        return self.filter(activity__strategy__is_in_force=True)

    def overdue(self, on: date) -> MilestoneQuerySet:
        """Those whose last agreed date has passed without a result; a date is overdue from the day after it."""
        return self.standing().with_agreed_date().filter(Q(agreed_date__lt=on), completed_on__isnull=True)


class DateChangeRequestQuerySet(models.QuerySet["DateChangeRequest"]):
    def visible_to(self, user: Asker, on: date) -> DateChangeRequestQuerySet:
        """As milestones, requests belong to the live position: staff, the Board and the post's own people."""
        return self if sees_live(user) else self.filter(activity__owner__in=posts_of(user, on))

    def of_strategy_in_force(self) -> DateChangeRequestQuerySet:
        """Those on activities of the strategy that addresses serve."""
        return self.filter(activity__strategy__is_in_force=True)

    def waiting(self) -> DateChangeRequestQuerySet:
        """Those that nobody has decided."""
        return self.filter(decision=Decision.REQUESTED)

    def agreed(self) -> DateChangeRequestQuerySet:
        """The revisions: requests that were agreed."""
        return self.filter(decision=Decision.AGREED)


class ReviewPeriodQuerySet(models.QuerySet["ReviewPeriod"]):
    def visible_to(self, user: Asker) -> ReviewPeriodQuerySet:
        """Signed out and for partners the published ones; staff and the Board also what is closed or under way."""
        shown = self.filter(strategy__is_in_force=True)
        if sees_live(user):
            return shown.exclude(state=PeriodState.SCHEDULED)
        return shown.filter(published_at__isnull=False)

    def taking_submissions(self) -> ReviewPeriodQuerySet:
        """The open one: at most one row a strategy."""
        return self.filter(state=PeriodState.OPEN)


class ProgressUpdateQuerySet(models.QuerySet["ProgressUpdate"]):
    def visible_to(self, user: Asker, on: date) -> ProgressUpdateQuerySet:
        """Approved ones to staff and the Board, else those of published reviews; open ones to their parties."""
        if user.is_authenticated and user.keeps_the_round:
            return self
        approved = Q(stage=Stage.APPROVED)
        if not sees_live(user):
            approved &= Q(period__published_at__isnull=False)
        return self.filter(approved | Q(activity__owner__in=posts_of(user, on)))

    def approved(self) -> ProgressUpdateQuerySet:
        """Those signed off."""
        return self.filter(stage=Stage.APPROVED)

    def open(self) -> ProgressUpdateQuerySet:
        """Drafts and those waiting for sign-off."""
        return self.exclude(stage=Stage.APPROVED)

    def since_reopening(self) -> ProgressUpdateQuerySet:
        """Without those signed off before their round was opened again: they count on, but a new one is asked for."""
        return self.exclude(period__reopenings__at__gt=F("approved_at"))

    def of_strategy_in_force(self) -> ProgressUpdateQuerySet:
        """Those on activities of the strategy that addresses serve."""
        return self.filter(activity__strategy__is_in_force=True)

    def with_restricted_text(self, user: Asker, on: date) -> ProgressUpdateQuerySet:
        """Adds `readable_exempt_narrative`, `readable_exempt_paragraph` and `readable_evidence`.

        Each is NULL where there is nothing, or where the person may not read it: exempt text is for the Board, the
        office and the activity's own posts; evidence for whoever sees the round live, and of what is not signed off
        yet for its own organisation. A partner never reads exempt text here, also where they hold the post: what they
        wrote themselves they find on its pages. No program reads it in anybody's name.
        """
        exempt = _reads_exempt(user, on) & ~Q(exempt_narrative="")
        live = ~Q(evidence="")
        if not sees_live(user):
            live &= ~Q(stage=Stage.APPROVED) & Q(activity__owner__in=posts_of(user, on))
        return self.annotate(
            readable_exempt_narrative=Case(When(exempt, then=F("exempt_narrative"))),
            readable_exempt_paragraph=Case(When(exempt, then=F("exempt_paragraph"))),
            readable_evidence=Case(When(live, then=F("evidence"))),
        )

    def last_of_each_activity(self) -> ProgressUpdateQuerySet:
        """One row an activity, the one that counts of these: by `as_at`, then by when it was sent."""
        return self.order_by("activity_id", "-as_at", "-submitted_at", "-pk").distinct("activity_id")


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    def known_to(self, user: Asker, on: date) -> EvidenceFileQuerySet:
        """To the Board and the office all, to others those of activities that they answer for or sign off."""
        if user.is_authenticated and user.role in READS_ALL_EXEMPT:
            return self
        return self.filter(activity__owner__in=posts_of(user, on))

    def visible_to(self, user: Asker, on: date) -> EvidenceFileQuerySet:
        """Those known to a person that were not withdrawn: they can be opened."""
        return self.known_to(user, on).standing()

    def standing(self) -> EvidenceFileQuerySet:
        """Those not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class WorkbookQuerySet(models.QuerySet["Workbook"]):
    def visible_to(self, user: Asker) -> WorkbookQuerySet:
        """To whoever uploaded it alone."""
        return self.filter(uploaded_by=user) if user.is_authenticated else self.none()

    def waiting(self) -> WorkbookQuerySet:
        """Those neither taken over nor dropped."""
        return self.filter(taken_over_at__isnull=True, dropped_at__isnull=True)


class StrategyChangeQuerySet(models.QuerySet["StrategyChange"]):
    def applied(self) -> StrategyChangeQuerySet:
        """Those that the strategy's rows have taken."""
        return self.filter(applied_at__isnull=False)

    def planned(self) -> StrategyChangeQuerySet:
        """Those that wait for the review before them to close."""
        return self.filter(applied_at__isnull=True, withdrawn_at__isnull=True)


def severity(rating: str) -> Case:
    """How bad the rating in a column is, Red highest; NULL where there is none."""
    worse = (When(**{rating: value}, then=place) for place, value in enumerate(Rag.values))
    return Case(*worse, output_field=models.IntegerField())


NOBODY = Q(pk__in=[])
ANYBODY = ~NOBODY


def _reads_exempt(user: Asker, on: date) -> Q:
    """On updates: those whose exempt text the person may read."""
    if not sees_live(user) or (user.is_authenticated and user.acts_through):
        return NOBODY
    if user.is_authenticated and user.role in READS_ALL_EXEMPT:
        return ANYBODY
    return Q(activity__owner__in=posts_of(user, on))


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: Asker, on: date) -> EventQuerySet:
        """Each event within its audience."""
        if user.is_authenticated and user.keeps_the_round:
            return self
        seen = Q(audience=Audience.PUBLIC)
        if sees_live(user):
            seen |= Q(audience=Audience.STAFF)
        shared = Q(audience__in=[Audience.STAFF, Audience.PARTIES], activity__owner__in=posts_of(user, on))
        return self.filter(seen | shared)


class BoardActionQuerySet(models.QuerySet["BoardAction"]):
    def visible_to(self, user: Asker, on: date) -> BoardActionQuerySet:
        """Actions follow the review in which they were asked for; whoever holds the post that answers sees its own."""
        shown = self.filter(period__strategy__is_in_force=True)
        if sees_live(user):
            return shown
        own = Q(owner__in=Owner.objects.held_by(user, on))
        return shown.filter(Q(period__published_at__isnull=False) | own)

    def answered_by(self, user: Asker, on: date) -> BoardActionQuerySet:
        """Those of the posts that the person holds on a day."""
        return self.filter(owner__in=Owner.objects.held_by(user, on))

    def overdue(self, on: date) -> BoardActionQuerySet:
        """The open ones whose day has gone by; an action is overdue from the day after it."""
        return self.open().filter(due_on__lt=on)

    def with_last_report(self) -> BoardActionQuerySet:
        """Adds `last_report` and `is_done` of the latest report; both are None where nothing was reported yet."""
        latest = F("reports__pk").desc()
        return self.annotate(
            told=ArrayAgg("reports__text", order_by=latest),
            outcomes=ArrayAgg("reports__is_done", order_by=latest),
            last_report=F("told__0"),
            is_done=F("outcomes__0"),
        )

    def open(self) -> BoardActionQuerySet:
        """Those whose latest report does not say that they are done."""
        return self.with_last_report().filter(Q(is_done=False) | Q(is_done__isnull=True))


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> MailQuerySet:
        """Those neither sent nor given up."""
        return self.filter(sent_at__isnull=True, dropped_at__isnull=True)

    def to_send(self, now: datetime) -> MailQuerySet:
        """Those whose turn has come, the longest waiting first."""
        return self.waiting().filter(next_attempt_at__lte=now).order_by("next_attempt_at", "pk")

    def in_trouble(self) -> MailQuerySet:
        """Those that a mail server has refused or could not take, and that have not been sent since."""
        return self.filter(sent_at__isnull=True).exclude(problem="")
