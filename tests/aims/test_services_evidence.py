"""Attaching files and taking them away, against the database and the disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import DatabaseError
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import Audience, EventKind, PeriodState, Stage, State
from aims.errors import AlreadyDecided, Incomplete, NoRound, NotAllowed, Refused, Stale
from aims.evidence import Unfit
from aims.models import Event, EvidenceFile, KeyActivity, Milestone, ProgressUpdate, ReviewPeriod
from aims.models.evidence import evidence_storage
from aims.services import evidence as services
from aims.services.deciding import approve_update, return_update
from aims.services.evidence import MOST_FILES, attach_file, complete_with_file, withdraw_file
from aims.services.writing import submit_update
from tests.aims.evidence_files import WHOLE, pdf
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_milestone,
    make_submitted,
    make_user,
    make_values,
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for what this test keeps."""
    storage: Any = evidence_storage()
    monkeypatch.setattr(storage, "_location", str(tmp_path / "evidence"))
    for name in ("base_location", "location"):
        storage.__dict__.pop(name, None)
    yield tmp_path / "evidence"
    for name in ("base_location", "location"):
        storage.__dict__.pop(name, None)


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def attach(activity: KeyActivity, by: User, data: bytes = b"", **given: Any) -> EvidenceFile:
    usual: dict[str, Any] = {"file": ContentFile(data or WHOLE["minutes.pdf"]), "name": "minutes.pdf"}
    return attach_file(activity=activity, by=by, now=IN_ROUND, **usual | given)


def test_a_file_goes_with_the_update_under_way(activity: KeyActivity, owner: User, folder: Path) -> None:
    draft = make_draft(activity, by=owner)

    file = attach(activity, owner)

    assert (file.update, file.milestone, file.activity, file.added_by) == (draft, None, activity, owner)
    assert (file.name, file.content_type, file.size) == ("minutes.pdf", "application/pdf", len(pdf()))
    assert [path.read_bytes() for path in kept(folder)] == [pdf()]
    event = Event.objects.get(kind=EventKind.EVIDENCE_ADDED)
    assert (event.update, event.by, event.audience, event.after) == (
        draft,
        owner,
        Audience.PARTIES,
        {"file": "minutes.pdf"},
    )


def test_its_name_on_the_disk_tells_nothing_and_nobody_else_reads_it(
    activity: KeyActivity, owner: User, folder: Path
) -> None:
    attach(activity, owner)

    (path,) = kept(folder)
    assert (len(path.name), path.suffix) == (32, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path.parent, folder)} == {0o700}


def test_a_large_upload_is_moved_into_place(activity: KeyActivity, owner: User, folder: Path) -> None:
    data = pdf(b"%" + os.urandom(3_000_000).replace(b"\n", b" ") + b"\n")
    upload = TemporaryUploadedFile("minutes.pdf", "application/pdf", len(data), None)
    upload.write(data)
    upload.flush()

    attach(activity, owner, file=upload)
    upload.close()

    (path,) = kept(folder)
    assert (path.read_bytes() == data, stat.S_IMODE(path.stat().st_mode)) == (True, 0o600)


def test_without_an_update_under_way_one_is_begun_from_last_times_answers(
    activity: KeyActivity, owner: User, period: ReviewPeriod
) -> None:
    file = attach(activity, owner)

    assert file.update
    assert (file.update.stage, file.update.period, file.update.author) == (Stage.DRAFT, period, owner)


def test_who_attaches_has_written_in_the_update(activity: KeyActivity, owner: User, office: User) -> None:
    draft = make_draft(activity, by=owner)

    attach(activity, office)

    assert set(draft.editors.all()) == {owner, office}
    draft.refresh_from_db()
    assert draft.version == 1  # whoever has the card open can still save it


def test_what_waits_for_approval_takes_no_file(activity: KeyActivity, owner: User, folder: Path) -> None:
    make_submitted(activity, by=owner)

    with pytest.raises(Refused, match="ask the approver to return it"):
        attach(activity, owner)
    assert kept(folder) == []


def test_what_is_approved_takes_no_file(activity: KeyActivity, owner: User, folder: Path) -> None:
    make_approved(activity)

    with pytest.raises(Refused, match="is approved: begin a new one"):
        attach(activity, owner)
    assert (kept(folder), ProgressUpdate.objects.count()) == ([], 1)


def test_between_rounds_an_update_takes_no_file(activity: KeyActivity, owner: User, folder: Path) -> None:
    ReviewPeriod.objects.update(state=PeriodState.SCHEDULED)

    with pytest.raises(NoRound):
        attach(activity, owner)
    assert kept(folder) == []


def test_while_a_round_closes_nothing_is_attached(activity: KeyActivity, owner: User, folder: Path) -> None:
    make_draft(activity, by=owner)
    ReviewPeriod.objects.update(state=PeriodState.CLOSING)

    with pytest.raises(NoRound, match="being closed"):
        attach(activity, owner)
    assert kept(folder) == []


def test_a_retired_activity_takes_no_file(activity: KeyActivity, owner: User, folder: Path) -> None:
    KeyActivity.objects.filter(pk=activity.pk).update(retired_on=date(2026, 10, 1))

    with pytest.raises(Refused, match="was retired on 1 October 2026"):
        attach(activity, owner)
    assert kept(folder) == []


def test_what_is_no_evidence_leaves_nothing(activity: KeyActivity, owner: User, folder: Path) -> None:
    with pytest.raises(Unfit):
        attach(activity, owner, b"<html>")
    assert (kept(folder), EvidenceFile.objects.count(), ProgressUpdate.objects.count()) == ([], 0, 0)


def test_a_row_that_cannot_be_written_leaves_no_bytes(
    activity: KeyActivity, owner: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_draft(activity, by=owner)

    def fail(*_: object, **__: object) -> None:
        assert len(kept(folder)) == 1  # the bytes are there before the row
        raise DatabaseError("no more")

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(DatabaseError):
        attach(activity, owner)
    assert (kept(folder), EvidenceFile.objects.count()) == ([], 0)


def test_the_same_file_is_attached_once(activity: KeyActivity, owner: User, folder: Path) -> None:
    attach(activity, owner)

    with pytest.raises(Refused, match="is attached already, perhaps under another name"):
        attach(activity, owner, name="again.pdf")
    assert len(kept(folder)) == 1


def test_an_update_takes_so_many_files_and_no_more(activity: KeyActivity, owner: User) -> None:
    for number in range(MOST_FILES):
        attach(activity, owner, pdf(b"%%%d\n" % number))

    with pytest.raises(Refused, match="20 files are attached already"):
        attach(activity, owner)


def test_a_file_can_show_that_a_milestone_was_reached(activity: KeyActivity, owner: User) -> None:
    milestone = make_milestone(activity)

    file = attach(activity, owner, milestone=milestone)

    assert (file.milestone, file.update) == (milestone, None)
    assert Event.objects.get().milestone == milestone


def test_anothers_milestone_is_refused(activity: KeyActivity, owner: User) -> None:
    with pytest.raises(Refused, match="Choose a milestone of this activity"):
        attach(activity, owner, milestone=make_milestone(make_activity("1.1.2")))


def reach(milestone: Milestone, by: User, **given: Any) -> Milestone:
    usual: dict[str, Any] = {"completed_on": date(2026, 10, 1), "evidence": "", "file": ContentFile(pdf())}
    return complete_with_file(milestone=milestone, name="minutes.pdf", by=by, now=IN_ROUND, **usual | given)


@pytest.mark.parametrize(
    ("said", "evidence"), [("", "See the attached file: minutes.pdf"), ("Signed on 1 October.", "Signed on 1 October.")]
)
def test_a_milestone_is_completed_with_its_file(activity: KeyActivity, owner: User, said: str, evidence: str) -> None:
    done = reach(make_milestone(activity), owner, evidence=said)

    done.refresh_from_db()
    assert (done.completed_on, done.evidence) == (date(2026, 10, 1), evidence)
    assert done.evidence_files.get().name == "minutes.pdf"


def test_a_milestone_that_cannot_be_completed_keeps_no_file(activity: KeyActivity, owner: User, folder: Path) -> None:
    milestone = make_milestone(activity)
    reach(milestone, owner)

    with pytest.raises(AlreadyDecided):
        reach(milestone, owner, file=ContentFile(pdf(b"%2\n")))
    assert len(kept(folder)) == EvidenceFile.objects.count() == 1


def test_a_file_is_the_evidence_where_the_owner_wrote_none(activity: KeyActivity, owner: User) -> None:
    attach(activity, owner)
    attach(activity, owner, WHOLE["site.png"], name="site.png")

    sent = send(activity, owner, version=1)

    assert (sent.state, sent.evidence) == (State.COMPLETE, "See the attached files: minutes.pdf, site.png")


def send(activity: KeyActivity, by: User, version: int, evidence: str = "") -> ProgressUpdate:
    values = make_values(state=State.COMPLETE, rag="", forecast_rag="", evidence=evidence)
    return submit_update(activity=activity, values=values, version=version, by=by, now=IN_ROUND)


def test_what_the_owner_wrote_stands_beside_the_file(activity: KeyActivity, owner: User) -> None:
    attach(activity, owner)

    assert send(activity, owner, version=1, evidence="Minute 7").evidence == "Minute 7"


def test_a_file_that_is_gone_is_no_evidence_any_more(
    activity: KeyActivity, owner: User, approver: User, office: User
) -> None:
    file = attach(activity, owner)
    sent = send(activity, owner, version=1)
    back = return_update(update=sent, note="Another file, please.", version=sent.version, by=approver, now=IN_ROUND)
    withdraw_file(file=file, by=owner, now=IN_ROUND)

    with pytest.raises(Incomplete, match="needs more"):
        send(activity, owner, version=back.version, evidence=back.evidence)


def test_a_withdrawn_file_is_gone_and_known(
    activity: KeyActivity,
    owner: User,
    folder: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    file = attach(activity, owner)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_file(file=file, by=owner, now=IN_ROUND)

    file.refresh_from_db()
    assert (kept(folder), file.withdrawn_by, file.withdrawn_at) == ([], owner, IN_ROUND)
    event = Event.objects.get(kind=EventKind.EVIDENCE_WITHDRAWN)
    assert (event.by, event.after, event.update) == (owner, {"file": "minutes.pdf"}, file.update)


def test_the_bytes_stay_until_the_withdrawal_is_certain(activity: KeyActivity, owner: User, folder: Path) -> None:
    withdraw_file(file=attach(activity, owner), by=owner, now=IN_ROUND)

    assert len(kept(folder)) == 1  # the test's transaction is never committed


def test_a_file_is_withdrawn_once(activity: KeyActivity, owner: User) -> None:
    file = withdraw_file(file=attach(activity, owner), by=owner, now=IN_ROUND)

    with pytest.raises(AlreadyDecided, match=r"Olive Owner has withdrawn “minutes\.pdf” already"):
        withdraw_file(file=file, by=owner, now=IN_ROUND)


def test_a_withdrawn_file_can_be_attached_again(activity: KeyActivity, owner: User) -> None:
    withdraw_file(file=attach(activity, owner), by=owner, now=IN_ROUND)

    assert attach(activity, owner).withdrawn_at is None


def relied_on(activity: KeyActivity, owner: User, how: str) -> EvidenceFile:
    if how == "completed":
        return reach(make_milestone(activity), owner).evidence_files.get()
    file = attach(activity, owner)
    send(activity, owner, version=1)
    file.refresh_from_db()
    return file


@pytest.mark.parametrize("how", ["sent", "completed"])
def test_what_somebody_relies_on_is_withdrawn_by_the_office_alone(
    activity: KeyActivity, owner: User, office: User, how: str
) -> None:
    file = relied_on(activity, owner, how)
    with pytest.raises(NotAllowed, match="ask the performance office"):
        withdraw_file(file=file, by=owner, now=IN_ROUND)

    assert withdraw_file(file=file, by=office, now=IN_ROUND).withdrawn_by == office


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (UserRole.BOARD, True),
        (UserRole.OFFICE, True),
        (UserRole.ADMINISTRATOR, True),
        (UserRole.OWNER, False),
        (UserRole.APPROVER, False),
        (UserRole.PARTNER, False),
    ],
)
def test_who_sees_a_file_without_a_post_of_its_activity(
    activity: KeyActivity, owner: User, role: UserRole, sees: bool
) -> None:
    attach(activity, owner)

    assert EvidenceFile.objects.visible_to(make_user(role), IN_ROUND.date()).exists() is sees


def test_nobody_approves_an_update_whose_file_has_gone_since_they_read_it(
    activity: KeyActivity, owner: User, office: User, approver: User
) -> None:
    file = attach(activity, owner)
    assert file.update
    values = make_values()
    sent = submit_update(activity=activity, values=values, version=file.update.version, by=owner, now=IN_ROUND)
    withdraw_file(file=file, by=office, now=IN_ROUND)
    with pytest.raises(Stale):
        approve_update(update=sent, version=sent.version, by=approver, now=IN_ROUND)


def test_who_takes_a_file_from_an_update_has_edited_it(activity: KeyActivity, owner: User, office: User) -> None:
    file = attach(activity, owner)
    assert file.update
    withdraw_file(file=file, by=office, now=IN_ROUND)
    assert not office.has_perm("aims.decide_update", file.update)
    assert file.update.editors.filter(pk=office.pk).exists()


def test_an_approved_update_stays_as_it_is_when_its_file_goes(activity: KeyActivity, office: User) -> None:
    owner = make_user(holds=activity.owner)
    file = attach(activity, owner)
    assert file.update
    values = make_values()
    sent = submit_update(activity=activity, values=values, version=file.update.version, by=owner, now=IN_ROUND)
    approver = make_user(UserRole.APPROVER, holds=activity.owner.approving_post)
    approved = approve_update(update=sent, version=sent.version, by=approver, now=IN_ROUND)
    withdraw_file(file=file, by=office, now=IN_ROUND)
    kept = ProgressUpdate.objects.get()
    assert (kept.version, kept.editors.filter(pk=office.pk).exists()) == (approved.version, False)


def test_a_partner_who_holds_the_post_sees_its_files(activity: KeyActivity, owner: User) -> None:
    attach(activity, owner)
    partner = make_user(UserRole.PARTNER, holds=activity.owner)

    assert EvidenceFile.objects.visible_to(partner, IN_ROUND.date()).exists()


def test_nobody_sees_a_file_signed_out(activity: KeyActivity, owner: User) -> None:
    attach(activity, owner)

    assert not EvidenceFile.objects.visible_to(AnonymousUser(), IN_ROUND.date()).exists()


def test_owner_and_approver_see_the_file_until_it_is_withdrawn(
    activity: KeyActivity, owner: User, approver: User
) -> None:
    file = attach(activity, owner)
    on = IN_ROUND.date()
    assert all(EvidenceFile.objects.visible_to(user, on).exists() for user in (owner, approver))

    withdraw_file(file=file, by=owner, now=IN_ROUND)

    assert not EvidenceFile.objects.visible_to(owner, on).exists()
    assert EvidenceFile.objects.known_to(owner, on).exists()
