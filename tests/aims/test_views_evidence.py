"""Evidence over HTTP: attached by the owner, saved by those who may, taken away again."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.choices import UserRole
from accounts.models import User
from aims.models import EvidenceFile, KeyActivity, ReviewPeriod
from aims.models.evidence import MOST_BYTES, evidence_storage
from aims.services.evidence import attach_file
from aims.views.evidence import ALONE
from tests.aims.evidence_files import pdf, png
from tests.aims.over_http import signed_in, without_token
from tests.factories import IN_ROUND, make_activity, make_draft, make_milestone, make_owner, make_submitted, make_user
from wmca_tracker.uploads import MOST_IN_A_REQUEST, MOST_READ_AWAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]
EVIDENCE = "/activities/4.1.3/evidence/"


@pytest.fixture
def activity(period: ReviewPeriod) -> KeyActivity:
    return make_activity("4.1.3")


def status_of(client: Client, address: str) -> int:
    """What a file is answered with; it is read, since that closes it."""
    answer = client.get(address)
    answer.getvalue()
    return answer.status_code


@pytest.fixture
def file(activity: KeyActivity, owner: User) -> EvidenceFile:
    """A file with the owner's draft, under a name that needs care in a header."""
    name = "Máire's “minutes”; 3.pdf"
    return attach_file(activity=activity, file=ContentFile(pdf()), name=name, by=owner, now=IN_ROUND)


def upload(name: str = "minutes.pdf", data: bytes = b"", said: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or pdf(), said)


def test_a_file_is_attached_to_the_update_and_listed(owner: User, activity: KeyActivity) -> None:
    draft = make_draft(activity, by=owner)

    answer = signed_in(owner).post(EVIDENCE, {"file": upload()}, follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(EVIDENCE, 302)]
    assert "“minutes.pdf” is attached" in page
    assert "Update for 2026/27 H1. Attached by Olive Owner" in page
    assert (draft.evidence_files.get().content_type, f"/evidence/{draft.evidence_files.get().pk}/" in page) == (
        "application/pdf",
        True,
    )


def test_a_file_is_attached_to_the_milestone_that_the_address_names(owner: User, activity: KeyActivity) -> None:
    milestone = make_milestone(activity)

    page = signed_in(owner).post(f"{EVIDENCE}?milestone=1", {"file": upload()}, follow=True).content.decode()

    assert milestone.evidence_files.get().name == "minutes.pdf"
    assert "Evidence for “Contract let”" in page
    assert "Milestone: Contract let" in page


@pytest.mark.parametrize("position", ["2", "", "x", "-1", "²", "9" * 5000])
def test_a_milestone_that_does_not_exist_is_not_found(owner: User, activity: KeyActivity, position: str) -> None:
    make_milestone(activity)

    assert signed_in(owner).get(EVIDENCE, {"milestone": position}).status_code == 404


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (upload("page.html", b"<p>Hello</p>", "application/pdf"), "Print the page as a PDF"),
        (upload("minutes.pdf", b"<p>Hello</p>", "application/pdf"), "it holds a web page or XML"),
        (SimpleUploadedFile("minutes.pdf", b""), "The file is empty"),
        (upload("minutes.pdf", pdf(bytes(MOST_BYTES))), "larger than 10 MB"),
        (upload("invoice.exe.pdf"), "two endings"),
        ("minutes.pdf", "Choose a file"),
        ("", "Choose a file"),
    ],
    ids=["a page", "a page named pdf", "empty", "too large", "two endings", "words", "nothing"],
)
def test_what_is_no_evidence_is_refused_at_its_question(
    owner: User, activity: KeyActivity, given: object, problem: str
) -> None:
    answer = signed_in(owner).post(EVIDENCE, {"file": given})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in page
    assert '<a href="#id_file">' in page
    assert problem in page
    assert not EvidenceFile.objects.exists()


def test_a_path_in_the_name_is_dropped_on_the_way_in(owner: User, activity: KeyActivity) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../etc/minutes.pdf"\r\n'
        b"Content-Type: text/html\r\n\r\n" + pdf() + b"\r\n--x--\r\n"
    )

    answer = signed_in(owner).post(EVIDENCE, body, content_type="multipart/form-data; boundary=x")

    assert (answer.status_code, EvidenceFile.objects.get().name) == (302, "minutes.pdf")


def test_what_waits_for_approval_is_a_conflict_that_says_what_to_do(owner: User, activity: KeyActivity) -> None:
    make_submitted(activity, by=owner)

    answer = signed_in(owner).post(EVIDENCE, {"file": upload()})

    assert answer.status_code == 409
    assert "ask the approver to return it" in answer.content.decode()


@pytest.mark.parametrize("announced", [MOST_IN_A_REQUEST + 1, MOST_READ_AWAY + 1])
def test_a_request_that_is_too_large_is_refused_before_anything_is_kept(
    owner: User, activity: KeyActivity, announced: int
) -> None:
    body = b"x" * min(announced, MOST_READ_AWAY)

    answer = signed_in(owner).generic(
        "POST", EVIDENCE, body, "multipart/form-data; boundary=x", CONTENT_LENGTH=str(announced)
    )

    page = answer.content.decode()
    assert answer.status_code == 413
    assert "The file is too large" in page
    assert f'href="{EVIDENCE}"' in page
    assert "up to 10 MB" in page


@pytest.mark.parametrize("announced", ["-1", "many", "9" * 30])
def test_a_length_that_is_none_is_refused(owner: User, activity: KeyActivity, announced: str) -> None:
    answer = signed_in(owner).generic("POST", EVIDENCE, b"", CONTENT_LENGTH=announced)

    assert answer.status_code == 413


def test_below_the_api_the_refusal_is_a_problem() -> None:
    answer = Client().generic("POST", "/api/v1/activities/", b"", CONTENT_LENGTH=str(MOST_READ_AWAY + 1))

    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (413, "application/problem+json")


def test_the_file_is_saved_and_never_shown_in_place(owner: User, file: EvidenceFile) -> None:
    answer = signed_in(owner).get(f"/evidence/{file.pk}/")

    assert answer.getvalue() == pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''M%C3%A1ire%27s%20%E2%80%9Cminutes%E2%80%9D%3B%203.pdf"
    )
    assert answer["Content-Length"] == str(len(pdf()))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == ALONE
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (UserRole.BOARD, 200),
        (UserRole.OFFICE, 200),
        (UserRole.ADMINISTRATOR, 200),
        (UserRole.OWNER, 404),
        (UserRole.APPROVER, 404),
        (UserRole.PARTNER, 404),
    ],
)
def test_those_whom_it_does_not_concern_find_nothing(file: EvidenceFile, role: UserRole, status: int) -> None:
    client = signed_in(make_user(role, holds=make_owner()))

    assert status_of(client, f"/evidence/{file.pk}/") == status


def test_anothers_file_answers_like_one_that_does_not_exist(file: EvidenceFile) -> None:
    client = signed_in(make_user(holds=make_owner()))
    answers = [client.get(f"/evidence/{number}/").content for number in (file.pk, 999999)]

    assert without_token(answers[0]) == without_token(answers[1])


def test_owner_and_approver_can_save_it_and_the_signed_out_are_asked_to_sign_in(
    owner: User, approver: User, file: EvidenceFile
) -> None:
    address = f"/evidence/{file.pk}/"

    assert [status_of(signed_in(user), address) for user in (owner, approver)] == [200, 200]
    assert status_of(Client(), address) == 302
    assert signed_in(owner).post(address).status_code == 405


def test_a_file_whose_bytes_are_lost_is_not_found(owner: User, file: EvidenceFile) -> None:
    evidence_storage().delete(str(file.file))

    assert signed_in(owner).get(f"/evidence/{file.pk}/").status_code == 404


def test_withdrawing_is_asked_again_and_then_done(
    owner: User, file: EvidenceFile, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client, address = signed_in(owner), f"/evidence/{file.pk}/withdraw/"
    assert "The file is deleted for good" in client.get(address).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(address, follow=True).content.decode()

    assert "is withdrawn" in page
    assert "withdrawn by Olive Owner on 12 October 2026" in page
    assert client.get(f"/evidence/{file.pk}/").status_code == 404
    assert client.post(address).status_code == 404
    assert not evidence_storage().exists(str(file.file))


def test_what_the_approver_reads_stays(owner: User, activity: KeyActivity, file: EvidenceFile) -> None:
    assert file.update
    type(file.update).objects.filter(pk=file.update.pk).update(
        stage="submitted", submitted_at=IN_ROUND, state="not_started", narrative="Waits."
    )

    answer = signed_in(owner).post(f"/evidence/{file.pk}/withdraw/")

    assert answer.status_code == 409
    assert "ask the performance office" in answer.content.decode()


@pytest.mark.parametrize("role", [UserRole.BOARD, UserRole.APPROVER])
def test_who_can_read_a_file_cannot_withdraw_it_for_that(
    activity: KeyActivity, approver: User, file: EvidenceFile, role: UserRole
) -> None:
    reader = approver if role == UserRole.APPROVER else make_user(role)

    assert status_of(signed_in(reader), f"/evidence/{file.pk}/") == 200
    assert signed_in(reader).post(f"/evidence/{file.pk}/withdraw/").status_code == 404
    assert signed_in(reader).post(EVIDENCE, {"file": upload()}).status_code == 404


@pytest.mark.parametrize("files", [1, 12])
def test_the_page_costs_the_same_whatever_the_number_of_files(
    owner: User, activity: KeyActivity, files: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_draft(activity, by=owner)
    for number in range(files):
        content = ContentFile(png() if not number else pdf(b"%%%d\n" % number))
        name = "site.png" if not number else "minutes.pdf"
        attach_file(activity=activity, file=content, name=name, by=owner, now=IN_ROUND)
    client = signed_in(owner)
    with django_assert_max_num_queries(20):
        assert client.get(EVIDENCE).status_code == 200
