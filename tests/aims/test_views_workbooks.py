"""Updates by workbook, as an owner does them: download, fill in, upload, look, take over."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import User
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod, Workbook
from aims.services.deciding import return_update
from aims.workbooks.limits import MOST_BYTES
from tests.aims.over_http import make_earlier, signed_in
from tests.aims.workbook_files import PLACES, filled, opened, row_of, saved
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_owner,
    make_submitted,
    make_user,
    make_workbook,
)

pytestmark = pytest.mark.django_db
UPLOAD, DOWNLOAD = "/my/workbook/", "/my/workbook/download/"


@pytest.fixture(autouse=True)
def _in_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """The views read the clock at their edge: here it stands in the submission window."""
    monkeypatch.setattr(timezone, "now", lambda: IN_ROUND)


def upload(client: Client, content: bytes, name: str = "updates.xlsx") -> Any:
    return client.post(UPLOAD, {"sheet": SimpleUploadedFile(name, content)})


def downloaded(client: Client, query: str = "") -> bytes:
    return client.get(f"{DOWNLOAD}{query}").content


def numbers(content: bytes) -> list[Any]:
    sheet = opened(content)["Updates"]
    return [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)]


def shown(content: bytes, number: str, field: str) -> Any:
    book = opened(content)
    return book["Updates"].cell(row_of(book, number), PLACES[field]).value


def page_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_filled_in_workbook_is_shown_and_then_sent(owner: User, activity: KeyActivity) -> None:
    make_activity("1.1.2", owner=activity.owner)
    client = signed_in(owner)
    answers = {"standing": "On track", "narrative": "Work goes on."}

    answer = upload(client, filled(downloaded(client), "1.1.1", **answers))
    page = page_of(client.get(answer.url))

    assert "<strong>1</strong> will be sent for approval" in page
    assert '<th scope="row">What has happened</th> <td>–</td> <td>Work goes on.</td>' in page
    assert "Left as they are" in page
    assert not ProgressUpdate.objects.exists()
    done = client.post(answer.url, follow=True)
    assert "Sent for approval: 1. Saved as drafts: 0" in done.content.decode()
    sent = ProgressUpdate.objects.get()
    assert (sent.stage, sent.narrative, sent.forecast_rag, sent.author) == (
        "submitted",
        "Work goes on.",
        "green",
        owner,
    )


def test_the_download_is_an_attachment_that_no_cache_keeps(owner: User, activity: KeyActivity) -> None:
    answer = signed_in(owner).get(DOWNLOAD)
    assert answer["Content-Disposition"] == 'attachment; filename="updates-2026-27-h1.xlsx"'
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert answer.content.startswith(b"PK")


def test_a_row_opens_with_last_times_answers_and_words(owner: User, activity: KeyActivity) -> None:
    make_earlier(activity)
    content = downloaded(signed_in(owner))
    assert shown(content, "1.1.1", "standing") == "At risk"
    assert shown(content, "1.1.1", "cause") == "Partner or third party"
    assert shown(content, "1.1.1", "narrative") is None
    assert shown(content, "1.1.1", "last") == "At risk on 31 March 2026: “Earlier words.”"
    assert shown(content, "1.1.1", "action_by").date().isoformat() == "2026-12-01"


def test_a_row_opens_with_the_draft_and_why_it_came_back_but_no_name(
    owner: User, approver: User, activity: KeyActivity
) -> None:
    update = make_submitted(activity, by=owner, narrative="First try.")
    return_update(update=update, note="Say what it costs.", version=update.version, by=approver, now=IN_ROUND)
    content = downloaded(signed_in(owner))
    assert shown(content, "1.1.1", "narrative") == "First try."
    assert "Returned to you: “Say what it costs.”" in shown(content, "1.1.1", "last")
    book = opened(content)
    words = " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    assert owner.name not in words
    assert approver.name not in words
    assert (book.properties.creator or "") not in (owner.name, approver.name)


def test_the_suggestion_stands_beside_the_rating_with_its_reason(owner: User, activity: KeyActivity) -> None:
    KeyActivity.objects.filter(pk=activity.pk).update(baseline_end="2026-01-31")
    assert shown(downloaded(signed_in(owner)), "1.1.1", "suggestion").startswith("Off track: ")


def test_only_what_is_to_do_is_in_the_download(owner: User, activity: KeyActivity) -> None:
    make_submitted(make_activity("1.1.2", owner=activity.owner), by=owner)
    make_approved(make_activity("1.1.3", owner=activity.owner), by=owner)
    make_draft(make_activity("1.1.10", owner=activity.owner), by=owner)
    make_activity("2.1.1")
    assert numbers(downloaded(signed_in(owner))) == ["1.1.1", "1.1.10"]


def test_the_office_downloads_all_or_those_of_an_aim_or_a_post(office: User, activity: KeyActivity) -> None:
    other = make_activity("2.1.1")
    client = signed_in(office)
    assert "All posts" in client.get(UPLOAD).content.decode()
    assert numbers(downloaded(client)) == ["1.1.1", "2.1.1"]
    assert numbers(downloaded(client, "?aim=2")) == ["2.1.1"]
    assert numbers(downloaded(client, f"?post={activity.owner.slug}&aim=")) == ["1.1.1"]
    assert client.get(f"{DOWNLOAD}?aim=1&post={other.owner.slug}").status_code == 302


def test_nobody_else_chooses_another_post(owner: User, activity: KeyActivity) -> None:
    other = make_activity("2.1.1")
    client = signed_in(owner)
    assert "All posts" not in client.get(UPLOAD).content.decode()
    assert numbers(downloaded(client, f"?post={other.owner.slug}")) == ["1.1.1"]


def test_who_has_nothing_to_do_is_told_so(activity: KeyActivity) -> None:
    client = signed_in(make_user(UserRole.BOARD))
    assert "Nothing is due from you now" in client.get(DOWNLOAD, follow=True).content.decode()


def test_between_rounds_the_page_says_so(owner: User, activity: KeyActivity) -> None:
    client = signed_in(owner)
    content = downloaded(client)
    ReviewPeriod.objects.update(state="scheduled")
    assert "No round is open now" in client.get(UPLOAD).content.decode()
    assert "No round is open for updates now" in page_of(upload(client, content))


def test_a_post_without_a_file_says_what_to_do(owner: User, activity: KeyActivity) -> None:
    answer = signed_in(owner).post(UPLOAD)
    assert answer.status_code == 422
    assert "Choose the workbook" in answer.content.decode()
    assert 'href="#id_sheet"' in answer.content.decode()


def test_a_file_past_the_limit_is_not_even_read_whole(owner: User, activity: KeyActivity) -> None:
    answer = upload(signed_in(owner), b"PK\x03\x04" + bytes(MOST_BYTES + 100))
    assert "larger than 5 MB" in answer.content.decode()


def test_all_problems_of_a_sheet_are_told_at_once(owner: User, activity: KeyActivity) -> None:
    make_activity("1.1.2", owner=activity.owner)
    client = signed_in(owner)
    content = filled(filled(downloaded(client), "1.1.1", standing="Great"), "1.1.2", action_by="soon", cause="Fate")
    page = page_of(upload(client, content))
    assert all(place in page for place in ("Updates!D2", "Updates!H3", "Updates!N3"))


def test_what_the_rules_refuse_is_told_together_with_what_cannot_be_read(owner: User, activity: KeyActivity) -> None:
    make_activity("1.1.2", owner=activity.owner)
    client = signed_in(owner)
    content = filled(filled(downloaded(client), "1.1.2", standing="Great"), "1.1.1", standing="On track")
    page = page_of(upload(client, content))
    assert page.index("Updates!G2</strong>: Say what has happened") < page.index("Updates!D3</strong>: Choose one")


def test_problems_past_a_screenful_are_counted(owner: User, activity: KeyActivity) -> None:
    for number in range(2, 40):
        make_activity(f"1.1.{number}", owner=activity.owner)
    client = signed_in(owner)
    content = downloaded(client)
    book = opened(content)
    for row in range(2, 41):
        book["Updates"].cell(row, PLACES["standing"]).value = "Great"
        book["Updates"].cell(row, PLACES["cause"]).value = "Fate"
    assert "… and 18 more." in page_of(upload(client, saved(book)))


def test_rows_left_alone_do_no_harm_when_their_updates_moved(owner: User, activity: KeyActivity) -> None:
    second = make_activity("1.1.2", owner=activity.owner)
    client = signed_in(owner)
    content = filled(downloaded(client), "1.1.1", standing="On track", narrative="Goes on.")
    make_submitted(second, by=owner)
    page = page_of(client.get(upload(client, content).url))
    assert "<strong>1</strong> left as it is" in page


def test_what_moved_between_upload_and_taking_over_is_refused_with_its_number(
    owner: User, activity: KeyActivity
) -> None:
    client = signed_in(owner)
    answer = upload(client, filled(downloaded(client), "1.1.1", standing="On track", narrative="Goes on."))
    make_draft(activity, by=make_user(holds=activity.owner), narrative="Somebody else's.")

    refused = client.post(answer.url)

    assert refused.status_code == 409
    assert "1.1.1: Somebody has saved, sent or decided this update meanwhile" in page_of(refused)
    assert ProgressUpdate.objects.get().narrative == "Somebody else's."
    assert "it cannot be taken over" in page_of(client.get(answer.url))


def test_a_second_click_is_told_that_nothing_was_done_twice(owner: User, activity: KeyActivity) -> None:
    client = signed_in(owner)
    answer = upload(client, filled(downloaded(client), "1.1.1", standing="On track", narrative="Goes on."))
    client.post(answer.url)
    second = client.post(answer.url)
    assert second.status_code == 409
    assert "nothing was done twice" in page_of(second)
    assert "This workbook has been taken over" in page_of(client.get(answer.url))
    assert Workbook.objects.get().answers == []


def test_nobody_else_sees_an_uploaded_workbook(owner: User, office: User, activity: KeyActivity) -> None:
    workbook = make_workbook(period=ReviewPeriod.objects.get(), uploaded_by=owner)
    for person in (office, make_user(holds=activity.owner), make_user(holds=make_owner())):
        assert signed_in(person).get(f"{UPLOAD}{workbook.pk}/").status_code == 404
        assert signed_in(person).post(f"{UPLOAD}{workbook.pk}/").status_code == 404


def test_a_file_name_of_nonsense_is_made_harmless(owner: User, activity: KeyActivity) -> None:
    client = signed_in(owner)
    content = filled(downloaded(client), "1.1.1", standing="On track", narrative="Goes on.")
    upload(client, content, name="a\u202e<b>\x01" + "x" * 150 + ".xlsx")
    kept = Workbook.objects.get()
    assert kept.name.isprintable()
    assert len(kept.name) <= 160


def grown(owner: User, activity: KeyActivity, count: int) -> Client:
    for number in range(2, count + 1):
        make_activity(f"1.1.{number}", owner=activity.owner)
    return signed_in(owner)


@pytest.mark.parametrize("count", [2, 40])
@pytest.mark.parametrize("path", [UPLOAD, DOWNLOAD])
def test_page_and_download_cost_the_same_for_two_activities_and_for_forty(
    owner: User, activity: KeyActivity, count: int, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = grown(owner, activity, count)
    with django_assert_max_num_queries(32):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("count", [2, 20])
def test_the_preview_costs_the_same_for_two_activities_and_for_twenty(
    owner: User, activity: KeyActivity, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = grown(owner, activity, count)
    content = downloaded(client)
    book = opened(content)
    for row in range(2, count + 2):
        book["Updates"].cell(row, PLACES["standing"]).value = "On track"
        book["Updates"].cell(row, PLACES["narrative"]).value = "Goes on."
    address = upload(client, saved(book)).url
    with django_assert_max_num_queries(32):
        assert f"<strong>{count}</strong> will be sent" in page_of(client.get(address))
