"""A strategy with two years of random progress, the same for the same seed: every case of the rules occurs in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from accounts.models import Owner
from aims.choices import (
    Audience,
    Cause,
    ChangeKind,
    DateField,
    Decision,
    EventKind,
    Kind,
    PeriodState,
    Rag,
    Role,
    Stage,
    State,
)
from aims.models import (
    DateChangeRequest,
    Event,
    KeyActivity,
    Milestone,
    Objective,
    Place,
    ProgressUpdate,
    ReviewPeriod,
    StrategyChange,
)
from aims.rules import is_rated
from funding.models import Allocation, FundingStream
from funding.services.allocating import field_of
from tests.factories import (
    make_activity,
    make_organisation,
    make_owner,
    make_period,
    make_strategy,
    make_stream,
    make_user,
)

ON = date(2027, 2, 10)  # in 2026/27 H2, the open one
STARTS = (date(2025, 4, 1), date(2025, 10, 1), date(2026, 4, 1), date(2026, 10, 1))


class RandomHistory:
    """Written past the services, which would refuse closed periods; the constraints of the tables still hold."""

    def __init__(self, seed: int, activities: int = 90) -> None:
        self.random = Random(seed)
        make_strategy()
        self.author, self.approver = make_user(), make_user()
        self.owners = owners = [make_owner() for _ in range(5)]
        self.places = places = [
            Place.objects.create(slug=f"place-{n}", name=f"Place {n}", authority=make_organisation()) for n in range(3)
        ]
        self.periods = [make_period(day, PeriodState.SCHEDULED) for day in STARTS]
        self.activities = [self.activity(number, owners, places) for number in range(activities)]
        for period in self.periods:
            self.tell(period)
        for activity in self.activities:
            self.promise(activity)
        for activity in self.activities:
            self.reassign(activity)
        self.pay()
        self.close()

    def activity(self, number: int, owners: list[Any], places: list[Place]) -> KeyActivity:
        choose = self.random
        objective = number // 12
        made = make_activity(
            f"{objective // 3 + 1}.{objective % 3 + 1}.{number % 12 + 1}",
            role=choose.choice(Role.values),
            owner=choose.choice(owners),
            added_on=choose.choice([None, None, None, date(2026, 1, 15)]),
            retired_on=choose.choice([None, None, None, None, date(2026, 6, 1), date(2027, 3, 1)]),
        )
        made.places.set(choose.sample(places, choose.randint(0, 2)))
        return made

    def tell(self, period: ReviewPeriod, drafts: bool = True) -> None:
        """None to three approved updates of each activity, and sometimes a draft that never counts."""
        rows = []
        for activity in self.activities:
            stages = [Stage.APPROVED] * self.random.choice([0, 1, 1, 1, 2, 3])
            stages += [Stage.DRAFT] * (drafts and self.random.choice([0, 1]))
            rows += [self.update(activity, period, stage) for stage in stages]
        ProgressUpdate.objects.bulk_create(rows)

    def update(self, activity: KeyActivity, period: ReviewPeriod, stage: Stage) -> ProgressUpdate:
        choose = self.random
        role = choose.choice([activity.role, activity.role, activity.role, *Role.values])
        state = choose.choice(
            [State.IN_PROGRESS] * 6 + [State.NOT_STARTED, State.COMPLETE, State.DEFERRED, State.CANCELLED]
        )
        rated = is_rated(role, state)
        as_at = period.starts + timedelta(days=choose.randint(100, 130))
        submitted = datetime.combine(period.ends, time(9), tzinfo=UTC) + timedelta(days=choose.randint(1, 3))
        approved = stage == Stage.APPROVED
        return ProgressUpdate(
            activity=activity,
            period=period,
            stage=stage,
            as_at=as_at,
            role=role,
            kind=Kind.TIME_BOUND,
            state=state,
            rag=choose.choice(Rag.values) if rated else None,
            forecast_rag=choose.choice(Rag.values) if rated else None,
            deferred_until=as_at + timedelta(days=choose.randint(30, 400)) if state == State.DEFERRED else None,
            author=self.author,
            created_at=submitted,
            saved_at=submitted,
            submitted_at=submitted if approved else None,
            approved_at=submitted + timedelta(hours=1) if approved else None,
            approved_by=self.approver if approved else None,
            cause=Cause.FUNDING,
            action_by=period.ends,
            return_to_green=period.ends,
            decision_on=as_at,
            **dict.fromkeys(WORDS, "Words."),
        )

    def reassign(self, activity: KeyActivity) -> None:
        """None to three changes for later reviews: the rows hold the last of each, told from the end back."""
        choose = self.random
        then: dict[str, Any] = {
            "role": activity.role,
            "owner": activity.owner.slug,
            "places": sorted(activity.places.values_list("slug", flat=True)),
        }
        made = []
        reviews = choose.choices(self.periods[1:], k=choose.choice([0, 0, 1, 2, 3]))
        for effective in sorted(reviews, key=lambda period: period.starts, reverse=True):
            fields = choose.sample(list(then), choose.randint(1, 3))
            before = {name: self.other_term(name) for name in fields}
            made.append(self.strategy_change(activity, effective, before, {name: then[name] for name in fields}))
            then |= before if made[-1].applied_at else {}
        StrategyChange.objects.bulk_create(reversed(made))

    def pay(self) -> None:
        """Streams that pay for activities and, while they are not broken down, for objectives; some has ended."""
        for code in ("A", "B", "C"):
            stream = make_stream(code=code, award=Decimal(10) ** 9)
            targets: list[KeyActivity | Objective] = [*self.activities, *Objective.objects.order_by("pk")]
            for target in self.random.sample(targets, len(targets) // 2):
                self.allocation(stream, target)

    def allocation(self, stream: FundingStream, target: KeyActivity | Objective) -> None:
        began, over = sorted([self.instant(), self.instant()])
        ended_at = self.random.choice([None, None, over])
        Allocation.objects.create(
            stream=stream,
            amount=Decimal(self.random.randint(1, 10**8)) / 100,
            reason="Agreed.",
            allocated_by=self.author,
            allocated_at=began,
            ended_at=ended_at,
            ended_by=self.approver if ended_at else None,
            **{field_of(target): target},
        )

    def other_term(self, name: str) -> Any:
        if name == "places":
            return sorted(place.slug for place in self.random.sample(self.places, self.random.randint(0, 2)))
        owner: Owner = self.random.choice(self.owners)
        return owner.slug if name == "owner" else str(self.random.choice(Role.values))

    def strategy_change(
        self, activity: KeyActivity, effective: ReviewPeriod, before: dict[str, Any], after: dict[str, Any]
    ) -> StrategyChange:
        at = self.instant()
        return StrategyChange(
            kind=ChangeKind.CHANGED,
            activity=activity,
            effective=effective,
            before=before,
            after=after,
            reason="Agreed.",
            by=self.author,
            at=at,
            applied_at=self.random.choice([at, at, at, None]),
        )

    def promise(self, activity: KeyActivity) -> None:
        for position in range(1, self.random.randint(0, 3) + 1):
            self.milestone(activity, position)
        if self.random.random() < 0.3:
            self.change(activity, DateField.END, None)

    def milestone(self, activity: KeyActivity, position: int) -> None:
        choose = self.random
        done = choose.choice([None, None, self.day()])
        milestone = Milestone.objects.create(
            activity=activity,
            position=position,
            title=f"Step {position}",
            baseline_date=choose.choice([None, self.day(), self.day(), self.day()]),
            completed_on=done,
            evidence="Seen." if done else "",
            retired_on=choose.choice([None, None, None, self.day()]),
        )
        self.record(EventKind.MILESTONE_ADDED, milestone)
        if done:
            self.record(EventKind.MILESTONE_COMPLETED, milestone)
        for _ in range(choose.choice([0, 0, 1, 2])):
            self.change(activity, DateField.MILESTONE, milestone)

    def change(self, activity: KeyActivity, field: DateField, milestone: Milestone | None) -> None:
        decision = self.random.choice([Decision.AGREED, Decision.AGREED, Decision.DECLINED])
        at = self.instant()
        DateChangeRequest.objects.create(
            activity=activity,
            field=field,
            milestone=milestone,
            previous_date=date(2020, 1, 1),
            proposed_date=self.day(),
            reason="Later.",
            decision=decision,
            requested_by=self.author,
            requested_at=at,
            decided_by=self.approver,
            decided_at=at,
        )

    def record(self, kind: EventKind, milestone: Milestone) -> None:
        Event.objects.create(
            kind=kind, at=self.instant(), audience=Audience.STAFF, activity=milestone.activity, milestone=milestone
        )

    def day(self) -> date:
        return STARTS[0] + timedelta(days=self.random.randint(0, 700))

    def instant(self) -> datetime:
        return datetime.combine(self.day(), time(self.random.randint(0, 23), 30), tzinfo=UTC)

    def close(self) -> None:
        *closed, current = self.periods
        for period in closed:
            period.state = PeriodState.CLOSED
            period.closed_at = datetime.combine(period.submission_closes, time(12), tzinfo=UTC)
            period.save()
        current.state = PeriodState.OPEN
        current.save()


WORDS = (
    "narrative",
    "impact",
    "action",
    "action_owner",
    "evidence",
    "override_reason",
    "decision_by",
    "decision_reference",
    "start_reason",
)
