"""The strategy and who takes part in it with how things stand: as today, in a period, or on an earlier day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from accounts.api.includes import Include
from accounts.api.viewsets import OrganisationViewSet
from accounts.models import Organisation
from aims.api.places import PlaceViewSet
from aims.api.viewsets import ActivityViewSet, AimViewSet, ObjectiveViewSet
from aims.models import Aim, KeyActivity, Objective, Place
from reporting.api.beside import THEN_OF_ACTIVITY, THEN_OF_AIM, THEN_OF_OBJECTIVE
from reporting.api.dates import THEN_OF_DATES
from reporting.api.money import allocations_of
from reporting.api.then import POSITION, SUMMARY, TellsSummaries, ToldThen, summary_of
from reporting.choices import Scope
from reporting.filters import ToldActivityFilter


class ToldAimViewSet(ToldThen[Aim], AimViewSet):
    """The aims of the strategy in force."""

    includes: ClassVar[Mapping[str, Include]] = {**THEN_OF_AIM, SUMMARY: summary_of(Scope.AIM)}


class ToldObjectiveViewSet(ToldThen[Objective], ObjectiveViewSet):
    """The commitments under each aim."""

    includes: ClassVar[Mapping[str, Include]] = {
        **THEN_OF_OBJECTIVE,
        "allocations": allocations_of("objective", "The money that pays for it and is not broken down to activities."),
        SUMMARY: summary_of(Scope.OBJECTIVE),
    }


class ToldActivityViewSet(ToldThen[KeyActivity], ActivityViewSet):
    """What is done for each objective, and the post that answers for it."""

    filterset_class = ToldActivityFilter
    includes: ClassVar[Mapping[str, Include]] = {
        **THEN_OF_ACTIVITY,
        **THEN_OF_DATES,
        "allocations": allocations_of("activity", "The money that pays for it."),
        "position": POSITION,
    }


class ToldOrganisationViewSet(TellsSummaries[Organisation], OrganisationViewSet):
    """The bodies that take part in the strategy. Their sums are over the activities that they answer for."""

    includes: ClassVar[Mapping[str, Include]] = {
        **OrganisationViewSet.includes,
        SUMMARY: summary_of(Scope.ORGANISATION, "slug"),
    }


class ToldPlaceViewSet(TellsSummaries[Place], PlaceViewSet):
    """The areas of the constituent authorities. Figures by place overlap: an activity can be delivered in several."""

    includes: ClassVar[Mapping[str, Include]] = {**PlaceViewSet.includes, SUMMARY: summary_of(Scope.PLACE, "slug")}
