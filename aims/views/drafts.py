"""Drafts that a card saves by itself while somebody types."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from aims.errors import AimsError, Incomplete, Stale
from aims.forms.updates import FIELD_OF_RULE, UpdateForm
from aims.models import ProgressUpdate
from aims.rules import UpdateValues
from aims.selectors.card import Card, card_for
from aims.services.writing import save_draft
from aims.views.cards import conflict_of, form_of, suggested_for
from aims.views.requests import (
    CONFLICT,
    UNPROCESSABLE,
    SignedInRequest,
    activity_to_write,
    for_the_person_alone,
    signed_in,
)

BELONG_TOGETHER = {"exempt_paragraph": "exempt_narrative"}  # the database keeps neither without the other


@for_the_person_alone
@signed_in
@require_POST
def draft(request: SignedInRequest, number: str) -> HttpResponse:
    """Keep what stands in the card as far as it can be read, and say until when and what not."""
    activity = activity_to_write(request, number)
    try:
        card = card_for(activity, timezone.localdate())
        form = form_of(card, request.POST)
        form.is_valid()
        if "version" not in form.cleaned_data:
            return HttpResponse(status=UNPROCESSABLE)
        saved, unread = _save_what_can_stand(request, card, form)
    except Stale as error:
        return _overtaken(request, card, form, error)
    except AimsError as error:
        return render(request, "aims/_not_saved.html", {"problem": error.message}, status=CONFLICT)
    context = {"card": suggested_for(replace(card, current=saved), form), "unread": unread}
    answer = render(request, "aims/_saved.html", context)
    return trigger_client_event(answer, "tracker:saved", {"whole": not unread}, after="settle")


def _save_what_can_stand(request: SignedInRequest, card: Card, form: UpdateForm) -> tuple[ProgressUpdate, list[str]]:
    """Save all answers but those that cannot be read or can never stand, which keep what was saved before."""
    values, unread = form.readable_values(card.values), form.unreadable()
    try:
        return _save(request, card, form, values), unread
    except Incomplete as error:
        missing = {*error.problems, *(BELONG_TOGETHER.get(name, name) for name in error.problems)}
    kept = replace(values, **{name: getattr(_stored(card), name) for name in missing})
    labels = [str(form.fields[FIELD_OF_RULE.get(name, name)].label) for name in sorted(missing)]
    return _save(request, card, form, kept), unread + labels


def _stored(card: Card) -> UpdateValues:
    return card.values if card.current else UpdateValues(as_at=card.values.as_at)


def _save(request: SignedInRequest, card: Card, form: UpdateForm, values: UpdateValues) -> ProgressUpdate:
    return save_draft(
        activity=card.activity,
        values=values,
        version=form.cleaned_data["version"],
        by=request.user,
        now=timezone.now(),
        trail=form.trail(),
        by_itself=True,
    )


def _overtaken(request: SignedInRequest, card: Card, form: UpdateForm, error: Stale) -> HttpResponse:
    """What stands now beside what was typed, above the card; the card saves no more by itself."""
    context = {"card": card} | conflict_of(form, error)
    answer = render(request, "aims/_overtaken.html", context, status=CONFLICT)
    return reswap(retarget(answer, f"#{card.anchor}-conflict"), "innerHTML")
