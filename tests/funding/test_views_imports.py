"""The pages of imports: a file uploaded, its columns named, its differences shown, taken over, stopped and undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import User
from funding.choices import ImportState
from funding.models import FundingImport, FundingReturn, FundingStream
from funding.services.importing import ask_to_take_over, keep_upload
from funding.services.returning import approve_return
from funding.tasks import sweep_imports_task, work_on_import_task
from tests.factories import IN_ROUND, make_stream, make_user
from tests.funding.finance_files import bring, csv_of, read_file, row

CHOSEN = {
    "stream": "Stream code",
    "month": "Month",
    "committed": "Committed",
    "spend_to_date": "Spend to date",
    "unit": "1",
}


@pytest.fixture
def as_finance(client: Client, finance: User) -> Client:
    client.force_login(finance, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def work(stream: FundingStream) -> Callable[[], None]:
    """What the worker does for everything that waits."""

    def work_on_all() -> None:
        for pk in FundingImport.objects.to_work_on().values_list("pk", flat=True):
            work_on_import_task(pk)

    return work_on_all


def send(client: Client, content: bytes, name: str = "September.csv") -> Any:
    return client.post("/funding/import/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_a_file_goes_from_upload_to_undone(as_finance: Client, work: Callable[[], None]) -> None:
    answer = send(as_finance, csv_of(row(spent="600")))
    page = answer.redirect_chain[-1][0]
    assert "Being read" in answer.text

    work()
    answer = as_finance.get(page, follow=True)
    assert answer.redirect_chain[-1][0] == f"{page}columns/"
    assert answer.context["form"].initial["committed"] == "Committed"

    answer = as_finance.post(f"{page}columns/", CHOSEN, follow=True)
    assert "The columns are saved" in answer.text
    work()
    answer = as_finance.get(page)
    assert "£600.00" in answer.text
    assert "is more than what is committed" in answer.text

    answer = as_finance.post(f"{page}take-over/", {"reason": ""})
    assert (answer.status_code, "Say why the unusual" in answer.text) == (409, True)
    answer = as_finance.post(f"{page}take-over/", {"reason": "Paid early."}, follow=True)
    assert "Being taken over" in answer.text
    work()
    assert "It sent 1 return for approval" in as_finance.get(page).text

    answer = as_finance.post(f"{page}undo/", {"reason": "The wrong file."}, follow=True)
    assert "Being undone" in answer.text
    work()
    assert "What waited was given back" in " ".join(as_finance.get(page).text.split())


def test_a_change_is_shown_beside_what_stands(
    as_finance: Client, stream: FundingStream, finance: User, treasurer: User
) -> None:
    bring(csv_of(row(month="Aug-26", spent="300", slippage="")), finance)
    approve_return(found=FundingReturn.objects.get(), by=treasurer, now=IN_ROUND)
    content = csv_of(row(month="Aug-26", spent="310.50", committed="490", budget="", slippage="3", note="Later."))

    shown = as_finance.get(read_file(content, finance).get_absolute_url()).context["preview"].planned[0]

    assert [(one.label, one.before, one.after, one.words) for one in shown.differences] == [
        ("Committed", "£500.00", "£490.00", "£10.00 less"),
        ("Spend to date", "£300.00", "£310.50", "£10.50 more"),
        ("Budget this year", "£450.00", "", "not known now"),
        ("Re-profiled", "", "£3.00", "not known before"),
        ("Note", "On course.", "Later.", ""),
    ]


def test_the_same_file_again_leads_to_what_it_brought(as_finance: Client, stream: FundingStream, finance: User) -> None:
    first = bring(csv_of(row()), finance)
    answer = send(as_finance, csv_of(row()), name="again.csv")

    assert answer.redirect_chain[-1][0] == first.get_absolute_url()
    assert "nothing is changed" in answer.text
    assert FundingImport.objects.count() == 1


def test_what_stands_already_is_said(as_finance: Client, stream: FundingStream, finance: User) -> None:
    bring(csv_of(row()), finance)
    again = read_file(csv_of(row()) + b"\r\n", finance)
    assert "every row says what stands" in as_finance.get(again.get_absolute_url()).text


def test_what_is_wrong_is_told_by_cell(as_finance: Client, stream: FundingStream, finance: User) -> None:
    made = read_file(csv_of(row(spent="many"), row(stream="ZZ", month="soon")), finance)
    answer = as_finance.get(made.get_absolute_url())
    assert all(f"<strong>{cell}</strong>" in answer.text for cell in ("D2", "A3", "B3"))
    assert answer.text.count("<title>Error") == 1


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"stream": ""}, "Choose the column of the stream"),
        ({"month": ""}, "Choose the column of the month"),
        ({"committed": "", "spend_to_date": ""}, "Choose a column for at least one of the sums"),
        ({"spend_to_date": "Committed"}, "Choose “Committed” once"),
    ],
)
def test_columns_that_cannot_be_meant_are_refused(
    as_finance: Client, work: Callable[[], None], chosen: dict[str, str], message: str
) -> None:
    page = send(as_finance, csv_of(row())).redirect_chain[-1][0]
    work()
    answer = as_finance.post(f"{page}columns/", CHOSEN | chosen)
    assert (answer.status_code, message in answer.text) == (422, True)


def test_columns_changed_after_the_reading_hold_for_the_next_upload(
    as_finance: Client, stream: FundingStream, finance: User
) -> None:
    made = read_file(csv_of(row(spent="many")), finance)
    answer = as_finance.post(f"{made.get_absolute_url()}columns/", CHOSEN | {"spend_to_date": "Budget"}, follow=True)
    assert "upload the file again" in answer.text

    again = read_file(csv_of(row(spent="many")), finance)
    assert again.lines.get().spend_to_date == 450


def test_a_stop_is_heard(as_finance: Client, stream: FundingStream, finance: User) -> None:
    made = read_file(csv_of(row()), finance)
    answer = as_finance.post(f"{made.get_absolute_url()}stop/", follow=True)
    assert "is stopped: nothing was changed" in answer.text
    assert FundingImport.objects.get().state == ImportState.STOPPED
    answer = as_finance.post(f"{made.get_absolute_url()}stop/", follow=True)
    assert "stopped already" in answer.text


def test_a_polling_page_is_told_how_far_it_is_and_when_to_look_again(
    as_finance: Client, stream: FundingStream, finance: User
) -> None:
    made = keep_upload(content=csv_of(row()), name="a.csv", by=finance, now=IN_ROUND).imported
    FundingImport.objects.filter(pk=made.pk).update(rows=9, rows_done=4)
    asked = {"HX-Request": "true"}
    assert "4 of 9 rows done" in as_finance.get(made.get_absolute_url(), headers=asked).text
    work_on_import_task(made.pk)
    assert as_finance.get(made.get_absolute_url(), headers=asked)["HX-Refresh"] == "true"


def test_a_lost_message_is_made_good_by_the_sweep(
    as_finance: Client, stream: FundingStream, finance: User, django_capture_on_commit_callbacks: Any
) -> None:
    keep_upload(content=csv_of(row()), name="a.csv", by=finance, now=timezone.now())
    with django_capture_on_commit_callbacks() as knocks:
        assert sweep_imports_task() == 1
    assert len(knocks) == 1


@pytest.mark.parametrize("path", ["", "columns/", "take-over/", "stop/", "undo/"])
def test_nobody_else_learns_that_there_is_an_import(
    client: Client, stream: FundingStream, finance: User, path: str
) -> None:
    made = read_file(csv_of(row()), finance)
    client.force_login(make_user(UserRole.BOARD), backend="allauth.account.auth_backends.AuthenticationBackend")
    for found in (made.pk, 999_999):
        assert client.get(f"/funding/import/{found}/{path}").status_code in (404, 405)
        assert client.post(f"/funding/import/{found}/{path}").status_code in (404, 405)


@pytest.mark.parametrize(("name", "content"), [("", b"x"), ("a.csv", b"x" * (10 * 1024 * 1024 + 1))])
def test_what_is_no_file_to_read_is_not_kept(as_finance: Client, name: str, content: bytes) -> None:
    given = {"file": SimpleUploadedFile(name, content)} if name else {}
    answer = as_finance.post("/funding/import/", given)
    assert (answer.status_code, FundingImport.objects.count()) == (422, 0)


def test_the_pages_ask_as_much_for_many_rows_as_for_few(
    as_finance: Client, stream: FundingStream, finance: User
) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert as_finance.get(path).status_code == 200
        return len(found)

    few = read_file(csv_of(row()), finance)
    asked = [queries(few.get_absolute_url()), queries("/funding/import/")]
    for code in ("B", "C", "D"):
        make_stream(code=code)
    rows = [row(stream=code, month=f"2026-0{month}") for code in "ABCD" for month in range(1, 10)]
    many = read_file(csv_of(*rows), finance)
    assert many.lines.count() == 36
    assert [queries(many.get_absolute_url()), queries("/funding/import/")] == asked


def test_a_file_that_is_being_taken_over_can_be_stopped_until_it_is(
    as_finance: Client, stream: FundingStream, finance: User
) -> None:
    made = read_file(csv_of(row()), finance)
    ask_to_take_over(imported=made, reason="", by=finance, now=IN_ROUND)
    assert "Being taken over" in as_finance.get(made.get_absolute_url()).text
    as_finance.post(f"{made.get_absolute_url()}stop/")
    work_on_import_task(made.pk)
    assert not FundingReturn.objects.exists()
