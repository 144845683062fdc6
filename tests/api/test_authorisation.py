"""Every operation × identity × object has an expected answer; an operation that is not listed fails the test.

`authorisation.txt` holds the answers: a line per operation and object, then one status code per identity. What an
object is, `objects` says; a new operation has its objects and answers thought of and written there by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from aims.models import DateChangeRequest, ProgressUpdate, ReviewPeriod
from aims.rules import half_year
from funding.models import Allocation, FundingReturn
from tests.api.proving import operations
from tests.api.world import World, make_world
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

IDENTITIES = ("anyone", "key: read", "key: update:own", "partner", "board", "owner", "office")
LISTED = Path(__file__).parent / "authorisation.txt"
MISSING = "missing"
Row = tuple[str, str, str]  # method, path and object


@dataclass(frozen=True)
class Target:
    """One object of an operation: what its path's parameters are, and what is sent."""

    at: Mapping[str, object]
    body: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Answer:
    """What came back: the status, and all else but the address that was asked for."""

    status: int
    rest: object


@pytest.fixture
def world() -> World:
    return remembered(make_world)


def listed() -> dict[Row, tuple[int, ...]]:
    """The expected answers by operation and object."""
    found = {}
    for line in LISTED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            method, path, name, *codes = line.split()
            found[method, path, name] = tuple(map(int, codes if len(codes) > 1 else codes * len(IDENTITIES)))
    return found


def objects() -> dict[str, dict[str, Target]]:
    """What there is to be asked for, by operation: the partner's own and somebody else's, published and not."""
    published, sealed, current = ReviewPeriod.objects.order_by("starts")
    numbered = {"own": Target({"number": "1.1.1"}), "others": Target({"number": "1.2.1"})}
    slugs = {"own": "birmingham-city-council", "others": "wmca"}
    of_period = {"published": published, "sealed": sealed}
    return {
        "aims/{number}/": {"any": Target({"number": "1"}), MISSING: Target({"number": "9"})},
        "objectives/{number}/": {"any": Target({"number": "1.1"}), MISSING: Target({"number": "9.9"})},
        "activities/{number}/": numbered | {MISSING: Target({"number": "9.9.9"})},
        "organisations/{slug}/": by("slug", slugs),
        "places/{slug}/": by("slug", {name: f"place-{slug}" for name, slug in slugs.items()}),
        "owners/{slug}/": by("slug", {"any": ProgressUpdate.objects.all()[0].activity.owner.slug}),
        "funding-streams/{code}/": by("code", {"own": "A", "others": "B"}, missing="Z"),
        "allocations/{id}/": by("id", {name: pk_of(Allocation, stream__code=code) for name, code in STREAMS.items()}),
        "funding-returns/{id}/": returns(),
        "funding-totals/{reference}/": by(
            "reference", {name: f"{period.slug}:aim:1" for name, period in {**of_period, "open": current}.items()}
        ),
        "periods/{slug}/": by("slug", {name: row.slug for name, row in {**of_period, "open": current}.items()}),
        "reviews/{period}/": by("period", {name: row.slug for name, row in of_period.items()}),
        "reviews/{period}/lines/": by("period", {name: row.slug for name, row in of_period.items()}),
        "reviews/{period}/seal/": by("period", {name: row.slug for name, row in of_period.items()}),
        "reviews/{period}/lines/{kind}/{key}/": {
            name: Target({"period": period, "kind": "activity", "key": "1.1.1"})
            for name, period in {**{name: row.slug for name, row in of_period.items()}, MISSING: "2001-02-h1"}.items()
        },
        "updates/{id}/": updates(of_period),
        "date-changes/{id}/": by(
            "id", {name: pk_of(DateChangeRequest, activity__number=number) for name, number in FIRST.items()}
        ),
        "milestones/{activity}/{position}/": {
            name: Target({"activity": number, "position": 1}) for name, number in {**FIRST, MISSING: "9.9.9"}.items()
        },
    }


STREAMS = {"own": "A", "others": "B"}
FIRST = {"own": "1.1.1", "others": "1.2.1"}


def by(parameter: str, values: Mapping[str, object], missing: object = "8888") -> dict[str, Target]:
    """Objects that one parameter names, and one that does not exist."""
    return {name: Target({parameter: value}) for name, value in {**values, MISSING: missing}.items()}


def pk_of(model: Any, **narrowed: object) -> int:
    """The key of the one row that fits."""
    return int(model.objects.get(**narrowed).pk)


def returns() -> dict[str, Target]:
    """What finance said of each stream: a month that was signed off, and one that waits."""
    found = {
        f"{name}-{'waiting' if waits else 'approved'}": pk_of(
            FundingReturn, stream__code=code, approved_at__isnull=waits
        )
        for name, code in STREAMS.items()
        for waits in (False, True)
    }
    return by("id", found)


def updates(of_period: Mapping[str, ReviewPeriod]) -> dict[str, Target]:
    """Of the partner and of somebody else: published, sealed, approved in the open round, waiting there, begun."""
    found: dict[str, object] = {}
    for name, aim in (("own", "1.1"), ("others", "1.2")):
        for stage, period in of_period.items():
            found[f"{name}-{stage}"] = pk_of(ProgressUpdate, activity__number=f"{aim}.1", period=period)
        for stage, number in (("approved", 1), ("waiting", 2), ("draft", 3)):
            live = {"activity__number": f"{aim}.{number}", "period__closed_at__isnull": True}
            found[f"{name}-{stage}"] = pk_of(ProgressUpdate, **live)
    return by("id", found)


def bodies() -> dict[str, dict[str, dict[str, object]]]:
    """What is sent to add something, by list: of the partner, of somebody else, and of what does not exist."""
    date = {"field": "milestone", "milestone": 1, "proposed_date": "2027-06-30", "reason": "Consent came late."}
    figures = {"month": str(half_year(timezone.localdate()).starts), "committed": "400000.00", "note": "Corrected."}
    activities = {"own": "1.1.4", "others": "1.2.4", MISSING: "9.9.9"}
    streams = {**STREAMS, MISSING: "Z"}
    return {
        "updates/": {name: {"activity": number, "narrative": "Begun."} for name, number in activities.items()},
        "date-changes/": {name: {"activity": number, **date} for name, number in {**FIRST, MISSING: "9.9.9"}.items()},
        "funding-returns/": {name: {"stream": code, **figures} for name, code in streams.items()},
    }


CHANGES: dict[str, dict[str, object]] = {
    "updates/{id}/": {"narrative": "Said anew."},
    "date-changes/{id}/": {"proposed_date": "2027-07-31"},
    "funding-returns/{id}/": {"note": "Said anew."},
}


def targets(method: str, path: str) -> dict[str, Target]:
    """The objects of an operation."""
    below = path.removeprefix("/api/v1/")
    if method == "POST":
        return {name: Target({}, body) for name, body in bodies()[below].items()}
    if "{" not in path:
        return {"-": Target({})}
    found = objects()[below]
    return {name: Target(target.at, CHANGES[below] if method == "PATCH" else None) for name, target in found.items()}


def headers_of(world: World, identity: str) -> dict[str, str]:
    """What says who asks, and for a change that any state may be changed."""
    if identity in world.keys:
        return {"If-Match": "*", "Authorization": f"Bearer {world.keys[identity]}"}
    session = world.sessions.get(identity)
    return {"If-Match": "*"} | ({"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {})


def ask(world: World, identity: str, row: Row, target: Target) -> Answer:
    """One request, whose effects are rolled back."""
    method, path, _ = row
    headers = headers_of(world, identity)
    with transaction.atomic():
        sent = json.dumps(target.body) if target.body else ""
        answer = Client().generic(method, path.format(**target.at), sent, "application/json", headers=headers)
        transaction.set_rollback(True)
    return Answer(answer.status_code, told(answer.content, target))


def told(content: bytes, target: Target) -> object:
    """Its body without the names of what was asked for, which the asker gave."""
    words = content.decode()
    for value in [*target.at.values(), *(target.body or {}).values()]:
        words = words.replace(f"/{value}/", "/…/").replace(f" {value} ", " … ").replace(f"“{value}”", "“…”")
    return words


def test_every_operation_is_listed_and_nothing_else() -> None:
    assert {(method, path) for method, path, _ in listed()} == set(operations())


def test_every_identity_gets_the_answer_that_is_promised(world: World) -> None:
    differing, expected = [], listed()
    for method, path in operations():
        for name, target in targets(method, path).items():
            row = (method, path, name)
            answered = tuple(ask(world, identity, row, target).status for identity in IDENTITIES)
            if answered != expected.get(row):
                differing.append(f"{' '.join(row)} {' '.join(map(str, answered))}, promised {expected.get(row)}")
    if differing:
        pytest.fail("\n".join(differing), pytrace=False)


def test_what_is_hidden_answers_exactly_like_what_does_not_exist(world: World) -> None:
    differing = []
    for method, path in operations():
        found = targets(method, path)
        for identity in IDENTITIES if MISSING in found else ():
            missing = ask(world, identity, (method, path, MISSING), found[MISSING])
            others = {name: ask(world, identity, (method, path, name), target) for name, target in found.items()}
            alike = [name for name, answer in others.items() if answer.status == missing.status]
            differing += [f"{method} {path} {name} as {identity}" for name in alike if others[name] != missing]
    assert differing == []
