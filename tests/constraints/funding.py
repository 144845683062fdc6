"""Attempts on funding streams, their awards, allocations and returns."""

from datetime import date
from decimal import Decimal

from funding.choices import AmountKind
from funding.models import (
    Allocation,
    AwardChange,
    FundingImport,
    FundingImportRow,
    FundingReturn,
    FundingStream,
    ImportLayout,
)
from funding.rules import Figures
from funding.services.allocating import allocate
from funding.services.awards import change_award
from funding.services.returning import approve_return, submit_return
from tests.constraints.attempts import Attempt, change, copy, empty, kept, remove
from tests.factories import IN_ROUND, make_activity, make_strategy, make_stream, make_user

ENDED = {"ended_at": "now()", "ended_by_id": "allocated_by_id"}
ASKED = {"asked_at": "now()", "asked_by_id": "uploaded_by_id", "read_at": "now()"}
UNDOING = {"undo_asked_at": "now()", "undo_asked_by_id": "uploaded_by_id"}
DECIDED = {"approved_at": "now()", "approved_by_id": "(SELECT max(id) FROM accounts_user)"}


def make_award_change() -> AwardChange:
    return change_award(
        stream=make_stream(),
        kind=AmountKind.AWARD,
        amount=Decimal(2000),
        dated=date(2026, 10, 1),
        reason="The minister said so.",
        by=make_user(),
        now=IN_ROUND,
    )


def make_allocation() -> Allocation:
    activity = make_activity()
    stream = make_stream(strategy=activity.strategy)
    return allocate(
        stream=stream, target=activity, amount=Decimal(100), reason="Minute 12.", by=make_user(), now=IN_ROUND
    )


def make_ended_allocation() -> Allocation:
    allocation = make_allocation()
    Allocation.objects.filter(pk=allocation.pk).update(ended_at=IN_ROUND, ended_by=allocation.allocated_by)
    return allocation


def make_allocation_beside_another_strategy() -> Allocation:
    allocation = make_allocation()
    other = make_strategy(slug="other", title="Other", is_in_force=False)
    make_stream(strategy=other)
    return allocation


def make_return() -> FundingReturn:
    figures = Figures(committed=Decimal(500), spend_to_date=Decimal(400))
    return submit_return(stream=make_stream(), month=date(2026, 9, 1), figures=figures, by=make_user(), now=IN_ROUND)


def make_return_beside_a_colleague() -> FundingReturn:
    found = make_return()
    make_user()
    return found


def make_approved_return() -> FundingReturn:
    return approve_return(found=make_return(), by=make_user(), now=IN_ROUND)


def make_import() -> FundingImport:
    made: FundingImport = FundingImport.objects.create(
        name="September.csv", sha256="0" * 64, uploaded_by=make_user(), uploaded_at=IN_ROUND, rows=2
    )
    return made


def make_stopped_import() -> FundingImport:
    made = make_import()
    FundingImport.objects.filter(pk=made.pk).update(stopped_at=IN_ROUND)
    return made


def make_import_row() -> FundingImportRow:
    made: FundingImportRow = FundingImportRow.objects.create(
        source=make_import(), place=2, stream=make_stream(), month=date(2026, 9, 1), committed=Decimal(500)
    )
    return made


def make_layout() -> ImportLayout:
    made: ImportLayout = ImportLayout.objects.create(
        name="Ledger", signature="0" * 64, columns={}, saved_by=make_user(), saved_at=IN_ROUND
    )
    return made


def allocated_stream() -> FundingStream:
    return make_allocation().stream


ITS_OBJECTIVE = "(SELECT objective_id FROM aims_keyactivity a WHERE a.id = activity_id)"
OTHER_STREAM = "(SELECT max(id) FROM funding_fundingstream)"

ATTEMPTS: list[Attempt] = [
    copy("stream_code_unique_in_strategy", make_stream),
    *[change("stream_code_well_formed", make_stream, code=code) for code in ("''", "'a'", "'1'", "'A1'", "' B'")],
    copy("award_not_negative", make_stream, code="'B'", award="-0.01", over_programming="1"),
    copy("award_not_negative", make_stream, code="'B'", award="'NaN'"),
    copy("over_programming_not_negative", make_stream, code="'B'", over_programming="-0.01"),
    copy("never_over_allocated", make_stream, code="'B'", allocated="award + 0.01"),
    copy("never_over_allocated", make_stream, code="'B'", allocated="-0.01"),
    change("award_follows_its_changes", make_stream, award="award + 1"),
    change("award_follows_its_changes", make_stream, over_programming="1"),
    change("allocated_follows_allocations", make_stream, allocated="1"),
    change("stream_spend_kind_known", make_stream, spend_kind="'gold'"),
    change("stream_years_in_order", make_stream, starts_year="2018", ends_year="2017"),
    *kept("stream", make_stream),
    copy("award_change_kind_known", make_award_change, kind="'gift'", previous="0", amount="0.5"),
    copy("award_change_moves", make_award_change, previous="amount"),
    copy("award_change_has_a_reason", make_award_change, previous="amount", amount="3000", reason="' '"),
    copy("award_change_continues", make_award_change, amount="3000"),
    change("award_change_append_only", make_award_change, reason="'Other'"),
    remove("award_change_append_only", make_award_change),
    empty("award_change_no_truncate", make_award_change),
    copy("allocation_has_one_target", make_allocation, objective_id=ITS_OBJECTIVE),
    copy("allocation_is_positive", make_ended_allocation, amount="0", **ENDED),
    copy("allocation_has_a_reason", make_ended_allocation, reason="' '"),
    copy("allocation_ended_by_somebody", make_ended_allocation, ended_by_id="NULL"),
    copy("one_allocation_a_target", make_allocation, amount="1"),
    copy("allocation_within_its_strategy", make_allocation_beside_another_strategy, stream_id=OTHER_STREAM),
    change("allocation_append_only", make_allocation, amount="amount + 1"),
    change("allocation_filled_once", make_ended_allocation, ended_at="ended_at + interval '1 day'"),
    *kept("allocation", make_allocation),
    copy("one_revision_a_month", make_approved_return),
    copy("one_return_waits_a_month", make_return, revision="2"),
    copy("return_month_is_its_first_day", make_return, month="'2026-08-02'"),
    copy("return_amounts_not_negative", make_return, month="'2026-08-01'", re_profiled="-1"),
    copy("return_rating_known", make_return, month="'2026-08-01'", rating="'mauve'"),
    copy("overspend_has_a_reason", make_return, month="'2026-08-01'", spend_to_date="committed + 0.01"),
    copy("return_decided_once", make_return, month="'2026-08-01'", approved_at="now()"),
    copy("return_decided_once", make_return, month="'2026-08-01'", returned_at="now()", return_note="'No'"),
    copy(
        "return_not_approved_by_its_author",
        make_return,
        month="'2026-08-01'",
        approved_at="now()",
        approved_by_id="submitted_by_id",
    ),
    change("return_append_only", make_return, committed="1000"),
    change("return_filled_once", make_approved_return, approved_at="approved_at + interval '1 day'"),
    *kept("return", make_return),
    change("import_has_a_name", make_import, name="' '"),
    change("import_hash_well_formed", make_import, sha256="'0'"),
    change("import_rows_done_within_rows", make_import, rows_done="3"),
    change("import_undone_after_taken_over", make_import, undone_at="now()"),
    change("import_ends_once", make_stopped_import, taken_over_at="now()", **ASKED),
    change("import_asked_by_somebody", make_import, asked_at="now()"),
    change("import_asked_by_somebody", make_import, asked_at="now()", asked_by_id="uploaded_by_id"),
    change("import_taken_over_when_asked", make_import, taken_over_at="now()"),
    change("import_undoing_has_a_reason", make_import, undo_reason="'Wrong.'", **UNDOING),
    change("import_undoing_has_a_reason", make_import, taken_over_at="now()", **ASKED, **UNDOING),
    change("import_filled_once", make_stopped_import, stopped_at="NULL"),
    *kept("import", make_import),
    copy("one_row_a_stream_and_month", make_import_row),
    copy("import_row_month_is_its_first_day", make_import_row, month="'2026-09-02'"),
    copy("import_row_amounts_not_negative", make_import_row, month="'2026-08-01'", committed="-0.01"),
    change("layout_has_a_name", make_layout, name="' '"),
    change("layout_unit_known", make_layout, unit="10"),
]
