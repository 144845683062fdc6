"""The pack's page and its files: who may open which, and what a browser and a cache are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.plugin import DjangoDbBlocker

from accounts.choices import UserRole
from reporting.choices import PackAudience, PackFormat
from reporting.models import PackFile
from reporting.packs.formats.html import STYLE_SHEET, policy_for
from reporting.packs.forms import made
from reporting.services import packing
from reporting.services.agreeing import agree
from reporting.services.correcting import correct
from reporting.services.packing import ask_for_packs, make_pack
from reporting.services.publishing import publish
from tests.factories import make_user
from tests.reporting.sealed import SECOND_CLOSED, Sealed, make_sealed

LATER = SECOND_CLOSED + timedelta(hours=1)
EVERY_SECOND_OF_A_YEAR = "max-age=31536000"


@pytest.fixture(scope="module")
def packed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sealed]:
    """A sealed review with both packs for all tests here, of forms that cost nothing but the web page."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        real = made

        def written(form: PackFormat, *rest: Any) -> bytes:
            return real(form, *rest) if form == PackFormat.HTML else b"made"

        patched.setattr(packing, "made", written)
        sealed = make_sealed()
        for pack in ask_for_packs(review=sealed.review, by=sealed.people.office, now=LATER):
            make_pack(pack=pack, now=LATER)
        yield sealed
        transaction.set_rollback(True)


@pytest.fixture
def sealed(packed: Sealed, db: None) -> Iterator[Sealed]:
    with transaction.atomic():
        yield packed
        transaction.set_rollback(True)


@pytest.fixture
def published(sealed: Sealed) -> Sealed:
    told: dict[str, Any] = {"review": sealed.review, "by": sealed.people.office, "now": LATER}
    agree(agreed_on=LATER.date(), minute_reference="Minute 7", resolution="Agreed.", **told)
    publish(**told)
    return sealed


def file_of(sealed: Sealed, audience: PackAudience, form: PackFormat = PackFormat.EXCEL) -> PackFile:
    return PackFile.objects.select_related("pack").get(pack__review=sealed.review, pack__audience=audience, format=form)


def address(file: PackFile) -> str:
    return reverse("review-file", args=["2026-27-h1", file.pack.review.seal, file.pack.errata, file.name])


def client_of(role: UserRole | None) -> Client:
    client = Client()
    if role:
        client.force_login(make_user(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


PAGE = "/reviews/2026-27-h1/pack/"
READERS = (UserRole.BOARD, UserRole.OFFICE, UserRole.ADMINISTRATOR)
OTHERS = (None, UserRole.PARTNER, UserRole.OWNER, UserRole.APPROVER, UserRole.FINANCE)


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_sees_a_pack_before_it_is_published(sealed: Sealed, role: UserRole | None) -> None:
    client = client_of(role)
    addresses = [PAGE, *(address(file_of(sealed, audience)) for audience in PackAudience)]
    assert [client.get(each).status_code for each in addresses] == [404] * 3


@pytest.mark.parametrize("role", READERS)
def test_the_board_and_the_office_read_both_versions_and_no_cache_keeps_them(sealed: Sealed, role: UserRole) -> None:
    client = client_of(role)
    page = client.get(PAGE).content.decode()
    for audience in PackAudience:
        file = file_of(sealed, audience)
        assert address(file) in page
        answer = client.get(address(file))
        assert answer.getvalue() == b"made"
        assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("role", OTHERS)
def test_once_published_anyone_reads_the_public_version_alone(published: Sealed, role: UserRole | None) -> None:
    client = client_of(role)
    public, exempt = (file_of(published, audience) for audience in (PackAudience.PUBLIC, PackAudience.EXEMPT))
    page = client.get(PAGE).content.decode()
    assert address(public) in page
    assert exempt.name not in page
    assert client.get(address(exempt)).status_code == 404
    answer = client.get(address(public))
    assert answer.getvalue() == b"made"
    assert answer["Cache-Control"] == f"public, {EVERY_SECOND_OF_A_YEAR}, immutable"
    assert "Cookie" not in answer.get("Vary", "")


def test_who_has_the_file_already_is_told_so(published: Sealed) -> None:
    file = file_of(published, PackAudience.PUBLIC)
    etag = f'"{file.sha256}"'
    answer = Client().get(address(file), headers={"If-None-Match": etag})
    assert (answer.status_code, answer["ETag"]) == (304, etag)
    assert "immutable" in answer["Cache-Control"]
    head = Client().head(address(file))
    assert head.getvalue() == b""
    assert (head.status_code, head["Content-Length"]) == (200, str(file.size))


@pytest.mark.parametrize("form", list(PackFormat))
def test_a_browser_is_told_what_the_file_is_and_never_guesses(published: Sealed, form: PackFormat) -> None:
    file = file_of(published, PackAudience.PUBLIC, form)
    answer = Client().get(address(file))
    answer.getvalue()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert file.name in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("inline" if form == PackFormat.HTML else "attachment")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_web_page_may_use_its_own_style_and_nothing_else(published: Sealed) -> None:
    answer = Client().get(address(file_of(published, PackAudience.PUBLIC, PackFormat.HTML)))
    content = answer.getvalue().decode()
    style = content.partition("<style>")[2].partition("</style>")[0]
    assert answer["Content-Security-Policy"].startswith(policy_for(style))
    assert STYLE_SHEET not in content
    assert "The contractor has stopped." in content
    assert "asks for £2m" not in content


@pytest.mark.parametrize(
    ("slug", "errata", "name"),
    [
        ("2025-26-h2", 0, ""),
        ("2026-27-h1", 1, ""),
        ("2026-27-h1", 0, "review.pdf"),
        ("2026-27-h1", 0, ".."),
    ],
)
def test_another_address_of_a_file_answers_like_none(published: Sealed, slug: str, errata: int, name: str) -> None:
    file = file_of(published, PackAudience.PUBLIC)
    path = f"/reviews/{slug}/files/{file.pack.review.seal}-{errata}/{name or file.name}"
    assert Client().get(path).status_code == 404


def test_the_office_has_a_pack_made_and_sees_how_far_it_is(
    sealed: Sealed, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    told: dict[str, Any] = {"review": sealed.review, "by": sealed.people.office, "now": LATER}
    agree(agreed_on=LATER.date(), minute_reference="Minute 7", resolution="Agreed.", **told)
    client = client_of(UserRole.OFFICE)
    assert "Make the pack" not in client.get(PAGE).content.decode()
    line = sealed.review.lines.get(kind="activity", key="1.1.1")
    correct(line=line, field="update.narrative", correct="It paused.", explanation="A slip.", **told)
    assert "Make the pack" in client.get(PAGE).content.decode()
    with django_capture_on_commit_callbacks() as knocks:
        assert client.post(PAGE).status_code == 302
    assert len(knocks) == 2
    page = client.get(PAGE).content.decode()
    assert "Look again" in page
    progress = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert progress.count("taken up within a minute") == 2
    assert "<html" not in progress


def test_the_board_cannot_have_one_made(sealed: Sealed) -> None:
    assert client_of(UserRole.BOARD).post(PAGE).status_code == 404
    assert "Make the pack" not in client_of(UserRole.BOARD).get(PAGE).content.decode()


def test_the_page_costs_a_few_queries(sealed: Sealed, django_assert_max_num_queries: Any) -> None:
    client = client_of(UserRole.BOARD)
    with django_assert_max_num_queries(14):
        client.get(PAGE)
