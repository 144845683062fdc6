"""A finance file from its upload to its undoing: read, compared, taken over whole or not at all, given back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings

from accounts.models import User
from aims.choices import EventKind
from aims.errors import AlreadyDecided, Refused
from aims.models import Event
from funding.choices import ReturnStage, SumUnit
from funding.models import FundingImport, FundingReturn, FundingStream, ImportLayout
from funding.rules import Figures
from funding.services.import_reading import read_import
from funding.services.importing import (
    KEPT_FOR,
    ask_to_take_over,
    ask_to_undo,
    choose_columns,
    drop_old_imports,
    keep_upload,
    stop_import,
)
from funding.services.returning import approve_return, give_return_back, submit_return
from funding.services.taking_over import take_over
from funding.services.undoing import undo_import
from tests.factories import IN_ROUND, make_stream
from tests.funding.finance_files import bring, csv_of, read_file, row, told, xlsx_of

SEPTEMBER = date(2026, 9, 1)
AUGUST = date(2026, 8, 1)


def sums(found: FundingReturn) -> tuple[object, ...]:
    return (found.committed, found.spend_to_date, found.budget_this_year, found.forecast_outturn, found.re_profiled)


def kept_names() -> set[str]:
    folder = settings.EVIDENCE_ROOT / "imports"
    return {file.name for file in folder.iterdir()} if folder.exists() else set()


def test_a_new_kind_of_file_waits_until_its_columns_are_named(stream: FundingStream, finance: User) -> None:
    made = keep_upload(content=csv_of(row()), name="a.csv", by=finance, now=IN_ROUND).imported
    read_import(imported=made, now=IN_ROUND)

    made.refresh_from_db()
    assert (made.read_at, made.layout, made.headings[0]) == (None, None, ["A", "Stream code"])
    assert not FundingImport.objects.to_work_on().exists()


def test_the_next_file_of_the_kind_is_read_by_what_was_said_then(stream: FundingStream, finance: User) -> None:
    read_file(csv_of(row()), finance)
    again = keep_upload(content=csv_of(row(month="Aug-26")), name="b.csv", by=finance, now=IN_ROUND).imported
    read_import(imported=again, now=IN_ROUND)

    again.refresh_from_db()
    assert again.read_at == IN_ROUND
    assert again.lines.get().month == AUGUST
    assert ImportLayout.objects.count() == 1


@pytest.mark.parametrize("write", [csv_of, xlsx_of])
def test_a_file_is_taken_over_as_returns_that_somebody_else_approves(
    stream: FundingStream, finance: User, treasurer: User, write: object
) -> None:
    imported = bring(write(row(), row(month="Aug-26", spent="300")), finance)  # type: ignore[operator]  # one of the two above

    august, september = FundingReturn.objects.all()
    assert imported.taken_over_at == IN_ROUND
    assert sums(september) == (500, 400, 450, 440, 0)
    assert (september.note, september.source, september.submitted_by) == ("On course.", imported, finance)
    assert [found.stage for found in (august, september)] == [ReturnStage.SUBMITTED] * 2
    assert Event.objects.filter(kind=EventKind.RETURN_SUBMITTED).count() == 2
    assert approve_return(found=september, by=treasurer, now=IN_ROUND).stage == ReturnStage.APPROVED


def test_an_imported_return_is_what_the_page_would_have_sent(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    bring(csv_of(row()), finance)
    other = make_stream(code="B")
    figures = Figures(
        **dict(
            zip(Figures.__annotations__, map(Decimal, ("500.00", "400.00", "450.00", "440.00", "0.00")), strict=True)
        )
    )
    submit_return(stream=other, month=SEPTEMBER, figures=figures, note="On course.", by=finance, now=IN_ROUND)

    unlike = ("id", "_state", "stream_id", "source_id")
    first, second = (
        {name: value for name, value in vars(found).items() if name not in unlike}
        for found in FundingReturn.objects.all()
    )
    assert first == second
    kept = Event.objects.filter(kind=EventKind.RETURN_SUBMITTED).values("after", "before", "by", "at", "audience")
    assert kept[0] == kept[1]


def test_the_bytes_are_removed_once_they_are_read(
    stream: FundingStream, finance: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's
        made = keep_upload(content=csv_of(row()), name="a.csv", by=finance, now=IN_ROUND).imported
        kept = made.stored
        assert kept in kept_names()
        made = read_file(csv_of(row()), finance)
    assert made.stored == ""
    assert kept not in kept_names()


def test_the_same_file_again_changes_nothing(stream: FundingStream, finance: User, treasurer: User) -> None:
    first = bring(csv_of(row()), finance)
    again = keep_upload(content=csv_of(row()), name="again.csv", by=treasurer, now=IN_ROUND)

    assert (again.imported, again.is_new) == (first, False)


def test_what_was_given_back_can_be_brought_again(stream: FundingStream, finance: User, treasurer: User) -> None:
    bring(csv_of(row()), finance)
    give_return_back(found=FundingReturn.objects.get(), note="Too low.", by=treasurer, now=IN_ROUND)

    assert bring(csv_of(row()), finance).returns.get().revision == 2


def test_rows_that_say_what_stands_or_waits_change_nothing(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    bring(csv_of(row(), row(month="Aug-26", spent="300")), finance)
    approve_return(found=FundingReturn.objects.get(month=AUGUST), by=treasurer, now=IN_ROUND)

    again = read_file(csv_of(row(), row(month="Aug-26", spent="300.00")) + b"\n", finance)

    assert (again.unchanged, again.lines.count(), again.problems_found) == (2, 0, 0)
    with pytest.raises(Refused, match="changes nothing"):
        ask_to_take_over(imported=again, reason="", by=finance, now=IN_ROUND)


def test_another_figure_for_what_waits_is_told_at_its_cell(stream: FundingStream, finance: User) -> None:
    bring(csv_of(row()), finance)
    again = read_file(csv_of(row(spent="410")), finance)

    assert told(again) == ["B2: A return of A for September 2026 waits for approval: have it decided first"]


def test_what_has_no_column_stays_as_it_stands(stream: FundingStream, finance: User, treasurer: User) -> None:
    figures = Figures(committed=Decimal(500), re_profiled=Decimal(7))
    before = submit_return(
        stream=stream, month=SEPTEMBER, figures=figures, note="Kept.", rating="amber", by=finance, now=IN_ROUND
    )
    approve_return(found=before, by=treasurer, now=IN_ROUND)
    content = csv_of(("A", "Sep-26", "", "20"), headings=("Stream", "Month", "Committed", "Spend to date"))

    bring(content, finance)

    found = FundingReturn.objects.get(revision=2)
    assert sums(found) == (None, 20, None, None, 7)
    assert (found.note, found.rating) == ("Kept.", "amber")


def test_the_unusual_wants_one_reason_for_the_import(stream: FundingStream, finance: User) -> None:
    made = read_file(csv_of(row(spent="600"), row(month="Aug-26", spent="300")), finance)
    assert [bool(line.unusual) for line in made.lines.order_by("month")] == [False, True]
    with pytest.raises(Refused, match="Say why the unusual"):
        ask_to_take_over(imported=made, reason=" ", by=finance, now=IN_ROUND)

    take_over(imported=ask_to_take_over(imported=made, reason="Paid early.", by=finance, now=IN_ROUND), now=IN_ROUND)

    assert [found.warning_reason for found in FundingReturn.objects.all()] == ["", "Paid early."]


def test_spend_is_compared_with_the_other_months_of_the_file(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    bring(csv_of(row(spent="100"), row(month="Aug-26", spent="50")), finance)
    for found in FundingReturn.objects.all():
        approve_return(found=found, by=treasurer, now=IN_ROUND)

    made = read_file(csv_of(row(spent="300"), row(month="Aug-26", spent="200")), finance)

    assert [line.unusual for line in made.lines.all()] == ["", ""]


def test_all_or_nothing_where_something_has_moved_since_the_preview(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    make_stream(code="B")
    made = read_file(csv_of(row(), row(stream="B")), finance)
    submit_return(
        stream=FundingStream.objects.get(code="B"),
        month=SEPTEMBER,
        figures=Figures(committed=Decimal(1)),
        by=treasurer,
        now=IN_ROUND,
    )
    asked = ask_to_take_over(imported=made, reason="", by=finance, now=IN_ROUND)

    assert take_over(imported=asked, now=IN_ROUND) == 0

    made.refresh_from_db()
    assert FundingReturn.objects.count() == 1
    assert (made.taken_over_at, made.asked_at, made.problems_found) == (None, None, 1)
    assert "waits for approval since" in told(made)[0]


def test_a_stop_is_heard_before_anything_is_kept(stream: FundingStream, finance: User) -> None:
    made = read_file(csv_of(row()), finance)
    asked = ask_to_take_over(imported=made, reason="", by=finance, now=IN_ROUND)
    stop_import(imported=made, now=IN_ROUND)

    assert take_over(imported=asked, now=IN_ROUND) == 0
    assert not FundingReturn.objects.exists()
    with pytest.raises(AlreadyDecided, match="stopped"):
        ask_to_take_over(imported=made, reason="", by=finance, now=IN_ROUND)
    with pytest.raises(AlreadyDecided, match="stopped already"):
        stop_import(imported=made, now=IN_ROUND)


def test_what_is_taken_over_is_not_taken_over_or_stopped_again(stream: FundingStream, finance: User) -> None:
    made = bring(csv_of(row()), finance)
    with pytest.raises(AlreadyDecided, match="nothing was done twice"):
        ask_to_take_over(imported=made, reason="", by=finance, now=IN_ROUND)
    with pytest.raises(AlreadyDecided, match="undo the import instead"):
        stop_import(imported=made, now=IN_ROUND)


def test_undoing_gives_back_what_waits_and_answers_what_was_approved(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    made = bring(csv_of(row(), row(month="Aug-26", spent="300")), finance)
    approve_return(found=FundingReturn.objects.get(month=AUGUST), by=treasurer, now=IN_ROUND)

    asked = ask_to_undo(imported=made, reason="The wrong file.", by=finance, now=IN_ROUND)
    undo_import(imported=asked, now=IN_ROUND)

    made.refresh_from_db()
    assert (made.undone_at, made.problems_found) == (IN_ROUND, 0)
    assert FundingReturn.objects.get(month=SEPTEMBER).return_note == "The wrong file."
    undoing = FundingReturn.objects.get(month=AUGUST, revision=2)
    assert (undoing.undoes, undoing.stage, sums(undoing)) == (made.returns.get(month=AUGUST), "submitted", (None,) * 5)


def test_undoing_leaves_what_a_later_return_has_replaced_and_says_so(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    made = bring(csv_of(row()), finance)
    approve_return(found=made.returns.get(), by=treasurer, now=IN_ROUND)
    later = bring(csv_of(row(spent="410")), finance)
    approve_return(found=later.returns.get(), by=treasurer, now=IN_ROUND)

    undo_import(imported=ask_to_undo(imported=made, reason="Wrong.", by=finance, now=IN_ROUND), now=IN_ROUND)

    made.refresh_from_db()
    assert "Only the return that counts can be undone" in told(made)[0]
    assert FundingReturn.objects.count() == 2


def test_undoing_takes_a_reason_and_happens_once(stream: FundingStream, finance: User) -> None:
    made = read_file(csv_of(row()), finance)
    with pytest.raises(Refused, match="Only what was taken over"):
        ask_to_undo(imported=made, reason="Wrong.", by=finance, now=IN_ROUND)
    take_over(imported=ask_to_take_over(imported=made, reason="", by=finance, now=IN_ROUND), now=IN_ROUND)
    with pytest.raises(Refused, match="Say why"):
        ask_to_undo(imported=made, reason=" ", by=finance, now=IN_ROUND)
    ask_to_undo(imported=made, reason="Wrong.", by=finance, now=IN_ROUND)
    with pytest.raises(AlreadyDecided, match="undone already"):
        ask_to_undo(imported=made, reason="Wrong.", by=finance, now=IN_ROUND)


def test_sums_in_millions_are_read_as_such(stream: FundingStream, finance: User) -> None:
    headings = ("Stream", "Month", "Committed (£m)")
    made = keep_upload(
        content=csv_of(("A", "Sep-26", "0.000501"), headings=headings), name="m.csv", by=finance, now=IN_ROUND
    ).imported
    read_import(imported=made, now=IN_ROUND)
    made.refresh_from_db()
    columns = {"stream": "Stream", "month": "Month", "committed": "Committed (£m)"}
    choose_columns(imported=made, columns=columns, unit=SumUnit.MILLIONS, by=finance, now=IN_ROUND)
    made.refresh_from_db()
    read_import(imported=made, now=IN_ROUND)

    assert made.lines.get().committed == Decimal(501)


def test_what_nobody_came_back_to_is_ended(stream: FundingStream, finance: User) -> None:
    made = read_file(csv_of(row()), finance)
    assert drop_old_imports(now=IN_ROUND + KEPT_FOR) == 0
    assert drop_old_imports(now=IN_ROUND + KEPT_FOR + timedelta(seconds=1)) == 1
    made.refresh_from_db()
    assert (made.lines.count(), made.stored, made.stopped_at is not None) == (0, "", True)
