"""What is asked of a person: their updates, dates that have gone by, and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aims.errors import AimsError
from aims.models import KeyActivity
from aims.querysets import KeyActivityQuerySet
from aims.selectors.actions import open_actions
from aims.selectors.approvals import waiting_count
from aims.selectors.deputies import deputising_line
from aims.selectors.work import Work, gone_by, work_of
from aims.services.writing import repeat_last_update
from aims.tasks import wake_aggregation
from aims.views.cards import ALL, NUMBER, opened_by, rows_of, to_the_list
from aims.views.requests import SignedInRequest, for_the_person_alone, signed_in


@for_the_person_alone
@signed_in
@require_safe
def my_work(request: SignedInRequest) -> HttpResponse:
    """All that is asked of the person; the cards that the address names are open, else the most pressing one."""
    on = timezone.localdate()
    work = work_of(request.user, on)
    opened = _opened(request, work) if work else []
    context = {
        "work": work,
        "rows": rows_of(work, opened, on) if work else [],
        "opened": opened,
        "actions": open_actions(request.user, on),
        "gone_by": work.gone_by if work else gone_by(request.user, on),
        "decisions": waiting_count(request.user, on),
        "deputising": deputising_line(request.user, on),
    }
    return render(request, "aims/my_work.html", context)


def _opened(request: SignedInRequest, work: Work) -> Sequence[str]:
    asked = request.GET.getlist("open")
    if ALL in asked:
        return [item.activity.number for item in work.to_do]
    if asked:
        return opened_by(request)
    return [work.to_do[0].activity.number] if work.to_do else []


@for_the_person_alone
@signed_in
@require_POST
def no_change_in_several(request: SignedInRequest) -> HttpResponse:
    """Send the last update of each chosen activity again; one that is refused says why while the others go."""
    numbers = [number for number in dict.fromkeys(request.POST.getlist("activity")) if NUMBER.fullmatch(number)]
    found = {row.number: row for row in _mine(request, timezone.localdate()).filter(number__in=numbers)}
    sent: list[str] = []
    refused: list[tuple[str, str]] = []
    for number in numbers:
        problem = _repeat(request, found.get(number))
        if problem:
            refused.append((number, problem))
        else:
            sent.append(number)
    _tell(request, sent, refused)
    return to_the_list(request, [number for number, _ in refused if number in found])


def _mine(request: SignedInRequest, on: date) -> KeyActivityQuerySet:
    rows = KeyActivity.objects.visible_to(request.user).select_related("strategy", "owner")
    return rows if request.user.keeps_the_round else rows.answered_by(request.user, on)


def _repeat(request: SignedInRequest, activity: KeyActivity | None) -> str:
    """Send one as unchanged; the reason where it was refused, else empty."""
    if activity is None:
        return "It is not among your activities"
    try:
        repeat_last_update(activity=activity, by=request.user, now=timezone.now())
    except AimsError as error:
        return error.message
    return ""


def _tell(request: SignedInRequest, sent: Sequence[str], refused: Sequence[tuple[str, str]]) -> None:
    if sent:
        wake_aggregation()
        verb = "is" if len(sent) == 1 else "are"
        messages.success(request, f"{in_words(sent)} {verb} sent for approval as unchanged")
    for number, problem in refused:
        messages.error(request, f"{number} was not sent. {problem}")
    if not sent and not refused:
        messages.error(request, "Nothing was sent: choose at least one activity that has not changed")


def in_words(numbers: Sequence[str]) -> str:
    """A list as people say it: "4.1.1, 4.1.2 and 4.1.3"."""
    *others, last = numbers
    return f"{', '.join(others)} and {last}" if others else last
