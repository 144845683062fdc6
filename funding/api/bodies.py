"""What a body that returns a stream's figures sends."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer

from accounts.api.fields import ChoiceField, DayField, OwnField, PoundsField, WordsField
from accounts.api.writing import Body
from accounts.models import User
from aims.choices import Rag
from funding.api import examples
from funding.api.words import MEANINGS
from funding.filters import STREAM
from funding.models import FundingStream

LONGEST = 4000


def sum_of(name: str) -> PoundsField:
    """A sum, or null where it is not known."""
    return PoundsField(required=False, allow_null=True, help_text=MEANINGS[name])


@extend_schema_field({"type": "string", "pattern": STREAM})
class OwnStreamField(OwnField):
    """A funding stream by its code."""

    default_error_messages = {"does_not_exist": "There is no funding stream of this code whose figures you return."}

    def seen_by(self, user: User) -> QuerySet[FundingStream]:
        return FundingStream.objects.visible_to(user)


@extend_schema_serializer(examples=[examples.RETURN_BODY])
class FundingReturnBody(Body):
    """A month's return of one stream, sent for approval. On a change, sums that are left out stay as they are."""

    stays = ("stream", "month")
    stream = OwnStreamField(
        slug_field="code", pattern=STREAM, permission="funding.return_money", help_text=MEANINGS["stream"]
    )
    month = DayField(help_text=MEANINGS["month"])
    committed = sum_of("committed")
    spend_to_date = sum_of("spend_to_date")
    budget_this_year = sum_of("budget_this_year")
    forecast_outturn = sum_of("forecast_outturn")
    re_profiled = sum_of("re_profiled")
    rating = ChoiceField(choices=Rag.choices, required=False, allow_null=True, help_text=MEANINGS["rating"])
    note = WordsField(required=False, allow_blank=True, max_length=LONGEST, help_text=MEANINGS["note"])
    warning_reason = WordsField(
        required=False, allow_blank=True, max_length=LONGEST, help_text=MEANINGS["warning_reason"]
    )
