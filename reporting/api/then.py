"""Lists and items told as a period or an earlier day told them, with the figures beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Final, TypeVar, cast

from django.db.models import Model, QuerySet
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.includes import Include
from accounts.api.parameters import WrongParameters
from accounts.api.viewsets import Told, VisibleViewSet
from accounts.querysets import Asker
from aims.api.viewsets import NumberedViewSet
from aims.api.when import AS_AT, PERIOD, read_when
from aims.models import KeyActivity
from reporting.api.positions import PositionSerializer, SummarySerializer
from reporting.api.words import dress, in_words_of
from reporting.choices import Scope
from reporting.forms.days import DayForm
from reporting.selectors.as_it_stood_when import Calendar
from reporting.selectors.sources import Past, PositionTold, Source, SumsTold, Teller, source_in, teller_for
from reporting.selectors.sources.told import Terms, kind_of

Row = TypeVar("Row", bound=Model)
NO_PERIOD: Final = "There is no review period “{}” to tell of. The list of periods has those that you may see."
NOTHING: Final = "Nothing was recorded by then"
NO_ORDER: Final = "With period or as_at, order by {}: all else is ordered as it is today."
FIGURES_ALONE: Final = "This has no history of its own: ask for include=summary with it."


def source_for(request: Request) -> Source | None:
    """What a request's `period` or `as_at` asks to be told from; None without either. Raises `WrongParameters`."""
    when, today = read_when(request.query_params), timezone.localdate()
    if when.day:
        return past_source(when.day, request.user, today)
    if not when.period:
        return None
    found = source_in(when.period, request.user, today)
    if found is None:
        raise WrongParameters({PERIOD.name: [NO_PERIOD.format(when.period)]})
    return found


def past_source(day: date, user: Asker, today: date) -> Past:
    """How things stood when a day ended, among the days that a person may ask for. Raises `WrongParameters`."""
    calendar = Calendar(user, today)
    form = DayForm({"on": day.isoformat()}, days=calendar.days)
    then = calendar.at_end_of(day) if form.is_valid() else None
    if then is None:
        raise WrongParameters({AS_AT.name: [f"{problem}." for problem in form.errors.get("on", [NOTHING])]})
    return Past(then)


class TellsFigures(VisibleViewSet[Row]):
    """Lists whose items can be told with figures, those of a period or a day where the request names one.

    `orders_then` are the orders that hold in a period or on a day too; all of them where it is not given.
    """

    more_parameters = (PERIOD, AS_AT)
    orders_then: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def source(self) -> Source | None:
        """What the period or day of the request is told from; None where it names neither."""
        return source_for(self.request)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Refuses an order that follows what stands today alone."""
        narrowed = super().filter_queryset(queryset)
        asked = ",".join(self.request.query_params.getlist("ordering")).replace("-", "").split(",")
        if self.source and self.orders_then and set(asked) - {*self.orders_then, ""}:
            raise WrongParameters({"ordering": [NO_ORDER.format(" or ".join(self.orders_then))]})
        return narrowed

    @cached_property
    def teller(self) -> Teller | None:
        """What tells the figures: of the period or day asked for, else of what this person is shown."""
        return self.source or teller_for(self.request.user, timezone.localdate())


class ToldThen(TellsFigures[Row], NumberedViewSet[Row]):
    """Parts of the strategy: those that stood in the period or on the day asked for, in its words."""

    orders_then = ("number", "added_on")

    def standing(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those that a list holds, or an address answers for."""
        return self.source.standing(rows) if self.source else super().standing(rows)

    @cached_property
    def terms(self) -> Terms | None:
        """The words of the period or day; None where they are those of today."""
        return self.source.terms(kind_of(self.get_queryset())) if self.source else None

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrowed by the words of the period or day, not by those of today."""
        narrowed = super().filter_queryset(queryset)
        if self.detail or self.terms is None:
            return narrowed
        filterset_class = self.filterset_class  # type: ignore[attr-defined]  # every list has one
        return in_words_of(self.terms, filterset_class, self.request, queryset, narrowed)

    def tell(self, rows: Sequence[Row]) -> Told:
        """Each in the words of the period or day."""
        if self.terms:
            dress(rows, self.terms)
        return super().tell(rows)


class TellsSummaries(TellsFigures[Row]):
    """Lists that have no history of their own, with figures that have one."""

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Refuses a period or a day of which nothing is to be told."""
        narrowed = super().filter_queryset(queryset)
        if self.source and SUMMARY not in self.telling.included:
            given = self.request.query_params.keys() & {PERIOD.name, AS_AT.name}
            raise WrongParameters({name: [FIGURES_ALONE] for name in given})
        return narrowed


def _teller_of(request: Request) -> Teller | None:
    return cast("TellsFigures[Any]", request.parser_context["view"]).teller


def _positions(rows: Sequence[KeyActivity], request: Request) -> Mapping[int, PositionTold]:
    teller = _teller_of(request)
    return teller.positions(rows) if teller else {}


def summaries(scope: Scope, reference: str) -> Callable[[Sequence[Any], Request], Mapping[int, SumsTold]]:
    """Reads the sums over each of some rows, whose reference within the scope is that field."""

    def read(rows: Sequence[Any], request: Request) -> Mapping[int, SumsTold]:
        teller, keys = _teller_of(request), {row.pk: getattr(row, reference) for row in rows}
        found = teller.sums(scope, keys.values()) if teller else {}
        return {pk: found[key] for pk, key in keys.items() if key in found}

    return read


def summary_of(scope: Scope, reference: str = "number") -> Include:
    """The sums over each item."""
    return Include(SUMMED, SummarySerializer, summaries(scope, reference))


SUMMARY: Final = "summary"
SUMMED: Final = (
    "The sums over it: headline, counts with their denominators, movement and money; null where nothing is counted."
)
POSITION: Final = Include(
    "Where it stood: state, ratings, movement, dates. Of the period or day asked for, else as it is shown to you: live "
    "to staff and the Board, as last published to everybody else. Null where no review tells of it.",
    PositionSerializer,
    _positions,
)
