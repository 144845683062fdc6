"""A strategy that people work on day by day through the services, at random, the same for the same seed.

What stands live is remembered on every day, as the pages would have shown it then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from accounts.choices import UserRole
from accounts.models import Owner, User
from aims.choices import DateField, PeriodState, Rag, Role, Stage, State
from aims.errors import AimsError
from aims.models import KeyActivity, Milestone, Objective, Place, ProgressUpdate, ReviewPeriod
from aims.selectors.terms import reviews_to_tell, version_of
from aims.selectors.versions import version_of_post
from aims.selectors.wording import words_in
from aims.services.dates import (
    add_milestone,
    complete_milestone,
    decide_date_change,
    request_date_change,
    set_baseline,
)
from aims.services.deciding import approve_update
from aims.services.moving import move_activity
from aims.services.periods import open_period
from aims.services.posts import change_post
from aims.services.strategy import add_activity, change_terms, retire
from aims.services.writing import submit_update
from funding.models import Allocation
from funding.services.allocating import allocate, end_allocation
from reporting.choices import Scope
from reporting.lines.rows import Sums
from reporting.locks import ScopeKey
from reporting.models import Position, Summary
from reporting.selectors.books import standing_review
from reporting.selectors.standings import Standing, standings, sums_of
from reporting.services import close_review, process_events
from reporting.services.reopening import reopen
from tests.factories import (
    make_activity,
    make_organisation,
    make_owner,
    make_period,
    make_red_values,
    make_stream,
    make_user,
    make_values,
)

FIRST, LAST = date(2026, 4, 1), date(2027, 5, 25)
STATES = (State.IN_PROGRESS,) * 7 + (State.NOT_STARTED, State.COMPLETE, State.DEFERRED, State.CANCELLED)


@dataclass(frozen=True)
class Remembered:
    """What the pages told live at the end of a day."""

    on: date
    period: ReviewPeriod
    positions: Mapping[int, Mapping[str, Any]]
    sums: Mapping[ScopeKey, Sums]
    marks: list[Standing]


class RandomDays:
    """Plays from `FIRST` to `LAST`; days without a round are lived too. What a service refuses does not happen."""

    def __init__(self, seed: int, activities: int = 9) -> None:
        self.random = Random(seed)
        self.above = make_owner()
        self.posts = [make_owner(approving_post=self.above) for _ in range(4)]
        self.owner = self.holder(UserRole.OWNER, *self.posts)
        self.approver = self.holder(UserRole.APPROVER, self.above)
        self.office, self.finance = make_user(UserRole.OFFICE), make_user(UserRole.FINANCE)
        self.places = [
            Place.objects.create(slug=f"place-{n}", name=f"Place {n}", authority=make_organisation()) for n in range(3)
        ]
        for number in range(activities):
            self.activity(number)
        self.periods = [make_period(day, PeriodState.SCHEDULED) for day in (FIRST, date(2026, 10, 1), date(2027, 4, 1))]
        self.streams = [make_stream(code=code, award=Decimal(10**9)) for code in "AB"]
        self.now = datetime.combine(FIRST, time(9), tzinfo=UTC)
        self.reopened = False
        self.remembered = list(self.live())

    def holder(self, role: UserRole, *posts: Owner) -> User:
        person = make_user(role)
        for post in posts:
            person.holdings.create(owner=post, starts=date(2020, 1, 1))
        return person

    def activity(self, number: int) -> None:
        made = make_activity(
            f"{number // 6 + 1}.{number % 2 + 1}.{number // 2 + 1}",
            role=self.random.choice(Role.values),
            owner=self.random.choice(self.posts),
        )
        made.places.set(self.random.sample(self.places, self.random.randint(0, 2)))

    def live(self) -> Iterator[Remembered]:
        while self.now.date() < LAST:
            self.keep_the_round()
            for _ in range(self.random.randint(1, 10)):
                self.now += timedelta(minutes=self.random.randint(1, 60))
                self.act()
            if self.random.random() < 0.7:
                yield from self.at_the_end_of_the_day()
            days = self.random.randint(3, 15)
            self.now = datetime.combine(self.now.date() + timedelta(days=days), time(8), tzinfo=UTC)

    def keep_the_round(self) -> None:
        """Open the first round that waits, close one whose deadline has gone by some days ago, rarely reopen it."""
        under_way = ReviewPeriod.objects.filter(state=PeriodState.OPEN).first()
        if under_way and self.now.date() > under_way.submission_closes + timedelta(days=2):
            close_review(period=under_way, by=self.office, now=self.now)
        elif under_way is None and not self.reopens() and self.random.random() < 0.6:
            waiting = next(each for each in self.periods if self.state_of(each) == PeriodState.SCHEDULED)
            open_period(period=waiting, by=self.office, now=self.now)

    def reopens(self) -> bool:
        closed = ReviewPeriod.objects.filter(state=PeriodState.CLOSED).order_by("-starts").first()
        if closed is None or self.reopened or self.random.random() < 0.4:
            return False
        review = standing_review(closed)
        assert review
        told = list(KeyActivity.objects.standing(closed.ends).order_by("pk"))
        until = self.now.date() + timedelta(days=9)
        some = self.random.sample(told, len(told) // 2)
        reopen(review=review, activities=some, reason="A mistake.", until=until, by=self.office, now=self.now)
        ReviewPeriod.objects.filter(pk=closed.pk).update(submission_closes=until)
        self.reopened = True
        return True

    def state_of(self, period: ReviewPeriod) -> str:
        return str(ReviewPeriod.objects.values_list("state", flat=True).get(pk=period.pk))

    def act(self) -> None:
        often: list[Callable[[], object]] = [*[self.tell] * 5, *[self.sign_off] * 4, *[self.change] * 2]
        dates = [self.plan, self.plan, self.reach, self.move_date, self.move_date, self.set_dates]
        rarely = [self.pay, self.stop_paying, self.retire, self.add, self.move, self.rename]
        with suppress(AimsError):
            self.random.choice([*often, *dates, *rarely])()

    def tell(self) -> None:
        activity = self.any(KeyActivity.objects.standing(self.now.date()).order_by("pk"))
        state = self.random.choice(STATES)
        rated = state == State.IN_PROGRESS and activity.role != Role.INFLUENCE
        rag = self.random.choice(Rag.values) if rated else ""
        later = self.now.date() + timedelta(days=self.random.randint(20, 300))
        values = (make_red_values if rag in (Rag.RED, Rag.AMBER) else make_values)(
            state=state,
            rag=rag,
            forecast_rag=rag,
            evidence="Seen.",
            override_reason="We know better.",
            start_reason="Not yet.",
            decision_by="Board" if state in (State.DEFERRED, State.CANCELLED) else "",
            decision_on=self.now.date() if state in (State.DEFERRED, State.CANCELLED) else None,
            decision_reference="Minute 1" if state in (State.DEFERRED, State.CANCELLED) else "",
            deferred_until=later if state == State.DEFERRED else None,
            **({"action_by": later, "return_to_green": later} if rag in (Rag.RED, Rag.AMBER) else {}),
        )
        submit_update(activity=activity, values=values, version=0, by=self.owner, now=self.now)

    def sign_off(self) -> None:
        update = self.any(ProgressUpdate.objects.filter(stage=Stage.SUBMITTED).order_by("pk"))
        approve_update(update=update, version=update.version, by=self.approver, now=self.now)

    def plan(self) -> None:
        day = self.random.choice([None, self.day()])
        title = f"Step {self.random.randint(1, 10**6)}"
        add_milestone(activity=self.any_activity(), title=title, baseline_date=day, by=self.owner, now=self.now)

    def set_dates(self) -> None:
        milestone = self.any(Milestone.objects.filter(baseline_date=None).order_by("pk"))
        dates = {milestone.position: self.day()}
        set_baseline(
            activity=milestone.activity, start=None, end=self.day(), milestones=dates, by=self.owner, now=self.now
        )

    def reach(self) -> None:
        milestone = self.any(Milestone.objects.filter(completed_on=None).order_by("pk"))
        day = self.now.date() - timedelta(days=self.random.randint(0, 60))
        complete_milestone(milestone=milestone, completed_on=day, evidence="Seen.", by=self.owner, now=self.now)

    def move_date(self) -> None:
        milestone = self.any(Milestone.objects.order_by("pk"))
        request = request_date_change(
            activity=milestone.activity,
            field=DateField.MILESTONE,
            milestone=milestone,
            proposed_date=self.now.date() + timedelta(days=self.random.randint(1, 90)),
            reason="Later.",
            effect="",
            by=self.owner,
            now=self.now,
        )
        decide_date_change(request=request, agreed=True, note="", by=self.approver, now=self.now)

    def pay(self) -> None:
        targets = [*KeyActivity.objects.order_by("pk"), *Objective.objects.order_by("pk")]
        amount = Decimal(self.random.randint(1, 10**7)) / 100
        stream, target = self.random.choice(self.streams), self.random.choice(targets)
        allocate(stream=stream, target=target, amount=amount, reason="Agreed.", by=self.finance, now=self.now)

    def stop_paying(self) -> None:
        allocation = self.any(Allocation.objects.in_force().order_by("pk"))
        end_allocation(allocation=allocation, reason="Over.", by=self.finance, now=self.now)

    def change(self) -> None:
        activity = self.any_activity()
        terms: dict[str, Any] = {
            "description": f"Other words {self.random.randint(1, 99)}",
            "role": self.random.choice(Role.values),
            "owner": self.random.choice(self.posts).slug,
            "places": sorted(each.slug for each in self.random.sample(self.places, self.random.randint(0, 2))),
        }
        wanted = {name: terms[name] for name in self.random.sample(list(terms), self.random.randint(1, 3))}
        change_terms(subject=activity, wanted=wanted, version=version_of(activity), **self.agreed())

    def retire(self) -> None:
        if self.random.random() < 0.5:
            activity = self.any_activity()
            retire(subject=activity, version=version_of(activity), **self.agreed())

    def add(self) -> None:
        terms = {"role": self.random.choice(Role.values), "kind": "time_bound", "owner": self.posts[0].slug}
        objective = self.any(Objective.objects.order_by("pk"))
        add_activity(objective=objective, terms={**terms, "description": "New"}, **self.agreed())

    def move(self) -> None:
        activity, objective = self.any_activity(), self.any(Objective.objects.order_by("pk"))
        move_activity(activity=activity, objective=objective, version=version_of(activity), **self.agreed())

    def rename(self) -> None:
        post = Owner.objects.get(pk=self.random.choice(self.posts).pk)
        change_post(
            post=post,
            title=f"Title {self.random.randint(1, 10**6)}",
            approving_post=self.above,
            reason="Agreed.",
            version=version_of_post(post),
            by=self.office,
            now=self.now,
        )

    def agreed(self) -> dict[str, Any]:
        """From this review on, or from a later one."""
        reviews = reviews_to_tell(self.periods[0].strategy_id)
        return {"effective": self.random.choice(reviews), "reason": "Agreed.", "by": self.office, "now": self.now}

    def any_activity(self) -> KeyActivity:
        found: KeyActivity = self.any(KeyActivity.objects.standing(self.now.date()).order_by("pk"))
        return found

    def any(self, rows: Any) -> Any:
        found = list(rows)
        if not found:
            raise AimsError("There is none")
        return self.random.choice(found)

    def day(self) -> date:
        return self.now.date() + timedelta(days=self.random.randint(-60, 120))

    def at_the_end_of_the_day(self) -> Iterator[Remembered]:
        """What the pages tell after the last event of the day was aggregated."""
        process_events(now=datetime.combine(self.now.date(), time(21), tzinfo=UTC))
        period = ReviewPeriod.objects.exclude(state=PeriodState.SCHEDULED).order_by("-starts").first()
        if period:
            rows = Position.objects.filter(period=period)
            sums = Summary.objects.filter(period=period).select_related("worst")
            yield Remembered(
                on=self.now.date(),
                period=period,
                positions={row.pop("activity_id"): row for row in rows.values(*REMEMBERED)},
                sums={(Scope(row.scope), row.key): sums_of(row) for row in sums},
                marks=standings(rows, words_in(period)),
            )


REMEMBERED = (
    "activity_id",
    "update_id",
    "is_due",
    "role",
    "state",
    "rag",
    "forecast_rag",
    "mark",
    "previous_mark",
    "direction",
    "long_direction",
    "overdue_milestones",
)
