"""What came after a review was sealed: none of it changes a line, all of it is dated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reporting.choices import ReviewStage
from reporting.selectors.annex import AgreementPrint, SealPrint
from reporting.selectors.errata import NO_ERRATA, Errata
from reporting.selectors.exceptions import BoardAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The stage of a review, its agreement, its errata, and what the Board answered, by the activity's number."""

    stage: ReviewStage
    seal: SealPrint
    agreement: AgreementPrint | None = None
    published: str = ""
    errata: Errata = NO_ERRATA
    answers: Mapping[str, BoardAnswer] = field(default_factory=dict)
