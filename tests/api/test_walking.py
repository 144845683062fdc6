"""Long lists are walked while they change: what stays is seen exactly once, in whatever order it is asked for."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from django.test import Client
from django.utils import timezone

from aims.choices import Kind, Role
from aims.models import KeyActivity
from tests.factories import make_objective, make_owner

pytestmark = pytest.mark.django_db

OBJECTIVES = 10
CHANGES = 1_000
LARGEST = 200  # items a page
JOINED = [None, date(2024, 4, 1), date(2025, 4, 1)]


class Changing:
    """A strategy with activities at even places, of which some change and leave while others join at odd places."""

    def __init__(self, rows: int, at_a_time: int) -> None:
        self.chance, self.at_a_time, self.owner = Random(6), at_a_time, make_owner()
        self.objectives = {f"1.{place}": make_objective(number=f"1.{place}") for place in range(1, OBJECTIVES + 1)}
        self.yesterday = timezone.localdate() - timedelta(days=1)
        places = range(1, rows // OBJECTIVES + 1)
        self.stayed = [f"{objective}.{2 * place}" for objective in self.objectives for place in places]
        coming = [f"{objective}.{2 * place - 1}" for objective in self.objectives for place in places]
        self.coming = self.chance.sample(coming, min(CHANGES, len(coming)))
        self._add(self.stayed)

    def change(self) -> None:
        """Some join, some leave, some say something else, all over the list; in all as many as were planned."""
        joining, self.coming = self.coming[: self.at_a_time], self.coming[self.at_a_time :]
        if not joining:
            return
        self._add(joining)
        leaving = set(self.chance.sample(self.stayed, self.at_a_time))
        KeyActivity.objects.filter(number__in=leaving).update(retired_on=self.yesterday)
        self.stayed = [number for number in self.stayed if number not in leaving]
        changing = self.chance.sample(self.stayed, self.at_a_time)
        KeyActivity.objects.filter(number__in=changing).update(description="Reworded", role=Role.ENABLE)

    def _add(self, numbers: list[str]) -> None:
        KeyActivity.objects.bulk_create(self._activity(number) for number in numbers)

    def _activity(self, number: str) -> KeyActivity:
        objective = self.objectives[number.rpartition(".")[0]]
        return KeyActivity(
            strategy_id=objective.strategy_id,
            objective=objective,
            number=number,
            description="Deliver work",
            role=Role.DELIVER,
            kind=self.chance.choice(Kind.values),
            owner=self.owner,
            added_on=self.chance.choice(JOINED),
        )


@pytest.mark.parametrize(
    ("rows", "at_a_time", "ordering", "direction"),
    [
        (10_000, 20, "", "next"),
        (2_000, 200, "&ordering=-added_on,kind", "next"),
        (2_000, 200, "&ordering=-kind,added_on", "previous"),
    ],
)
def test_what_stays_is_seen_exactly_once_while_a_thousand_come_change_and_go(
    client: Client, rows: int, at_a_time: int, ordering: str, direction: str
) -> None:
    strategy = Changing(rows, at_a_time)
    following = f"/api/v1/activities/?fields=number&page_size={LARGEST}{ordering}"
    if direction == "previous":
        following = last_page(client, following)
    seen: Counter[str] = Counter()

    while following:
        page = client.get(following).json()
        seen.update(activity["number"] for activity in page["results"])
        following = page[direction]
        strategy.change()

    assert not strategy.coming
    assert len(strategy.stayed) == rows - CHANGES
    assert set(seen.values()) == {1}
    assert set(strategy.stayed) <= set(seen)


def last_page(client: Client, address: str) -> str:
    """The address of the end of the list."""
    while following := client.get(address).json()["next"]:
        address = following
    return address


@pytest.mark.parametrize("ordering", ["number", "-number", "added_on", "-added_on", "-kind,added_on", "role,-number"])
def test_pages_in_any_order_are_the_list_in_that_order_cut_up(client: Client, ordering: str) -> None:
    Changing(60, 0)
    whole = client.get(f"/api/v1/activities/?ordering={ordering}&page_size=200").json()["results"]
    cut, following = [], f"/api/v1/activities/?ordering={ordering}&page_size=7"
    while following:
        page = client.get(following).json()
        cut += page["results"]
        following = page["next"]

    assert cut == whole
    assert len(whole) == 60
