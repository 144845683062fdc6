"""The update of one activity: its card, its draft, and what happens when two people write at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from aims.choices import Stage
from aims.errors import AimsError, Incomplete, NoRound, Stale
from aims.forms.updates import UpdateForm
from aims.models import KeyActivity
from aims.selectors.card import Card, card_for
from aims.selectors.work import Work, work_of
from aims.services.writing import repeat_last_update, save_draft, submit_update
from aims.tasks import wake_aggregation
from aims.views.cards import (
    Row,
    answer_in_list,
    conflict_of,
    form_of,
    led_to,
    next_number,
    open_row,
    opened_by,
    suggested_for,
    to_the_list,
)
from aims.views.requests import (
    CONFLICT,
    UNPROCESSABLE,
    SignedInRequest,
    activity_to_write,
    for_the_person_alone,
    signed_in,
)


@for_the_person_alone
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: SignedInRequest, number: str) -> HttpResponse:
    """The card of one activity; saves a draft or sends it. htmx gets and swaps the card in the work list."""
    activity = activity_to_write(request, number)
    try:
        card = card_for(activity, timezone.localdate())
    except NoRound as error:
        status = CONFLICT if request.method == "POST" else 200
        context = {"activity": activity, "problem": error.message}
        return render(request, "aims/no_round.html", context, status=status)
    if request.method != "POST":
        return _shown(request, card)
    return _save(_Sending(request, card, form_of(card, request.POST)))


def _shown(request: SignedInRequest, card: Card) -> HttpResponse:
    if not request.htmx:
        return render(request, "aims/update.html", {"card": card, "form": form_of(card)})
    work = work_of(request.user, timezone.localdate())
    number = card.activity.number
    if "folded" in request.GET and work and (item := work.item(number)):
        return led_to(render(request, "aims/_work_item.html", {"item": item}), f"#{card.anchor}-title")
    row = open_row(work, number, timezone.localdate()) if work else None
    return answer_in_list(request, row) if row else to_the_list(request)


@dataclass(frozen=True, slots=True)
class _Sending:
    """One card on its way in."""

    request: SignedInRequest
    card: Card
    form: UpdateForm

    @property
    def is_draft(self) -> bool:
        return self.request.POST.get("step") == "draft"

    def refused(self, status: int, template: str = "aims/update.html", **context: Any) -> HttpResponse:
        """The card again, with what is wrong; in its place in the list where htmx asks."""
        card = suggested_for(self.card, self.form)
        work = work_of(self.request.user, timezone.localdate()) if self.request.htmx else None
        item = work.item(card.activity.number) if work else None
        if item:
            return answer_in_list(self.request, Row(item, card, context.pop("form", self.form)), status, **context)
        return render(self.request, template, {"card": card, "form": self.form} | context, status=status)


def _save(sending: _Sending) -> HttpResponse:
    form, card = sending.form, sending.card
    if not form.is_valid():
        return sending.refused(UNPROCESSABLE)
    try:
        _write(sending)
    except Incomplete as error:
        form.add_problems(error.problems)
        return sending.refused(UNPROCESSABLE)
    except Stale as error:
        return _stale(sending, error)
    except AimsError as error:
        form.add_error(None, error.message)
        return sending.refused(CONFLICT)
    if sending.is_draft:
        return _drafted(sending.request, card.activity)
    wake_aggregation()
    return _sent(sending.request, card.activity, f"{card.activity.number} is sent for approval")


def _write(sending: _Sending) -> None:
    form = sending.form
    save = save_draft if sending.is_draft else submit_update
    save(
        activity=sending.card.activity,
        values=form.draft_values() if sending.is_draft else form.values(),
        version=form.cleaned_data["version"],
        by=sending.request.user,
        now=timezone.now(),
        trail=form.trail(),
    )


def _stale(sending: _Sending, error: Stale) -> HttpResponse:
    """Both texts on one page; sending again is a choice made with both in view."""
    answers = sending.request.POST.copy()
    answers["version"] = str(error.current.version if error.current.stage == Stage.DRAFT else 0)
    answers["basis"] = str(error.current.pk if error.current.stage == Stage.APPROVED else sending.card.basis)
    again = form_of(sending.card, answers)
    again.full_clean()
    return sending.refused(CONFLICT, "aims/stale.html", form=again, **conflict_of(sending.form, error))


def _drafted(request: SignedInRequest, activity: KeyActivity) -> HttpResponse:
    on = timezone.localdate()
    work = work_of(request.user, on) if request.htmx else None
    row = open_row(work, activity.number, on) if work else None
    if row:
        return led_to(answer_in_list(request, row), f"#{row.item.anchor}-saved")
    messages.info(request, f"Draft of {activity.number} saved")
    return redirect("update", activity.number)


def _sent(request: SignedInRequest, activity: KeyActivity, said: str) -> HttpResponse:
    """The row folded with the page's heading and count, and the next card open; without htmx the list again."""
    work = work_of(request.user, timezone.localdate()) if request.htmx else None
    if work and work.item(activity.number):
        return _sent_in_list(request, work, activity.number, said)
    messages.success(request, said)
    return to_the_list(request, [number for number in opened_by(request) if number != activity.number])


def _sent_in_list(request: SignedInRequest, work: Work, number: str, said: str) -> HttpResponse:
    following = next_number(work, number)
    opened = opened_by(request)
    row = open_row(work, following, timezone.localdate()) if following and following not in opened else None
    context = {"item": work.item(number), "work": work, "row": row, "said": said, "following": following}
    answer = render(request, "aims/_sent.html", context)
    ahead = work.item(following)
    return led_to(answer, f"#{ahead.anchor}-title" if ahead else "#work-heading")


@for_the_person_alone
@signed_in
@require_POST
def no_change(request: SignedInRequest, number: str) -> HttpResponse:
    """Send the last update again, as a new dated one."""
    activity = activity_to_write(request, number)
    try:
        repeat_last_update(activity=activity, by=request.user, now=timezone.now())
    except AimsError as error:
        return _needs_an_update(request, number, f"{number} needs an update: {error.message}")
    wake_aggregation()
    return _sent(request, activity, f"{number} is sent for approval as unchanged")


def _needs_an_update(request: SignedInRequest, number: str, problem: str) -> HttpResponse:
    """The card of what cannot be sent as unchanged, saying why."""
    on = timezone.localdate()
    work = work_of(request.user, on) if request.htmx else None
    row = open_row(work, number, on) if work else None
    if row:
        return answer_in_list(request, row, CONFLICT, problem=problem)
    messages.error(request, problem)
    return redirect("update", number)
