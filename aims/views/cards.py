"""Update cards as the pages show them: in the work list, on a page of their own, and in answers to htmx."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from aims.choices import Mark
from aims.errors import Stale
from aims.forms.updates import UpdateForm, initial_of
from aims.selectors.card import Card, cards_of
from aims.selectors.said import mark_of
from aims.selectors.work import Work, WorkItem

NUMBER = re.compile(r"[1-9]\d{0,2}\.[1-9]\d{0,2}\.[1-9]\d{0,3}")
OK = 200
MOST_OPEN = 200
ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """One activity of the list; `card` and `form` are None while it is folded."""

    item: WorkItem
    card: Card | None = None
    form: UpdateForm | None = None


def form_of(card: Card, data: QueryDict | None = None) -> UpdateForm:
    """The card's form: as it opens, or bound to what was sent. The ids of its fields are its own on the page."""
    form = UpdateForm(
        data,
        activity=card.activity,
        forecast_day=card.forecast_day,
        initial=None if data else initial_of(card.values, card.version) | {"basis": card.basis},
        auto_id=f"{card.anchor}-%s",
    )
    if card.current and card.current.returned_by_id:
        form.add_notes(card.current.return_notes)
    return form


def suggested_for(card: Card, form: UpdateForm) -> Card:
    """The card with what the dates suggest for the answers just sent, as far as they can be read."""
    given = form.cleaned_data
    return card.suggesting(given.get("as_at"), given.get("forecast_end"))


def opened_by(request: HttpRequest) -> list[str]:
    """The numbers of the cards that stand open on the page that asks."""
    asked = request.POST if request.method == "POST" else request.GET
    return [number for number in asked.getlist("open")[:MOST_OPEN] if NUMBER.fullmatch(number)]


def rows_of(work: Work, opened: Collection[str], on: date) -> list[Row]:
    """What is to do, with the cards of those that are open."""
    cards = cards_of(work, [item for item in work.to_do if item.activity.number in opened], on)
    return [_row(item, cards.get(item.activity.number)) for item in work.to_do]


def _row(item: WorkItem, card: Card | None) -> Row:
    return Row(item, card, form_of(card)) if card else Row(item)


def open_row(work: Work, number: str, on: date) -> Row | None:
    """One activity of the list with its card open."""
    return next((row for row in rows_of(work, [number], on) if row.card and row.item.activity.number == number), None)


def next_number(work: Work, number: str) -> str:
    """The most pressing activity still to do beside one; empty where it was the last."""
    return next((item.activity.number for item in work.to_do if item.activity.number != number), "")


def answer_in_list(request: HttpRequest, row: Row, status: int = OK, **context: Any) -> HttpResponse:
    """One open card for the place of its row, the keyboard's focus led to it."""
    answer = render(request, "aims/_open_item.html", {"row": row} | context, status=status)
    return led_to(answer, f"#{row.item.anchor}-title" if status == OK else f"#{row.item.anchor}-problem > *")


def led_to(answer: HttpResponse, target: str) -> HttpResponse:
    """Have the page's script put the keyboard's focus there once everything is in place."""
    return trigger_client_event(answer, "tracker:focus", {"target": target}, after="settle")


def to_the_list(request: HttpRequest, opened: Sequence[str] = ()) -> HttpResponse:
    """To the work list, the cards that stood open beside this one still open."""
    address = reverse("my-work")
    if opened:
        address += "?" + urlencode({"open": opened}, doseq=True)
    return HttpResponseClientRedirect(address) if getattr(request, "htmx", False) else redirect(address)


def conflict_of(form: UpdateForm, error: Stale) -> dict[str, Any]:
    """Both texts with their marks: what stands now, and what was typed."""
    chosen = form["standing"].value()
    return {
        "current": error.current,
        "mark": mark_of(error.current),
        "mine": form,
        "mine_mark": Mark(chosen) if chosen in Mark.values else None,
    }
