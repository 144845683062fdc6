"""New parts of the strategy, each under the next number that was never used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import Owner
from aims.errors import Refused
from aims.models import Aim, KeyActivity, Objective, ReviewPeriod
from aims.services.applying import write_terms

MOST = {"objective": 999, "activity": 9999}


def new_objective(aim: Aim, statement: str, effective: ReviewPeriod, supersedes: Objective | None = None) -> Objective:
    """An objective that stands on no day until its joining is applied. Raises `Refused` without a wording."""
    if not statement.strip():
        raise Refused("Enter the wording of the objective")
    Aim.objects.select_for_update(no_key=True).get(pk=aim.pk)  # its objectives are numbered one after the other
    taken = Objective.objects.filter(strategy=aim.strategy_id, aim=aim).order_by("-order").first()
    made: Objective = Objective.objects.create(
        strategy_id=aim.strategy_id,
        aim=aim,
        number=f"{aim.number}.{_next(taken, MOST['objective'])}",
        statement=statement.strip(),
        supersedes=supersedes,
        added_on=effective.starts,
        retired_on=effective.starts,
    )
    return made


def new_activity(
    objective: Objective, terms: Mapping[str, Any], effective: ReviewPeriod, supersedes: KeyActivity | None = None
) -> KeyActivity:
    """A key activity that stands on no day until its joining is applied. Raises `Refused` without a wording."""
    if not str(terms["description"]).strip():
        raise Refused("Enter the wording of the key activity")
    Objective.objects.select_for_update(no_key=True).get(pk=objective.pk)
    taken = KeyActivity.objects.filter(strategy=objective.strategy_id, objective=objective).order_by("-order").first()
    made: KeyActivity = KeyActivity.objects.create(
        strategy_id=objective.strategy_id,
        objective=objective,
        number=f"{objective.number}.{_next(taken, MOST['activity'])}",
        description=str(terms["description"]).strip(),
        role=terms["role"],
        kind=terms["kind"],
        owner=Owner.objects.get(slug=terms["owner"]),
        is_proposed=supersedes.is_proposed if supersedes else False,
        supersedes=supersedes,
        added_on=effective.starts,
        retired_on=effective.starts,
    )
    write_terms(made, {name: terms.get(name, []) for name in ("places", "contributors")})
    return made


def _next(taken: Objective | KeyActivity | None, most: int) -> int:
    last = taken.order[-1] if taken else 0
    if last >= most:
        raise Refused("There is no number left here")
    return int(last) + 1
