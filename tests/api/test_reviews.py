"""Sealed reviews through the API: what they tell, to whom, and that anyone can compute their seals again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import KeyScope, UserRole
from accounts.models import User
from aims.services.keys import make_key
from reporting.choices import LineKind
from reporting.models import SealedLine
from reporting.selectors.books import book_of
from reporting.services.correcting import correct
from reporting.services.reopening import reopen
from tests.api.test_cursor import walk
from tests.factories import make_user
from tests.remembered import remembered
from tests.reporting.published import opened
from tests.reporting.sealed import EXEMPT_WORDS, Sealed, close, make_sealed, review_of, tell

pytestmark = pytest.mark.django_db

FIRST, SECOND = "2025-26-h2", "2026-27-h1"
PUBLISHED = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
CORRECTED = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
Row = dict[str, Any]


def tell_reviews() -> Sealed:
    """The first review published, with an erratum; the second sealed, not yet agreed."""
    sealed = make_sealed()
    first = review_of(sealed.first)
    opened(sealed, first, PUBLISHED)
    correct(
        review=first,
        line=first.lines.get(kind=LineKind.ACTIVITY, key="1.1.1"),
        field="description",
        correct="Deliver the whole of it",
        explanation="Half a sentence was lost.",
        by=sealed.people.office,
        now=CORRECTED,
    )
    return sealed


@pytest.fixture
def told() -> Sealed:
    return remembered(tell_reviews)


def as_person(user: User | UserRole | None) -> Client:
    client = Client()
    if user:
        person = make_user(user) if isinstance(user, UserRole) else user
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def read(client: Client, path: str, **headers: str) -> Any:
    response = client.get(f"/api/v1/{path}", headers=headers)
    assert response.status_code == 200, response.content
    return response.json()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def recomputed(client: Client, review: Row) -> str:
    """The seal of a review as a stranger makes it from the lines that the API tells."""
    rows = [f"{review['previous_seal'] or '-'}  previous\n"]
    for line in walk(client, review["lines"] + "?page_size=7"):
        proof = line["proof"]
        assert json.loads(proof["public_text"]) == line["public"]
        made = sha256(sha256(proof["public_text"]) + proof["exempt_hash"])
        rows.append(f"{made}  {line['kind']} {line['key']}".rstrip() + "\n")
        assert rows[-1] == proof["row"] + "\n"
    text = client.get(review["manifest"]).content.decode()
    assert "".join(rows) == text
    return sha256(text)


@pytest.mark.parametrize("role", [None, UserRole.PARTNER])
def test_the_public_reads_the_published_review_and_computes_its_seal_again(told: Sealed, role: UserRole | None) -> None:
    client = as_person(role)
    (review,) = read(client, "reviews/")["results"]

    assert (review["reference"], review["stage"]) == (f"{FIRST}:1", "published")
    assert read(client, f"reviews/{FIRST}/") == read(client, f"reviews/{FIRST}:1/") == review
    assert recomputed(client, review) == review["seal"] == review_of(told.first).seal


def test_the_seals_of_reviews_are_a_chain(told: Sealed) -> None:
    board = as_person(UserRole.BOARD)
    first, second = read(board, "reviews/")["results"]

    assert (first["previous_seal"], second["previous_seal"]) == (None, first["seal"])
    assert second["download"] is None
    for person in (UserRole.BOARD, UserRole.OWNER):
        opens = [as_person(person).get(row["pack"]).status_code for row in (first, second)]
        told_of = [row["pack"] for row in read(as_person(person), "reviews/")["results"]]
        assert [code == 200 for code in opens] == [address is not None for address in told_of], person
    assert [recomputed(board, review) for review in (first, second)] == [first["seal"], second["seal"]]


def test_a_review_tells_its_life_and_what_was_sealed_of_the_whole(told: Sealed) -> None:
    review = read(Client(), f"reviews/{FIRST}/")
    sums = book_of(review_of(told.first), exempt=False).whole.sums

    assert (review["agreed_on"], review["minute_reference"]) == ("2026-05-20", "Minute 12")
    assert review["published_at"] == "2026-05-20T10:00:00+01:00"
    assert (review["as_at"], review["line_count"]) == ("2026-03-31", review_of(told.first).line_count)
    counts = review["sums"]["counts"]
    assert counts == asdict(sums.counts) | {"rated": sums.counts.rated}
    assert (review["sums"]["headline"], review["sums"]["headline_reason"]) == (sums.headline, sums.headline_reason)
    assert review["page"] == f"http://testserver/reviews/{FIRST}/"
    assert Client().get(review["download"], follow=True)["Content-Type"] == "application/zip"


def test_an_erratum_stands_beside_the_review_and_beside_its_line(told: Sealed) -> None:
    (erratum,) = read(Client(), f"reviews/{FIRST}/")["errata"]
    line = read(Client(), f"reviews/{FIRST}/lines/activity/1.1.1/")

    assert (erratum["kind"], erratum["key"], erratum["field"]) == ("activity", "1.1.1", "description")
    assert (erratum["printed"], erratum["correct"]) == (line["public"]["description"], "Deliver the whole of it")
    assert line["errata"] == [erratum]


def test_every_line_answers_at_its_own_address(told: Sealed) -> None:
    board = as_person(UserRole.BOARD)
    lines = list(walk(board, f"/api/v1/reviews/{SECOND}/lines/?page_size=200"))

    assert {line["kind"] for line in lines} == set(LineKind.values)
    assert [line["position"] for line in lines] == list(range(1, told.review.line_count + 1))
    assert all(board.get(line["url"]).json() == line for line in lines)
    assert read(board, f"reviews/{SECOND}/lines/milestone/1.1.1/2/")["key"] == "1.1.1/2"
    assert read(board, f"reviews/{SECOND}/lines/strategy/-/")["key"] == ""


@pytest.mark.parametrize(
    ("query", "keys"), [("kind=aim", ["1", "2", "3"]), ("kind=activity&key=1.1.2", ["1.1.2"]), ("key=9.9.9", [])]
)
def test_lines_are_narrowed_by_kind_and_key(told: Sealed, query: str, keys: list[str]) -> None:
    assert [line["key"] for line in read(Client(), f"reviews/{FIRST}/lines/?{query}")["results"]] == keys


@pytest.mark.parametrize("role", [UserRole.BOARD, UserRole.OFFICE, UserRole.ADMINISTRATOR])
def test_the_board_and_the_office_read_the_exempt_part_and_compute_its_hash(told: Sealed, role: UserRole) -> None:
    line = read(as_person(role), f"reviews/{SECOND}/lines/activity/1.1.1/")
    proof = line["proof"]

    assert line["exempt"]["narrative"] == EXEMPT_WORDS
    assert json.loads(proof["exempt_text"]) == line["exempt"]
    assert sha256(proof["salt"] + proof["exempt_text"]) == proof["exempt_hash"]


def test_whoever_answers_for_an_activity_reads_its_exempt_part_and_no_other(told: Sealed) -> None:
    for person in (told.people.owner, told.people.approver):
        lines = list(walk(as_person(person), f"/api/v1/reviews/{SECOND}/lines/?page_size=200"))
        readable = {(line["kind"], line["key"]) for line in lines if line["exempt"] is not None}
        assert readable == {("activity", number) for number in told.activities}
    stranger = walk(as_person(UserRole.OWNER), f"/api/v1/reviews/{SECOND}/lines/?page_size=200")
    assert {(line["exempt"], line["proof"]["salt"]) for line in stranger} == {(None, None)}


def test_exempt_words_and_salts_never_reach_the_public_also_where_a_partner_holds_the_post(told: Sealed) -> None:
    opened(told, told.review, datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    partner = make_user(UserRole.PARTNER, holds=told.post, organisation=told.post.organisation)
    salts = set(SealedLine.objects.values_list("salt", flat=True))

    for client in (Client(), as_person(partner)):
        for path in ("/", "/lines/?page_size=200", "/lines.csv", "/lines.json", "/lines/activity/1.1.1/", "/seal/"):
            answer = client.get(f"/api/v1/reviews/{SECOND}{path}")
            assert answer.status_code == 200
            text = answer.getvalue().decode()
            assert EXEMPT_WORDS not in text
            assert not any(salt in text for salt in salts)


def test_no_program_reads_an_exempt_part_in_anybody_s_name(told: Sealed) -> None:
    owner = told.people.owner
    User.objects.filter(pk=owner.pk).update(organisation=told.post.organisation)
    owner.refresh_from_db()
    _, key = make_key(
        name="Copies",
        user=owner,
        organisation=told.post.organisation,
        scopes=[KeyScope.READ],
        expires_on=timezone.localdate(),
        by=told.people.office,
        now=timezone.now(),
    )
    lines = Client().get(f"/api/v1/reviews/{SECOND}/lines.json", headers={"authorization": f"Bearer {key}"})

    assert {line["exempt"] for line in json.loads(lines.getvalue())["results"]} == {None}


PATHS = ["", "lines/", "lines/activity/1.1.1/", "lines/review/-/", "seal/", "seal.txt"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", [None, UserRole.PARTNER])
def test_what_is_not_published_answers_the_public_as_what_does_not_exist(
    told: Sealed, role: UserRole | None, path: str
) -> None:
    client = as_person(role)
    for hidden, nowhere in (("2026-27-h1", "2028-29-h1"), ("2026-27-h1:1", "2025-26-h2:7")):
        answers = [client.get(f"/api/v1/reviews/{name}/{path}") for name in (hidden, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content.replace(hidden.encode(), nowhere.encode()) == answers[1].content
        assert answers[0].headers.keys() == answers[1].headers.keys()
        assert answers[0]["Cache-Control"] == answers[1]["Cache-Control"]


def test_a_review_that_was_opened_again_is_kept_for_whoever_saw_it(told: Sealed) -> None:
    board, old = as_person(UserRole.BOARD), told.review
    reopen(
        review=old,
        activities=[told.activities["1.1.4"]],
        reason="The wrong contract was named.",
        until=date(2026, 11, 20),
        by=told.people.office,
        now=datetime(2026, 11, 10, 9, 0, tzinfo=UTC),
    )
    assert board.get(f"/api/v1/reviews/{SECOND}/").status_code == 404
    tell(told, "1.1.4", datetime(2026, 11, 11, 9, 0, tzinfo=UTC), narrative="The right one is named.")
    close(told, told.second, datetime(2026, 11, 12, 9, 0, tzinfo=UTC))
    before, after = read(board, f"reviews/{SECOND}:1/"), read(board, f"reviews/{SECOND}/")

    assert (before["stage"], before["page"], before["seal"]) == ("reopened", None, old.seal)
    assert (after["reference"], after["supersedes"], after["previous_seal"]) == (f"{SECOND}:2", f"{SECOND}:1", old.seal)
    assert [recomputed(board, review) for review in (before, after)] == [before["seal"], after["seal"]]
    assert [row["reference"] for row in read(board, "reviews/?stage=reopened")["results"]] == [f"{SECOND}:1"]
    opened(told, review_of(told.second), datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    assert Client().get(f"/api/v1/reviews/{SECOND}:1/").status_code == 404
    assert Client().get(f"/api/v1/reviews/{SECOND}:2/").status_code == 200


def test_the_text_of_the_seal_comes_as_json_or_plain(told: Sealed) -> None:
    address = f"/api/v1/reviews/{FIRST}/seal/"
    as_json, plain = Client().get(address), Client().get(address, headers={"accept": "text/plain"})
    by_suffix = Client().get(f"/api/v1/reviews/{FIRST}/seal.txt")

    assert plain["Content-Type"] == by_suffix["Content-Type"] == "text/plain; charset=utf-8"
    assert plain.content == by_suffix.content == as_json.json()["text"].encode()
    assert as_json.json()["seal"] == hashlib.sha256(plain.content).hexdigest()
    assert Client().get(address, headers={"if-none-match": plain["ETag"], "accept": "text/plain"}).status_code == 304


@pytest.mark.parametrize("accept", ["text/csv", "application/xml"])
def test_a_seal_in_a_form_that_nobody_makes_is_a_406(told: Sealed, accept: str) -> None:
    answer = Client().get(f"/api/v1/reviews/{FIRST}/seal/", headers={"accept": accept})

    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")


@pytest.mark.parametrize("path", ["seal/?a=1", "seal.txt?a=1", "lines/aim/1/?kind=aim", "lines/?colour=red", "?seal=1"])
def test_parameters_that_nobody_knows_are_refused(told: Sealed, path: str) -> None:
    answer = Client().get(f"/api/v1/reviews/{FIRST}/{path}")

    assert (answer.status_code, answer.json()["type"]) == (400, "/api/v1/problems/invalid-parameter/")


@pytest.mark.parametrize(
    "path",
    [
        "reviews/2025-26-h2:0/",
        "reviews/2025-26-h2:99999/",
        "reviews/2025-26-h2:/",
        "reviews/2025-26-h2/lines/colour/1/",
        "reviews/2025-26-h2/lines/aim/9/",
        "reviews/2025-26-h2/lines/aim/-/",
        "reviews/2025-26-h2/lines/milestone/1.1.1/2/3/",
        "reviews/2025-26-h2/lines/activity/%00/",
        "reviews/2025-26-h2/lines/review/",
    ],
)
def test_what_no_review_has_is_a_404(told: Sealed, path: str) -> None:
    assert Client().get(f"/api/v1/{path}").status_code == 404


@pytest.mark.parametrize("path", ["reviews/?page_size={}", f"reviews/{SECOND}/lines/?page_size={{}}"])
def test_lists_cost_as_many_queries_however_long_they_are(told: Sealed, path: str) -> None:
    board, asked = as_person(UserRole.BOARD), {}
    for size in (1, 200):
        with CaptureQueriesContext(connection) as queries:
            assert len(read(board, path.format(size))["results"]) >= min(size, 2)
        asked[size] = len(queries)

    assert asked[1] == asked[200] <= 9


def test_the_latest_review_is_the_first_where_a_reader_asks_for_that(told: Sealed) -> None:
    reviews = read(as_person(UserRole.BOARD), "reviews/?ordering=-sealed_at&fields=reference")["results"]

    assert reviews == [{"reference": f"{SECOND}:1"}, {"reference": f"{FIRST}:1"}]
