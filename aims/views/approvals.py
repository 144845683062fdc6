"""The queue of whoever signs off, and signing off: one update, or all that were ticked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aims.errors import AimsError, Stale
from aims.forms.approvals import DateDecisionForm
from aims.models import ProgressUpdate
from aims.rules.wording import in_a_row
from aims.selectors.approvals import Entry, Moving, ToDecide, queue_of, to_decide, waiting_count
from aims.services.deciding import Decided, approve_update, approve_updates
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_person_alone

PER_PAGE = 25
TOO_LONG_FOR_A_VERSION = 10  # digits; Python refuses to read a number of thousands
TICKED = re.compile(r"([1-9][0-9]{0,14}):([1-9][0-9]{0,8})")
NOTHING_CHANGED = "Nothing was changed"
CHANGED = "It has changed since you opened the page: read it as it stands now, then decide"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not decided; `anchor` leads to it where it stands on the page, `kept` is what was written."""

    text: str
    anchor: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page says of a decision that did not go through as asked."""

    status: int = 200
    heading: str = NOTHING_CHANGED
    refusals: Sequence[Refusal] = ()
    forms: dict[int, DateDecisionForm] = field(default_factory=dict)


QUIET = Answer()


@for_the_person_alone
@login_required
@require_safe
def approvals(request: SignedInRequest) -> HttpResponse:
    """What waits for the person's decision."""
    return queue_page(request)


@for_the_person_alone
@login_required
@require_POST
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign one update off."""
    found = update_to_decide(request, pk)
    try:
        approve_update(update=found, version=_version_shown(request), by=request.user, now=timezone.now())
    except AimsError as error:
        return queue_page(request, Answer(CONFLICT, refusals=[_refused(found, error)]))
    wake_aggregation()
    return back_to_queue(request, f"{found.activity.number} is approved")


@for_the_person_alone
@login_required
@require_POST
def approve_several(request: SignedInRequest) -> HttpResponse:
    """Sign off every ticked update at the version that the page showed; those that cannot be say why."""
    ticked = _ticked(request)
    if not ticked:
        nothing = Refusal("Tick the updates that you approve", "approve-several")
        return queue_page(request, Answer(UNPROCESSABLE, "There is a problem", [nothing]))
    rows = ProgressUpdate.objects.visible_to(request.user, timezone.localdate()).filter(pk__in=ticked)
    theirs = [
        (row, ticked[row.pk])
        for row in rows.select_related("activity__owner", "period").order_by("activity__order")
        if request.user.has_perm("aims.decide_update", row)
    ]
    decided = approve_updates(shown=theirs, by=request.user, now=timezone.now())
    if decided.approved:
        wake_aggregation()
    refusals = [_refused(update, error) for update, error in decided.refused]
    refusals += [Refusal("One of those that you ticked is not yours to approve")] * (len(ticked) - len(theirs))
    if refusals:
        return queue_page(request, Answer(CONFLICT, _approved_but_some(decided), refusals))
    return back_to_queue(request, _approved(decided))


def queue_page(request: SignedInRequest, answer: Answer = QUIET) -> HttpResponse:
    """The page of the queue that the person is on, with what there is to say about a decision."""
    on = timezone.localdate()
    queue = queue_of(request.user, on)
    page: Page[Entry] = Paginator(queue, PER_PAGE).get_page(page_asked(request))
    told = to_decide(list(page.object_list), request.user, on)
    moving = sum(isinstance(entry, Moving) for entry in queue)
    context: dict[str, Any] = {
        "entries": [(item, _form_of(item, answer.forms)) for item in told],
        "page": page,
        "updates": len(queue) - moving,
        "dates": moving,
        "answer": answer,
        "anchors": {"approve-several", *(anchor for item in told for anchor in _anchors(item))},
    }
    return render(request, "aims/approvals.html", context, status=answer.status)


def back_to_queue(request: SignedInRequest, done: str) -> HttpResponse:
    """To the page of the queue that the person was on, with what was done and how much is left."""
    left = waiting_count(request.user, timezone.localdate())
    more = f"{left} more wait{'s' if left == 1 else ''} for you" if left else "Nothing else waits for you"
    messages.success(request, f"{done}. {more}.")
    page = page_asked(request)
    query = f"?page={page}" if page.isdecimal() and page != "1" else ""
    return redirect(reverse("approvals") + query)


def update_to_decide(request: SignedInRequest, pk: int) -> ProgressUpdate:
    """The update, if the person signs it off; one that somebody else decided meanwhile is still found."""
    rows = ProgressUpdate.objects.visible_to(request.user, timezone.localdate())
    found: ProgressUpdate = get_object_or_404(rows.select_related("activity__owner", "period", "author"), pk=pk)
    if not request.user.has_perm("aims.decide_update", found):
        raise Http404
    return found


def page_asked(request: HttpRequest) -> str:
    """The page of the queue that the person is or was on, as the address or the form says; "" for the first."""
    given = (request.POST if request.method == "POST" else request.GET).get("page", "")
    return given if given.isascii() and given.isdecimal() and len(given) < TOO_LONG_FOR_A_VERSION else ""


def _version_shown(request: HttpRequest) -> int:
    """The version that the page showed; 0, which no sent update has, for what is no version."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < TOO_LONG_FOR_A_VERSION else 0


def _ticked(request: HttpRequest) -> dict[int, int]:
    """The ticked updates and the version of each that the page showed."""
    found = [TICKED.fullmatch(value) for value in request.POST.getlist("update")]
    return {int(match[1]): int(match[2]) for match in found if match}


def _refused(update: ProgressUpdate, error: AimsError) -> Refusal:
    message = CHANGED if isinstance(error, Stale) else error.message
    return Refusal(f"{update.activity.number}: {message}", f"update-{update.pk}")


def _approved(decided: Decided) -> str:
    numbers = [update.activity.number for update in decided.approved]
    return f"{in_a_row(numbers)} {'is' if len(numbers) == 1 else 'are'} approved"


def _approved_but_some(decided: Decided) -> str:
    return f"{_approved(decided)}, the rest is not" if decided.approved else NOTHING_CHANGED


def _anchors(item: ToDecide) -> tuple[str, ...]:
    """The places of an entry to which a refusal can lead."""
    if item.moving:
        return f"date-{item.moving.change.pk}", f"date-{item.moving.change.pk}-note"
    return (f"update-{item.waiting.update.pk}",) if item.waiting else ()


def _form_of(item: ToDecide, forms: dict[int, DateDecisionForm]) -> DateDecisionForm | None:
    if item.moving is None:
        return None
    pk = item.moving.change.pk
    return forms.get(pk) or DateDecisionForm(auto_id=f"date-{pk}-%s")
