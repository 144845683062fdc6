"""The bulk download of a published review: complete, true to its seal, and the same for ever."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from accounts.choices import UserRole
from reporting.choices import LineKind
from reporting.models import Review, SealedLine
from reporting.services.agreeing import agree
from reporting.services.correcting import correct
from reporting.services.publishing import publish
from tests.factories import make_user
from tests.remembered import remembered
from tests.reporting.sealed import EXEMPT_WORDS, SECOND_CLOSED, Sealed, make_sealed

pytestmark = pytest.mark.django_db

LATER = SECOND_CLOSED + timedelta(hours=1)
ADDRESS = "/api/v1/reviews/2026-27-h1/download/"


@pytest.fixture
def sealed() -> Sealed:
    return remembered(make_sealed)


@pytest.fixture
def published(sealed: Sealed) -> Sealed:
    told: dict[str, Any] = {"review": sealed.review, "by": sealed.people.office, "now": LATER}
    agree(agreed_on=LATER.date(), minute_reference="Minute 7", resolution="Agreed.", **told)
    publish(**told)
    return sealed


def opened(client: Client) -> ZipFile:
    response = client.get(ADDRESS, follow=True)
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    return ZipFile(BytesIO(response.content))


def test_it_leads_to_a_file_that_never_changes(published: Sealed, client: Client) -> None:
    led = client.get(ADDRESS)
    file = client.get(led["Location"])

    assert led.status_code == 302
    assert led["Location"] == f"{ADDRESS}{published.review.seal}-0.zip"
    assert led["Cache-Control"] == "no-cache"
    assert file["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not file.has_header("Vary")
    assert file["Content-Disposition"] == 'attachment; filename="strategy-review-2026-27-h1.zip"'
    assert client.get(led["Location"], headers={"if-none-match": file["ETag"]}).status_code == 304


def test_it_is_the_same_whoever_asks_and_however_often_it_is_made(published: Sealed, client: Client) -> None:
    address = f"{ADDRESS}{published.review.seal}-0.zip"
    first = client.get(address).content
    office = Client()
    office.force_login(make_user(UserRole.OFFICE), backend="allauth.account.auth_backends.AuthenticationBackend")

    assert office.get(address).content == first
    assert office.get(address)["Cache-Control"].startswith("public")


def test_it_holds_every_line_with_what_proves_it(published: Sealed, client: Client) -> None:
    archive = opened(client)
    lines = [json.loads(line) for line in archive.read("lines.ndjson").splitlines()]
    seal = hashlib.sha256(archive.read("seal/seal.txt")).hexdigest()

    assert seal == json.loads(archive.read("review.json"))["seal"] == published.review.seal
    assert len(lines) == published.review.line_count
    assert [line["line"] for line in lines] == list(range(1, len(lines) + 1))
    rows = archive.read("seal/seal.txt").decode().splitlines()[1:]
    for line, row in zip(lines, rows, strict=True):
        text = json.dumps(line["public"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == line["public_hash"]
        assert hashlib.sha256((line["public_hash"] + line["exempt_hash"]).encode()).hexdigest() == line["hash"]
        assert row == f"{line['hash']}  {line['kind']} {line['key']}".rstrip()


def test_it_tells_the_review_itself(published: Sealed, client: Client) -> None:
    told = json.loads(opened(client).read("review.json"))

    assert (told["review"], told["period"], told["as_at"]) == ("2026-27-h1:1", "2026-27-h1", "2026-09-30")
    assert told["previous_seal"] == Review.objects.get(following=published.review).seal
    assert (told["minute_reference"], told["resolution"]) == ("Minute 7", "Agreed.")
    assert told["sums"]["counts"]["activities"] == published.book.whole.sums.counts.activities
    assert told["errata"] == []


def test_its_tables_are_described_and_the_readme_names_every_file(published: Sealed, client: Client) -> None:
    archive = opened(client)
    described = {table["url"] for table in json.loads(archive.read("csv-metadata.json"))["tables"]}
    readme = archive.read("README.txt").decode()

    assert described == {name for name in archive.namelist() if name.endswith(".csv")}
    assert all(name in readme for name in archive.namelist() if name != "README.txt")
    assert "lines.ndjson holds every line" in readme


def test_nothing_exempt_is_in_it(published: Sealed, client: Client) -> None:
    archive = opened(client)
    salts = SealedLine.objects.filter(review=published.review).values_list("salt", flat=True)
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()

    assert EXEMPT_WORDS not in everything
    assert not any(salt in everything for salt in salts)
    assert not any("exempt.jsonl" in name or "salts" in name for name in archive.namelist())


def test_an_erratum_gives_another_file_and_leaves_the_first(published: Sealed, client: Client) -> None:
    before = client.get(ADDRESS)["Location"]
    first = client.get(before).content
    line = published.review.lines.get(kind=LineKind.STRATEGY)
    told = {"field": "sums.counts.red", "correct": "77", "explanation": "One was counted as Amber."}
    correct(review=published.review, line=line, by=published.people.office, now=LATER, **told)
    after = client.get(ADDRESS)["Location"]

    assert after.endswith("-1.zip")
    assert client.get(before).content == first
    (erratum,) = json.loads(opened(client).read("review.json"))["errata"]
    assert (erratum["correct"], erratum["explanation"]) == ("77", "One was counted as Amber.")


@pytest.mark.parametrize("role", [None, UserRole.PARTNER, UserRole.BOARD, UserRole.OFFICE])
def test_what_is_not_published_has_no_download(sealed: Sealed, client: Client, role: UserRole | None) -> None:
    if role:
        client.force_login(make_user(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    hidden = client.get(ADDRESS)

    assert (hidden.status_code, hidden["Content-Type"]) == (404, "application/problem+json")
    assert hidden.content.replace(b"2026-27", b"2030-31") == client.get(ADDRESS.replace("2026-27", "2030-31")).content
    assert client.get(f"{ADDRESS}{sealed.review.seal}-0.zip").status_code == 404


@pytest.mark.parametrize("name", ["{seal}-1", f"{'0' * 64}-0", "{seal}", "{seal}-99999999999999999999"])
def test_a_file_that_there_is_not_is_a_404(published: Sealed, client: Client, name: str) -> None:
    assert client.get(f"{ADDRESS}{name.format(seal=published.review.seal)}.zip").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_read(published: Sealed, client: Client, method: str) -> None:
    assert getattr(client, method)(ADDRESS)["Allow"] == "GET, HEAD, OPTIONS"


def test_it_takes_no_parameters(published: Sealed, client: Client) -> None:
    assert client.get(f"{ADDRESS}?a=1").status_code == 400


def test_a_published_review_names_its_download(published: Sealed, client: Client) -> None:
    told = client.get("/api/v1/reviews/2026-27-h1/").json()

    assert told["download"] == f"http://testserver{ADDRESS}"


def test_a_review_that_is_not_published_names_none(sealed: Sealed, client: Client) -> None:
    client.force_login(sealed.people.office, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get("/api/v1/reviews/2026-27-h1/").json()["download"] is None
