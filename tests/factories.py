"""The fewest fields that make a strategy, its people and its rounds; every value can be overridden by name."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.choices import OrganisationKind, UserRole
from accounts.models import Holding, Organisation, Owner, User
from aims.choices import ChangeKind, DateField, Decision, Kind, PeriodState, Rag, Role, State
from aims.models import (
    Aim,
    BoardAction,
    DateChangeRequest,
    Extension,
    KeyActivity,
    Milestone,
    Objective,
    ProgressUpdate,
    ReviewPeriod,
    Strategy,
    StrategyChange,
    Workbook,
)
from aims.rules import UpdateValues, half_year
from aims.services.actions import ask_action
from aims.services.deciding import approve_update
from aims.services.periods import extend_deadline
from aims.services.workbooks import SEND, Entry
from aims.services.writing import save_draft, submit_update
from funding.models import FundingStream

PASSWORD = "correct-horse-battery-staple"
IN_ROUND = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)  # in the usual submission window of 2026/27 H1
_numbers = count(1)


def make_organisation(**fields: Any) -> Organisation:
    """An organisation, a combined authority unless told otherwise."""
    number = next(_numbers)
    given = {"slug": f"body-{number}", "name": f"Body {number}", "kind": OrganisationKind.COMBINED_AUTHORITY}
    return Organisation.objects.create(**given | fields)


def make_owner(**fields: Any) -> Owner:
    """A post; give `approving_post` where its updates are to be approved."""
    number = next(_numbers)
    if "organisation" not in fields:
        fields["organisation"] = make_organisation()
    return Owner.objects.create(**{"slug": f"post-{number}", "title": f"Post {number}"} | fields)


def make_user(role: UserRole = UserRole.OWNER, holds: Owner | None = None, **fields: Any) -> User:
    """A person who can sign in with `PASSWORD`, holding a post since long ago if one is given."""
    number = next(_numbers)
    given = {"email": f"person-{number}@example.org", "name": f"Person {number}", "password": PASSWORD, "role": role}
    user: User = User.objects.create_user(**given | fields)
    if holds:
        Holding.objects.create(user=user, owner=holds, starts=date(2020, 1, 1))
    return user


def make_strategy(**fields: Any) -> Strategy:
    """The strategy in force."""
    given = {"slug": "strategy", "title": "Strategy", "vision": "A vision", "is_in_force": True}
    return Strategy.objects.create(**given | fields)


def make_objective(strategy: Strategy | None = None, number: str = "1.1", **fields: Any) -> Objective:
    """An objective with its aim, both made where they are missing."""
    strategy = strategy or Strategy.objects.in_force().first() or make_strategy()
    aim_number = number.split(".", maxsplit=1)[0]
    aim, _ = Aim.objects.get_or_create(
        strategy=strategy,
        number=aim_number,
        defaults={"title": f"Aim {aim_number}", "statement": f"To reach aim {aim_number}"},
    )
    given = {"strategy": strategy, "aim": aim, "number": number, "statement": f"We will do {number}"}
    objective: Objective = Objective.objects.create(**given | fields)
    return objective


def make_activity(number: str = "1.1.1", **fields: Any) -> KeyActivity:
    """A time-bound activity that WMCA delivers, with an owner who has an approving post."""
    strategy = fields.pop("strategy", None) or Strategy.objects.in_force().first() or make_strategy()
    objective_number = number.rpartition(".")[0]
    objective = Objective.objects.filter(strategy=strategy, number=objective_number).first()
    if "owner" not in fields:
        fields["owner"] = make_owner(approving_post=make_owner())
    given = {
        "strategy": strategy,
        "objective": objective or make_objective(strategy, objective_number),
        "number": number,
        "description": f"Deliver work {number}",
        "role": Role.DELIVER,
        "kind": Kind.TIME_BOUND,
    }
    activity: KeyActivity = KeyActivity.objects.create(**given | fields)
    activity.refresh_from_db()
    return activity


def make_period(on: date = date(2026, 9, 30), state: PeriodState = PeriodState.OPEN, **fields: Any) -> ReviewPeriod:
    """The half-year around a day with its usual windows."""
    half = half_year(on)
    given = {
        "strategy": fields.pop("strategy", None) or Strategy.objects.in_force().first() or make_strategy(),
        "slug": half.slug,
        "label": half.label,
        "starts": half.starts,
        "ends": half.ends,
        "submission_opens": half.submission_opens,
        "submission_closes": half.submission_closes,
        "state": state,
        "closed_at": IN_ROUND if state == PeriodState.CLOSED else None,
    }
    return ReviewPeriod.objects.create(**given | fields)


def publish(period: ReviewPeriod, now: datetime | None = None) -> ReviewPeriod:
    """Open a closed period to anyone, as the publication of its review does."""
    period.refresh_from_db()
    period.published_at = now or period.closed_at
    period.save(update_fields=["published_at"])
    return period


def make_values(**fields: Any) -> UpdateValues:
    """What an owner writes of something that is on track."""
    given = {"state": State.IN_PROGRESS, "rag": Rag.GREEN, "forecast_rag": Rag.GREEN, "narrative": "Work goes on."}
    return UpdateValues(**given | fields)


def make_red_values(**fields: Any) -> UpdateValues:
    """What an owner writes of something that is off track, with every reason that it takes."""
    return make_values(
        **{
            "rag": Rag.RED,
            "forecast_rag": Rag.AMBER,
            "narrative": "The contractor has stopped.",
            "cause": "procurement",
            "impact": "Six months are lost.",
            "action": "A new contract is let.",
            "action_owner": "Head of procurement",
            "action_by": date(2026, 12, 1),
            "return_to_green": date(2027, 3, 31),
        }
        | fields
    )


def make_submitted(
    activity: KeyActivity, by: User | None = None, now: datetime = IN_ROUND, **fields: Any
) -> ProgressUpdate:
    """An update sent for approval through the service, by a holder of the owner post."""
    by = by or make_user(holds=activity.owner)
    return submit_update(activity=activity, values=make_values(**fields), version=0, by=by, now=now)


def make_approved(
    activity: KeyActivity, approver: User | None = None, now: datetime = IN_ROUND, **fields: Any
) -> ProgressUpdate:
    """An update sent and signed off through the services."""
    update = make_submitted(activity, now=now, **fields)
    approver = approver or make_user(UserRole.APPROVER, holds=activity.owner.approving_post)
    return approve_update(update=update, version=update.version, by=approver, now=now)


def make_holding(**fields: Any) -> Holding:
    """Somebody who has held a post since long ago."""
    user = make_user(holds=make_owner())
    holding = user.holdings.get()
    for name, value in fields.items():
        setattr(holding, name, value)
    holding.save()
    return holding


def make_draft(
    activity: KeyActivity, by: User | None = None, now: datetime = IN_ROUND, **fields: Any
) -> ProgressUpdate:
    """An update begun through the service, by a holder of the owner post."""
    by = by or make_user(holds=activity.owner)
    return save_draft(activity=activity, values=make_values(**fields), version=0, by=by, now=now)


def make_milestone(activity: KeyActivity | None = None, **fields: Any) -> Milestone:
    """A milestone with a baseline, the first of its activity unless told otherwise."""
    activity = activity or make_activity()
    given = {"activity": activity, "position": 1, "title": "Contract let", "baseline_date": date(2026, 12, 1)}
    return Milestone.objects.create(**given | fields)


def make_date_change(activity: KeyActivity | None = None, **fields: Any) -> DateChangeRequest:
    """A request, not decided yet, to move an activity's end by a month."""
    given = {
        "activity": activity or make_activity(baseline_end=date(2027, 3, 31)),
        "field": DateField.END,
        "previous_date": date(2027, 3, 31),
        "proposed_date": date(2027, 4, 30),
        "reason": "Consent came late.",
        "requested_by": fields.pop("requested_by", None) or make_user(),
        "requested_at": IN_ROUND,
    }
    return DateChangeRequest.objects.create(**given | fields)


def make_agreed_date_change(activity: KeyActivity | None = None, **fields: Any) -> DateChangeRequest:
    """A revision: a date change that somebody else agreed."""
    decided = {"decision": Decision.AGREED, "decided_by": make_user(UserRole.APPROVER), "decided_at": IN_ROUND}
    return make_date_change(activity, **decided | fields)


def make_strategy_change(activity: KeyActivity | None = None, **fields: Any) -> StrategyChange:
    """A change of an activity's wording that is planned, not applied."""
    given = {
        "kind": ChangeKind.CHANGED,
        "activity": activity or make_activity(),
        "effective": fields.pop("effective", None) or make_period(),
        "before": {"description": "Old words"},
        "after": {"description": "New words"},
        "reason": "The Board agreed it.",
        "by": fields.pop("by", None) or make_user(UserRole.OFFICE),
        "at": IN_ROUND,
    }
    return StrategyChange.objects.create(**given | fields)


def make_extension(period: ReviewPeriod, owner: Owner, until: date) -> Extension:
    """A later deadline for one owner."""
    office = make_user(UserRole.OFFICE)
    return extend_deadline(period=period, owner=owner, until=until, reason="Illness", by=office, now=IN_ROUND)


def make_action(period: ReviewPeriod | None = None, **fields: Any) -> BoardAction:
    """An action that the Board asked for through the service, in a closed review."""
    given: dict[str, Any] = {
        "period": period or make_period(state=PeriodState.CLOSED),
        "text": "Bring a second supplier.",
        "owner": fields.pop("owner", None) or make_owner(),
        "due_on": date(2027, 1, 31),
        "by": fields.pop("by", None) or make_user(UserRole.OFFICE),
        "now": IN_ROUND,
    }
    return ask_action(**given | fields)


def make_workbook(**fields: Any) -> Workbook:
    """An uploaded workbook that waits to be taken over, with one update to send."""
    given = {
        "period": fields.pop("period", None) or make_period(),
        "name": "updates.xlsx",
        "answers": [asdict(Entry("1.1.1", 0, 0, SEND, make_values()))],
        "uploaded_by": fields.pop("uploaded_by", None) or make_user(),
        "uploaded_at": IN_ROUND,
    }
    return Workbook.objects.create(**given | fields)


def make_stream(**fields: Any) -> FundingStream:
    """A stream of £1,000, not allocated yet."""
    strategy = fields.pop("strategy", None) or Strategy.objects.in_force().first() or make_strategy()
    given = {"strategy": strategy, "code": "A", "name": "Growth deal", "award": Decimal(1000)}
    return FundingStream.objects.create(**given | fields)
