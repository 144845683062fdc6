"""The money behind the ratings on screen is what a hand-written sum over allocations and updates finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import Rag, Role
from aims.models import KeyActivity, Objective, Place, ReviewPeriod
from funding.choices import AmountKind
from funding.models import FundingStream
from funding.rules import Figures, in_millions
from funding.selectors.reconciliation import reconciliation
from funding.services.allocating import allocate, end_allocation
from funding.services.awards import change_award
from funding.services.returning import approve_return, submit_return
from reporting.choices import Scope
from reporting.models import Summary
from reporting.selectors.behind import Rating
from reporting.services.rebuilding import rebuild
from tests.factories import make_activity, make_approved, make_organisation, make_stream, make_user
from tests.remembered import load_the_strategy, remembered
from tests.reporting.conftest import OPEN_ROUND, Story, behind, tell_story

MILLION = Decimal(1_000_000)
BEFORE_CLOSING, AFTER_CLOSING = (datetime(2025, month, 1, 9, 0, tzinfo=UTC) for month in (5, 6))
# Stream, target, £m: some pay for the same activity, some for an objective, a pound and a penny among them.
ALLOCATED = (
    ("A", "1.1.1", "26.5"),
    ("B", "1.1.1", "3.000001"),
    ("A", "1.1.2", "7.25"),
    ("A", "2.1.1", "11"),
    ("B", "2.1.2", "0.45"),
    ("B", "1.2.1", "5"),
    ("A", "1.1", "2.2"),
    ("B", "2.1", "9.9"),
)
SUM = """
    SELECT coalesce(sum(l.amount), 0)
    FROM funding_allocation l
    JOIN funding_fundingstream s ON s.id = l.stream_id
    LEFT JOIN aims_keyactivity a ON a.id = l.activity_id
    JOIN aims_objective o ON o.id = coalesce(a.objective_id, l.objective_id)
    JOIN aims_aim m ON m.id = o.aim_id
    LEFT JOIN accounts_owner w ON w.id = a.owner_id
    LEFT JOIN accounts_organisation b ON b.id = w.organisation_id
    LEFT JOIN aims_progressupdate u ON u.activity_id = a.id AND u.period_id = %(period)s AND u.stage = 'approved'
    WHERE l.ended_at IS NULL AND {of_scope} AND {of_rating}
"""
OF_SCOPE = {
    Scope.STRATEGY: "%(key)s = ''",
    Scope.AIM: "m.number = %(key)s",
    Scope.OBJECTIVE: "o.number = %(key)s",
    Scope.ORGANISATION: "b.slug = %(key)s",
    Scope.ROLE: "a.role = %(key)s",
    Scope.STREAM: "s.code = %(key)s",
    Scope.PLACE: """EXISTS (SELECT 1 FROM aims_keyactivity_places x JOIN aims_place p ON p.id = x.place_id
        WHERE x.keyactivity_id = a.id AND p.slug = %(key)s)""",
}
OF_RATING = {
    Rating.RED: "u.rag = 'red'",
    Rating.AMBER: "u.rag = 'amber'",
    Rating.NOT_KNOWN: "a.id IS NOT NULL AND u.id IS NULL",
    Rating.NOT_TRACED: "a.id IS NULL",
}


@dataclass(frozen=True)
class Purse:
    """The story with money; `finance` allocates, `treasurer` signs off."""

    story: Story
    finance: User
    treasurer: User
    streams: dict[str, FundingStream]

    @property
    def said(self) -> dict[str, Any]:
        return {"by": self.finance, "now": OPEN_ROUND}

    def client(self) -> Client:
        client = Client()
        client.force_login(self.finance, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client


@pytest.fixture
def purse(db: None) -> Purse:
    return remembered(tell_of_money)


def tell_of_money() -> Purse:
    """Money for what is Red, Amber, silent and complete in the open round; 2.1.2 is Amber and enabled."""
    story = tell_story()
    enabled = make_activity("2.1.2", role=Role.ENABLE)
    make_approved(enabled, now=OPEN_ROUND, **behind(Rag.AMBER))
    places = [make_place(slug) for slug in ("dudley", "walsall")]
    story.activities["1.1.1"].places.set(places)
    enabled.places.set(places[:1])
    streams = {code: make_stream(code=code, award=100 * MILLION) for code in ("A", "B")}
    purse = Purse(story, make_user(UserRole.FINANCE), make_user(UserRole.FINANCE), streams)
    for code, number, millions in ALLOCATED:
        allocate(
            stream=streams[code],
            target=target(number),
            amount=Decimal(millions) * MILLION,
            reason="Minute 1.",
            **purse.said,
        )
    ended = allocate(stream=streams["A"], target=enabled, amount=MILLION, reason="Minute 2.", **purse.said)
    end_allocation(allocation=ended, reason="Minute 3.", **purse.said)
    rebuild(period=story.open, on=OPEN_ROUND.date())
    return purse


def make_place(slug: str) -> Place:
    return Place.objects.create(slug=slug, name=slug.title(), authority=make_organisation(slug=slug))


def target(number: str) -> KeyActivity | Objective:
    kind: type[KeyActivity | Objective] = KeyActivity if number.count(".") == 2 else Objective
    found: KeyActivity | Objective = kind.objects.get(number=number)
    return found


def summed(period: ReviewPeriod, scope: Scope, key: str, rating: Rating) -> Decimal:
    statement = SUM.format(of_scope=OF_SCOPE[scope], of_rating=OF_RATING[rating])
    with connection.cursor() as cursor:
        cursor.execute(statement, {"period": period.pk, "key": key})
        total: Decimal = cursor.fetchone()[0]
    return total


def address(scope: str, key: str, rating: str, review: str = "") -> str:
    asked = {"scope": scope, "key": key, "rating": rating, "review": review}
    return f"/funding/behind/?{urlencode(asked)}"


@pytest.mark.parametrize("scope", Scope)
def test_every_sum_and_its_list_are_what_a_hand_written_sum_finds(purse: Purse, scope: Scope) -> None:
    client, period = purse.client(), purse.story.open
    keys = list(Summary.objects.filter(period=period, scope=scope).values_list("key", flat=True))
    ratings = [rating for rating in Rating if rating.mark or scope not in ("place", "role", "organisation")]
    found = {}
    for key in keys:
        for rating in ratings:
            expected = summed(period, scope, key, rating)
            answer = client.get(address(scope, key, rating))
            page = answer.context["page"]
            assert page.total == expected, (key, rating)
            assert page.behind.of(rating) == expected, (key, rating)
            words = f"£{in_millions(expected)}m is allocated to" if expected else "No money stands here"
            assert words in answer.content.decode()
            found[key, rating] = expected
    assert keys
    assert any(found.values())


def test_the_pages_lead_from_each_sum_to_its_list(purse: Purse) -> None:
    client, review = purse.client(), purse.story.open.slug
    pages = {
        "/": [("strategy", "", "red"), ("strategy", "", "amber"), ("strategy", "", "not-traced")],
        "/funding/": [("aim", "1", "red"), ("aim", "2", "not-known"), ("place", "dudley", "amber")],
        "/funding/A/": [("stream", "A", "red"), ("stream", "A", "not-traced")],
        "/aims/2/": [("aim", "2", "amber"), ("aim", "2", "not-known")],
        "/objectives/1.1/": [("objective", "1.1", "red"), ("objective", "1.1", "not-traced")],
    }
    for page, lists in pages.items():
        text = client.get(page).content.decode()
        for asked in lists:
            link = address(*asked, review)
            assert link.replace("&", "&amp;") in text, (page, asked)
            assert client.get(link).status_code == 200


def test_totals_count_each_allocation_once(purse: Purse) -> None:
    told = sum(Decimal(millions) for _, _, millions in ALLOCATED) * MILLION
    for scope in (Scope.STRATEGY, Scope.AIM, Scope.OBJECTIVE, Scope.STREAM):
        rows = Summary.objects.filter(period=purse.story.open, scope=scope)
        assert sum(row.allocated + row.not_traced for row in rows) == told, scope
    table = purse.client().get("/funding/").context["table"]
    assert table.total("allocated") == table.behind.allocated + table.behind.not_traced == told
    assert table.total("unallocated") == 200 * MILLION - told


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?scope=aim",
        "?scope=aim&key=1",
        "?scope=aim&key=1&rating=blue",
        "?scope=mind&key=1&rating=red",
        "?scope=aim&key=9&rating=red",
        "?scope=aim&key=1%00&rating=red",
        "?scope=place&key=dudley&rating=not-traced",
        "?scope=aim&key=1&rating=red&review=1999-00-h1",
    ],
)
def test_what_no_sum_counts_is_not_found(purse: Purse, asked: str) -> None:
    assert purse.client().get(f"/funding/behind/{asked}").status_code == 404


def test_signed_out_money_is_told_as_the_last_closing_knew_it(purse: Purse, client: Client) -> None:
    story, stream = purse.story, make_stream(code="C", award=50 * MILLION)
    by_then: dict[str, Any] = {"by": purse.finance, "now": BEFORE_CLOSING}
    allocate(stream=stream, target=story.activities["1.1.2"], amount=8 * MILLION, reason="Minute 1.", **by_then)
    rebuild(period=story.published, on=date(2025, 5, 9))
    assert story.published.closed_at
    assert BEFORE_CLOSING < story.published.closed_at < AFTER_CLOSING
    later: dict[str, Any] = {"by": purse.finance, "now": AFTER_CLOSING}
    change_award(
        stream=stream, kind=AmountKind.AWARD, amount=77 * MILLION, dated=date(2025, 6, 1), reason="A letter.", **later
    )
    month = date(2025, 5, 1)
    told = submit_return(stream=stream, month=month, figures=Figures(committed=33 * MILLION), **later)
    approve_return(found=told, by=purse.treasurer, now=AFTER_CLOSING)

    table = client.get("/funding/").context["table"]
    line = next(line for line in table.lines if line.code == "C")
    assert (line.award, line.allocated, line.committed) == (50 * MILLION, 8 * MILLION, None)
    assert line.behind.amber == 8 * MILLION
    assert all(line.allocated == 0 for line in table.lines if line.code != "C")
    for page in ("/funding/C/", "/activities/1.1.2/", "/aims/1/", "/"):
        text = client.get(page).content.decode()
        assert "£8.0m" in text, page
        assert "77.0" not in text, page
        assert "33.0" not in text, page
        assert "26.5" not in text, page
    listed = client.get(address("aim", "1", "amber")).context["page"]
    assert (listed.total, listed.period) == (8 * MILLION, story.published)
    assert client.get(address("aim", "1", "red", story.open.slug)).status_code == 404
    assert client.get("/funding/C/").context["page"].returns == []
    live = next(line for line in purse.client().get("/funding/").context["table"].lines if line.code == "C")
    assert (live.award, live.committed) == (77 * MILLION, 33 * MILLION)


def test_a_closed_review_keeps_its_list_while_money_moves_on(purse: Purse) -> None:
    story = purse.story
    earlier: dict[str, Any] = {"by": purse.finance, "now": BEFORE_CLOSING}
    stream = make_stream(code="C", award=50 * MILLION)
    made = allocate(stream=stream, target=story.activities["1.1.2"], amount=8 * MILLION, reason="Minute 1.", **earlier)
    end_allocation(allocation=made, reason="Minute 2.", by=purse.finance, now=AFTER_CLOSING)
    rebuild(period=story.published, on=date(2025, 5, 9))
    page = purse.client().get(address("stream", "C", "amber", story.published.slug)).context["page"]
    assert page.total == page.behind.amber == 8 * MILLION


def test_money_that_stays_with_what_is_retired_is_named(purse: Purse, capsys: pytest.CaptureFixture[str]) -> None:
    assert reconciliation(OPEN_ROUND.date()) == []
    KeyActivity.objects.filter(number="2.1.1").update(retired_on=date(2025, 10, 1))
    rebuild(period=purse.story.open, on=OPEN_ROUND.date())
    (found,) = reconciliation(OPEN_ROUND.date())
    assert str(found) == "A: £11,000,000.00 is allocated to 2.1.1, which is retired"
    with pytest.raises(SystemExit):
        call_command("reconcile_funding")
    assert str(found) in capsys.readouterr().out
    client = purse.client()
    text = " ".join(client.get("/funding/").content.decode().split())
    assert '£11.0m is allocated to <a class="govuk-link" href="/activities/2.1.1/">2.1.1</a>, which is retired' in text
    assert "Retired on 1 October 2025: allocate to what succeeds it" in client.get("/funding/A/").content.decode()
    assert "though this was retired on 1 October 2025" in client.get("/activities/2.1.1/").content.decode()


def test_the_end_of_a_stream_names_what_would_lose_its_money(purse: Purse) -> None:
    end = purse.client().get("/funding/A/").context["page"].end
    assert [(paid.number, paid.amount, paid.elsewhere) for paid in end.wholly] == [
        ("2.1.1", 11 * MILLION, 0),
        ("1.1.2", Decimal("7.25") * MILLION, 0),
        ("1.1", Decimal("2.2") * MILLION, 0),
    ]
    (partly,) = end.partly
    assert (partly.number, partly.elsewhere, partly.share) == ("1.1.1", Decimal(3_000_001), 90)
    assert (end.lost_wholly, end.lost_partly) == (Decimal(20_450_000), Decimal(26_500_000))


def test_the_twenty_printed_figures_stand_on_screen_with_their_total(client: Client, db: None) -> None:
    remembered(load_the_strategy)
    answer = client.get("/funding/")
    printed = [
        *(1050, 871, 695, 418, 250, 208, 195, 165, 143, 139),
        *(132, 128, 95, 66, 59, 49, 26, 24, 12, 8),
    ]
    assert [line.award / MILLION for line in answer.context["table"].lines] == printed
    text = answer.content.decode()
    assert sum(printed) == 4733
    assert "£4,733m in 20 streams (£4.7bn)" in text
    for amount in printed:
        assert f'<td class="number">{amount:,}.0</td>' in text
