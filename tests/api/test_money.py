"""Money through the API: who is told what of it, the same to the penny as on the pages and as SQL adds it up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import User
from funding.models import Allocation
from funding.rules import in_millions
from reporting.choices import Scope
from reporting.models import Summary
from reporting.selectors.funding import funding_table, moment_of
from tests.api.money import CLOSED_AT, THEN, Told, tell_money
from tests.api.test_cursor import walk
from tests.factories import make_activity, make_period, make_stream, make_user
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

LIVE = [role for role in UserRole if role != UserRole.PARTNER]
MONEY = [UserRole.FINANCE, UserRole.OFFICE, UserRole.ADMINISTRATOR]
PUBLIC = [None, UserRole.PARTNER]
Row = dict[str, Any]


@pytest.fixture
def told() -> Told:
    return remembered(tell_money)


def client_of(role: UserRole | None) -> tuple[Client, User | AnonymousUser]:
    client, user = Client(), make_user(role) if role else AnonymousUser()
    if isinstance(user, User):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, user


def results(client: Client, path: str) -> list[Row]:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    found: list[Row] = response.json()["results"]
    return found


def allocated(client: Client, query: str = "") -> set[tuple[str, str, str]]:
    return {
        (row["stream"], row["activity"] or row["objective"], row["amount"])
        for row in results(client, f"allocations/{query}")
    }


def spent(client: Client, query: str = "") -> list[tuple[str, str, int, str]]:
    found = results(client, f"funding-returns/{query}")
    return sorted((row["stream"], row["month"], row["revision"], row["spend_to_date"]) for row in found)


@pytest.mark.parametrize("role", PUBLIC)
def test_the_public_reads_the_allocations_in_force_when_the_last_review_closed(
    told: Told, role: UserRole | None
) -> None:
    assert allocated(client_of(role)[0]) == {
        ("A", "1.1.1", "100000000.10"),
        ("A", "1.1.2", "200000000.20"),
        ("A", "2.2", "30000000.03"),
        ("B", "1.1.1", "50000000.05"),
        ("B", "1.2.1", "10000000.01"),
    }


@pytest.mark.parametrize("role", LIVE)
def test_staff_and_the_board_read_the_allocations_in_force_now(told: Told, role: UserRole) -> None:
    assert allocated(client_of(role)[0]) == {
        ("A", "1.1.1", "150000000.15"),
        ("A", "1.1.2", "200000000.20"),
        ("A", "2.2", "30000000.03"),
        ("B", "1.2.1", "10000000.01"),
        ("C", "2.1.1", "4000000.04"),
    }


def test_an_allocation_answers_whom_its_list_tells_of_it_and_nobody_else(told: Told) -> None:
    replaced, standing = Allocation.objects.filter(
        stream=told.streams["A"], activity=told.activities["1.1.1"]
    ).order_by("id")
    anybody, staff = client_of(None)[0], client_of(UserRole.BOARD)[0]

    answers = [
        client.get(f"/api/v1/allocations/{allocation.pk}/").status_code
        for client in (anybody, staff)
        for allocation in (replaced, standing)
    ]

    assert answers == [200, 404, 404, 200]


@pytest.mark.parametrize("role", PUBLIC)
def test_the_public_reads_the_returns_approved_when_the_last_review_closed(told: Told, role: UserRole | None) -> None:
    assert spent(client_of(role)[0]) == [("A", "2026-03-01", 1, "77000000.07")]


@pytest.mark.parametrize("role", sorted(set(LIVE) - set(MONEY)))
def test_a_return_that_waits_or_was_given_back_is_for_whoever_keeps_the_money(told: Told, role: UserRole) -> None:
    assert spent(client_of(role)[0]) == [
        ("A", "2026-03-01", 1, "77000000.07"),
        ("A", "2026-03-01", 2, "78000000.08"),
        ("B", "2026-09-01", 1, "9000000.09"),
    ]


@pytest.mark.parametrize("role", MONEY)
def test_they_read_it_with_its_stage(told: Told, role: UserRole) -> None:
    stages = {row["stage"] for row in results(client_of(role)[0], "funding-returns/")}

    assert stages == {"approved", "submitted", "returned"}
    assert [row["stream"] for row in results(client_of(role)[0], "funding-returns/?stage=submitted")] == ["C"]


def test_a_return_that_waits_has_an_address_for_them_alone(told: Told) -> None:
    waiting = told.streams["C"].returns.get()

    for role in [*PUBLIC, *LIVE]:
        expected = 200 if role in MONEY else 404
        assert client_of(role)[0].get(f"/api/v1/funding-returns/{waiting.pk}/").status_code == expected


@pytest.mark.parametrize("role", [*PUBLIC, *LIVE])
def test_the_sums_of_a_stream_are_those_of_its_page(told: Told, role: UserRole | None) -> None:
    client, user = client_of(role)
    names = ("award", "over_programming", "allocated", "unallocated")
    table = funding_table(moment_of(user), user, timezone.localdate())

    found = {row["code"]: [Decimal(row[name]) for name in names] for row in results(client, "funding-streams/")}

    assert found == {line.code: [getattr(line, name) for name in names] for line in table.lines}
    before, since = ("900000000.00", "0.00"), ("800000000.50", "6000000.00")
    assert (found["A"][0], found["B"][1]) == tuple(map(Decimal, before if role in PUBLIC else since))
    page = client.get("/funding/").content.decode()
    assert all(in_millions(amount) in page for amounts in found.values() for amount in amounts)


def test_before_the_first_closing_the_public_is_told_of_awards_alone() -> None:
    make_period()
    stream = make_stream(strategy=make_activity().strategy)

    (anybody,) = results(Client(), "funding-streams/")
    (staff,) = results(client_of(UserRole.FINANCE)[0], "funding-streams/")

    names = ("award", "over_programming", "allocated", "unallocated")
    assert [anybody[name] for name in names] == ["1000.00", None, None, None]
    assert [staff[name] for name in names] == ["1000.00", "0.00", "0.00", "1000.00"]
    assert Client().get(f"/api/v1/funding-streams/{stream.code}/").json() == anybody


# What stands behind the ratings, added up by hand: marks from the positions, sums from the allocations alone.
IN_FORCE = "l.allocated_at <= %(known)s AND (l.ended_at IS NULL OR l.ended_at > %(known)s)"
TRACED = f"""
    SELECT {{key}} AS key, sum(l.amount) AS allocated,
        coalesce(sum(l.amount) FILTER (WHERE p.mark = 'red'), 0) AS behind_red,
        coalesce(sum(l.amount) FILTER (WHERE p.mark = 'amber'), 0) AS behind_amber,
        coalesce(sum(l.amount) FILTER (WHERE p.mark = 'no_update'), 0) AS rating_not_known
    FROM funding_allocation l
    JOIN funding_fundingstream s ON s.id = l.stream_id
    JOIN reporting_position p ON p.activity_id = l.activity_id AND p.period_id = %(period)s
    JOIN aims_keyactivity a ON a.id = l.activity_id
    JOIN aims_objective o ON o.id = a.objective_id
    JOIN aims_aim m ON m.id = o.aim_id
    JOIN accounts_owner w ON w.id = a.owner_id
    JOIN accounts_organisation b ON b.id = w.organisation_id
    {{places}}
    WHERE {IN_FORCE} GROUP BY 1
"""
NOT_TRACED = f"""
    SELECT {{key}} AS key, sum(l.amount) AS not_traced
    FROM funding_allocation l
    JOIN funding_fundingstream s ON s.id = l.stream_id
    JOIN aims_objective o ON o.id = l.objective_id
    JOIN aims_aim m ON m.id = o.aim_id
    WHERE {IN_FORCE} GROUP BY 1
"""
KEYS = {
    Scope.STRATEGY: "''",
    Scope.AIM: "m.number",
    Scope.OBJECTIVE: "o.number",
    Scope.STREAM: "s.code",
    Scope.ORGANISATION: "b.slug",
    Scope.ROLE: "a.role",
    Scope.PLACE: "e.slug",
}
OF_ACTIVITIES_ALONE = (Scope.ORGANISATION, Scope.ROLE, Scope.PLACE)
PLACES = "JOIN aims_keyactivity_places x ON x.keyactivity_id = a.id JOIN aims_place e ON e.id = x.place_id"
SUMS = ("allocated", "behind_red", "behind_amber", "rating_not_known", "not_traced")


def added_up(told: Told, scope: Scope, *, live: bool) -> dict[str, dict[str, Decimal]]:
    given = {"known": "infinity" if live else CLOSED_AT, "period": (told.open if live else told.closed).pk}
    statements = [TRACED] if scope in OF_ACTIVITIES_ALONE else [TRACED, NOT_TRACED]
    found: dict[str, dict[str, Decimal]] = {}
    for statement in statements:
        with connection.cursor() as cursor:
            cursor.execute(statement.format(key=KEYS[scope], places=PLACES if scope == Scope.PLACE else ""), given)
            names = [column.name for column in cursor.description or ()]
            for row in cursor.fetchall():
                sums = dict(zip(names, row, strict=True))
                found.setdefault(sums.pop("key"), dict.fromkeys(SUMS, Decimal(0))).update(sums)
    return found


@pytest.mark.parametrize("role", [None, UserRole.BOARD])
@pytest.mark.parametrize("scope", KEYS)
def test_totals_are_what_sql_adds_up_to_the_penny(told: Told, scope: Scope, role: UserRole | None) -> None:
    period = told.open if role else told.closed
    rows = results(client_of(role)[0], f"funding-totals/?scope={scope}&period={period.slug}")
    expected = added_up(told, scope, live=role is not None)

    found = {row["key"]: {name: Decimal(row[name]) for name in SUMS} for row in rows}

    assert {key: sums for key, sums in found.items() if any(sums.values())} == expected
    assert any(sums["behind_red"] or sums["behind_amber"] for sums in found.values())


def test_totals_by_place_overlap_and_every_other_scope_counts_a_sum_once(told: Told) -> None:
    staff = client_of(UserRole.BOARD)[0]
    sums = {
        scope: sum(
            Decimal(row["allocated"])
            for row in results(staff, f"funding-totals/?scope={scope}&period={told.open.slug}")
        )
        for scope in Scope
    }

    assert sums.pop(Scope.PLACE) > sums[Scope.STRATEGY]
    assert set(sums.values()) == {Decimal("364000000.40")}


def test_totals_move_behind_other_ratings_from_one_review_to_the_next(told: Told) -> None:
    staff = client_of(UserRole.BOARD)[0]
    then, now = (
        staff.get(f"/api/v1/funding-totals/{period.slug}:strategy/").json() for period in (told.closed, told.open)
    )

    assert [then[name] for name in SUMS] == [
        "360000000.36",
        "150000000.15",
        "0.00",
        "10000000.01",
        "30000000.03",
    ]
    assert [now[name] for name in SUMS] == [
        "364000000.40",
        "10000000.01",
        "150000000.15",
        "204000000.24",
        "30000000.03",
    ]


@pytest.mark.parametrize("role", PUBLIC)
def test_the_public_reads_no_total_of_the_round_under_way(told: Told, role: UserRole | None) -> None:
    client = client_of(role)[0]

    assert {row["period"] for row in walk(client, "/api/v1/funding-totals/")} == {told.closed.slug}
    assert client.get(f"/api/v1/funding-totals/{told.open.slug}:strategy/").status_code == 404
    assert client.get(f"/api/v1/funding-totals/{told.closed.slug}:strategy/").status_code == 200


@pytest.mark.parametrize("key", [":strategy", ":aim:1", ":objective:1.1", ":stream:A", ":role:deliver"])
def test_a_total_answers_at_its_reference(told: Told, key: str) -> None:
    reference = f"{told.closed.slug}{key}"

    found = Client().get(f"/api/v1/funding-totals/{reference}/").json()

    assert found["reference"] == reference
    assert found["url"].endswith(f"/api/v1/funding-totals/{reference}/")
    assert Client().get(found["url"]).json() == found


@pytest.mark.parametrize(
    "reference", ["2025-26-h2", "2025-26-h2:aim", "2025-26-h2:aim:9", ":", "7", "2025-26-h2:strategy:"]
)
def test_what_is_no_reference_of_a_total_is_a_404(told: Told, reference: str) -> None:
    assert Client().get(f"/api/v1/funding-totals/{reference}/").status_code == 404


@pytest.mark.parametrize("name", ["allocations", "funding-returns", "funding-totals", "funding-streams"])
@pytest.mark.parametrize("size", [1, 2, 200])
def test_a_walk_sees_every_row_once_and_each_answers_at_its_address(told: Told, name: str, size: int) -> None:
    client = client_of(UserRole.FINANCE)[0]
    rows = walk(client, f"/api/v1/{name}/?page_size={size}")
    counted = {"allocations": 5, "funding-returns": 5, "funding-streams": 3, "funding-totals": Summary.objects.count()}

    assert len({row["url"] for row in rows}) == len(rows) == counted[name]
    assert walk(client, f"/api/v1/{name}/?page_size={size}") == rows
    if size == 200:
        assert all(client.get(row["url"]).json() == row for row in rows)


@pytest.mark.parametrize(
    ("query", "targets"),
    [
        ("?stream=B", {"1.1.1", "1.2.1"}),
        ("?activity=1.1.1", {"1.1.1"}),
        ("?objective=2.2", {"2.2"}),
        ("?objective=1.1", set()),
        ("?stream=A&activity=1.1.2", {"1.1.2"}),
        ("?stream=Z", set()),
    ],
)
def test_allocations_are_narrowed_by_stream_activity_and_objective(told: Told, query: str, targets: set[str]) -> None:
    assert {target for _, target, _ in allocated(Client(), query)} == targets


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("allocations/?stream=a", "stream"),
        ("allocations/?activity=1.1", "activity"),
        ("allocations/?amount=1", "amount"),
        ("funding-returns/?stream=", "stream"),
        ("funding-returns/?month=March", "month"),
        ("funding-totals/?scope=region", "scope"),
        ("funding-totals/?period=2026/27", "period"),
        ("funding-totals/?page_size=0", "page_size"),
    ],
)
def test_a_parameter_that_is_not_valid_is_named(told: Told, path: str, parameter: str) -> None:
    response = Client().get(f"/api/v1/{path}")

    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def test_returns_are_narrowed_by_stream_and_totals_by_period_scope_and_key(told: Told) -> None:
    staff = client_of(UserRole.OFFICE)[0]

    assert {code for code, *_ in spent(staff, "?stream=B")} == {"B"}
    assert [row["reference"] for row in results(staff, "funding-totals/?scope=aim&key=1")] == [
        f"{told.closed.slug}:aim:1",
        f"{told.open.slug}:aim:1",
    ]


@pytest.mark.parametrize("name", ["allocations", "funding-returns", "funding-totals", "funding-streams"])
def test_a_reader_who_has_the_answer_gets_304_until_the_money_moves(told: Told, name: str) -> None:
    staff = client_of(UserRole.FINANCE)[0]
    address = f"/api/v1/{name}/?page_size=200"
    tag = staff.get(address)["ETag"]

    assert staff.get(address, headers={"if-none-match": tag}).status_code == 304
    told.allocate("C", "1.1.2", "0.01", CLOSED_AT)
    told.sign_off(told.streams["C"].returns.get(), CLOSED_AT)
    Summary.objects.filter(period=told.open, scope=Scope.STRATEGY).update(allocated=Decimal(1))
    assert staff.get(address, headers={"if-none-match": tag}).status_code == 200


def test_what_staff_read_is_kept_by_no_shared_cache_and_differs_from_what_the_public_has(told: Told) -> None:
    anybody, staff = Client(), client_of(UserRole.FINANCE)[0]
    tag = anybody.get("/api/v1/allocations/")["ETag"]

    answer = staff.get("/api/v1/allocations/", headers={"if-none-match": tag})

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-cache, private")
    assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("role", [None, UserRole.FINANCE])
@pytest.mark.parametrize("more", [0, 9])
def test_a_list_costs_as_many_queries_however_long_it_is(
    told: Told, django_assert_max_num_queries: DjangoAssertNumQueries, more: int, role: UserRole | None
) -> None:
    client = client_of(role)[0]
    for number in range(1, more + 1):
        activity = make_activity(f"3.1.{number}")
        told.activities[activity.number] = activity
        told.streams[f"Z{chr(64 + number)}"] = make_stream(code=f"Z{chr(64 + number)}")
        told.allocate(f"Z{chr(64 + number)}", activity.number, "10.00", THEN)
        told.sign_off(told.send(f"Z{chr(64 + number)}", THEN.date().replace(day=1), "10.00", THEN), THEN)

    for name in ("allocations", "funding-returns", "funding-totals", "funding-streams"):
        with django_assert_max_num_queries(5):  # two of them are the session and who it belongs to
            assert len(results(client, f"{name}/?page_size=200")) >= more


def test_no_answer_about_money_names_a_person_or_a_reason(told: Told) -> None:
    staff = client_of(UserRole.FINANCE)[0]
    secrets = ["Minute 12", *(words for user in User.objects.all() for words in (user.name, user.email))]

    for name in ("allocations", "funding-returns", "funding-totals", "funding-streams"):
        answer = staff.get(f"/api/v1/{name}/?page_size=200").content.decode()
        assert not [words for words in secrets if words in answer], name
