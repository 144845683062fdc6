"""What the page of a closed review tells beside the position: its aims, what was asked last time, how to check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reporting.choices import Direction, Headline, ReviewStage
from reporting.selectors.errata import Note


@dataclass(frozen=True, slots=True)
class Link:
    """Words and where they lead; `count` is how much stands there, None where nothing is counted."""

    words: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AimItem:
    """One aim with its headline and why it has it; `worst` is the activity in most trouble."""

    number: str
    title: str
    url: str
    headline: Headline
    headline_reason: str
    direction: Direction
    worst: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedItem:
    """One action that the Board asked for earlier, and what has been reported by the closing."""

    reference: str
    asked_in: str
    text: str
    activity: Link | None
    post: str
    due_on: date
    is_done: bool
    is_overdue: bool
    reported: str
    reported_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPrint:
    """The seal as it is printed; `previous` is the one before, empty in the first; `check_url` says how to check."""

    seal: str
    previous: str
    sealed_at: datetime
    line_count: int
    number: int
    check_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPrint:
    """What the Board resolved."""

    agreed_on: date
    minute: str
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """All of it."""

    stage: ReviewStage
    aims: Sequence[AimItem]
    asked: Sequence[AskedItem]
    appendices: Sequence[Link]
    seal: SealPrint
    agreement: AgreementPrint | None
    errata: Sequence[Note]
    notes: Sequence[Note]
