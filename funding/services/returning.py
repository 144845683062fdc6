"""Funding returns: sent by one person, signed off by another, corrected by the next revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from aims.choices import Audience, EventKind
from aims.errors import AlreadyDecided, Incomplete, NotAllowed, Refused
from aims.services.events import event_of, record_all
from aims.services.locks import hold_round
from funding.choices import ReturnStage
from funding.models import FundingImport, FundingReturn, FundingStream
from funding.models.returns import AMOUNTS
from funding.rules import Around, Figures, problems_of, warnings_of
from funding.services.events import record_money, reference_of

CORRECTED = "Corrected by the next revision, before anybody decided"


@transaction.atomic
def submit_return(
    *,
    stream: FundingStream,
    month: date,
    figures: Figures,
    by: User,
    now: datetime,
    note: str = "",
    rating: str | None = None,
    warning_reason: str = "",
    source: FundingImport | None = None,
) -> FundingReturn:
    """Send a stream's return of a month for approval, as the month's next revision.

    Raises `Incomplete` with what to do by field, and `Refused` while another return of the month waits.
    """
    locked: FundingStream = FundingStream.objects.select_for_update().get(pk=stream.pk)
    problems = problems_of(figures, month, timezone.localdate(now))
    unusual = warnings_of(figures, locked.award, _around(locked, month))
    if unusual and not warning_reason.strip():
        problems["warning_reason"] = f"{unusual[0]}: say why"
    if problems:
        raise Incomplete(problems)
    return _revise(
        locked,
        month,
        by,
        now,
        **asdict(figures),
        note=note.strip(),
        rating=rating or None,
        warning_reason=warning_reason.strip(),
        source=source,
    )


def submit_checked(
    *, stream: FundingStream, returns: Sequence[FundingReturn], source: FundingImport, by: User, now: datetime
) -> None:
    """Send many returns of one stream at once, each as its month's next revision, as `submit_return` does one.

    In the caller's transaction, under the stream's lock; the caller has checked each of them, and that none of their
    months waits.
    """
    last = dict(stream.returns.order_by().values("month").annotate(last=Max("revision")).values_list("month", "last"))
    for found in returns:
        found.stream, found.revision, found.source = stream, last.get(found.month, 0) + 1, source
        found.submitted_by, found.submitted_at = by, now
    FundingReturn.objects.bulk_create(returns, batch_size=500)
    about = reference_of(stream)
    sent = partial(event_of, EventKind.RETURN_SUBMITTED, now=now, by=by, audience=Audience.STAFF, reference=about)
    record_all(sent(after=_told(found)) for found in returns)


@transaction.atomic
def correct_return(
    *,
    found: FundingReturn,
    figures: Figures,
    by: User,
    now: datetime,
    note: str,
    rating: str | None,
    warning_reason: str,
) -> FundingReturn:
    """Answer a return that was given back, or take back one that still waits, by the month's next revision.

    Raises `Refused` for what counts already (that takes a return of its own) and for what another revision followed.
    """
    stream: FundingStream = FundingStream.objects.select_for_update().get(pk=found.stream_id)
    standing: FundingReturn = FundingReturn.objects.get(pk=found.pk)
    if standing.stage == ReturnStage.APPROVED:
        raise Refused(f"This return of {stream.code} counts already: send another return for {found.month:%B %Y}")
    if stream.returns.filter(month=found.month, revision__gt=found.revision).exists():
        raise Refused(f"A later return of {stream.code} for {found.month:%B %Y} has followed this one: change that")
    if standing.stage == ReturnStage.SUBMITTED:
        give_return_back(found=standing, note=CORRECTED, by=by, now=now)
    return submit_return(
        stream=stream,
        month=found.month,
        figures=figures,
        by=by,
        now=now,
        note=note,
        rating=rating,
        warning_reason=warning_reason,
    )


@transaction.atomic
def approve_return(*, found: FundingReturn, by: User, now: datetime) -> FundingReturn:
    """Sign a return off, for good. Raises `NotAllowed` for its author, `AlreadyDecided` when somebody was first."""
    hold_round(found.stream.strategy_id)
    locked = _waiting(found, by)
    locked.approved_by, locked.approved_at = by, now
    locked.save(update_fields=["approved_by", "approved_at"])
    record_money(EventKind.RETURN_APPROVED, locked.stream, by=by, now=now, after=_told(locked))
    return locked


@transaction.atomic
def give_return_back(*, found: FundingReturn, note: str, by: User, now: datetime) -> FundingReturn:
    """Give a return back with a note; the next revision answers it. Its author may take it back so too."""
    if not note.strip():
        raise Refused("Say what has to change: whoever sent it reads this")
    locked = _waiting(found)
    locked.returned_by, locked.returned_at, locked.return_note = by, now, note.strip()
    locked.save(update_fields=["returned_by", "returned_at", "return_note"])
    after = {"month": locked.month, "note": locked.return_note}
    record_money(EventKind.RETURN_GIVEN_BACK, locked.stream, by=by, now=now, after=after)
    return locked


@transaction.atomic
def undo_return(*, found: FundingReturn, reason: str, by: User, now: datetime) -> FundingReturn:
    """Send a return that says again what the month's return said before `found`, itself to be approved.

    Where there was none before, it says that nothing is known. Raises `Refused` for what never counted, or was
    followed by another.
    """
    locked: FundingStream = FundingStream.objects.select_for_update().get(pk=found.stream_id)
    if not reason.strip():
        raise Refused("Say why the return is undone")
    revisions = locked.returns.filter(month=found.month)
    counting = revisions.filter(approved_at__isnull=False).order_by("-revision").first()
    if counting is None or counting.pk != found.pk:
        raise Refused(f"Only the return that counts can be undone: look at {locked.code}, {found.month:%B %Y}, again")
    before = (
        revisions.filter(approved_at__isnull=False, revision__lt=found.revision, undoes__isnull=True)
        .order_by("-revision")
        .first()
    )
    said = {name: getattr(before, name) if before else None for name in (*AMOUNTS, "rating")}
    return _revise(
        locked,
        found.month,
        by,
        now,
        **said,
        note=reason.strip(),
        warning_reason=reason.strip(),
        undoes=found,
    )


def _around(stream: FundingStream, month: date) -> Around:
    """What the nearest months that count say was spent."""
    said = stream.returns.counting().filter(spend_to_date__isnull=False).exclude(month=month)
    spent: dict[date, Decimal] = dict(said.values_list("month", "spend_to_date"))
    before = max((other for other in spent if other < month), default=None)
    after = min((other for other in spent if other > month), default=None)
    return Around(spent[before] if before else None, spent[after] if after else None)


def _revise(stream: FundingStream, month: date, by: User, now: datetime, **said: object) -> FundingReturn:
    """The month's next revision; the stream's lock is held."""
    revisions = stream.returns.filter(month=month)
    if revisions.waiting().exists():
        raise Refused(f"A return of {stream.code} for {month:%B %Y} waits for approval already")
    last = revisions.aggregate(last=Max("revision"))["last"] or 0
    made: FundingReturn = FundingReturn.objects.create(
        stream=stream,
        month=month,
        revision=last + 1,
        submitted_by=by,
        submitted_at=now,
        via=by.acts_through,
        **said,
    )
    record_money(EventKind.RETURN_SUBMITTED, stream, by=by, now=now, after=_told(made))
    return made


def _waiting(found: FundingReturn, by: User | None = None) -> FundingReturn:
    """The return under its stream's lock, still waiting and, where `by` is given, for this person to sign off."""
    FundingStream.objects.select_for_update().get(pk=found.stream_id)
    people = ("submitted_by", "approved_by", "returned_by")
    locked: FundingReturn = FundingReturn.objects.select_related("stream", *people).get(pk=found.pk)
    if locked.approved_by:
        raise AlreadyDecided(f"{locked.approved_by} has approved this return already")
    if locked.returned_by:
        raise AlreadyDecided(f"{locked.returned_by} has given this return back already")
    if by and locked.submitted_by_id == by.pk:
        raise NotAllowed("You sent this return: somebody else has to sign it off")
    return locked


def _told(found: FundingReturn) -> dict[str, object]:
    sums = {name: getattr(found, name) for name in AMOUNTS}
    said = {name: None if amount is None else str(amount) for name, amount in sums.items()}
    return {"month": found.month, "revision": found.revision, **said}
