"""What the lists of the strategy and its progress can be narrowed by, on their pages and in the API."""

from __future__ import annotations

from accounts.filters import SLUG, Narrowing, by_choice, by_reference, by_words
from aims.choices import Decision, Kind, PeriodState, Rag, Role, Stage, State

AIM = r"^[1-9][0-9]{0,2}$"
OBJECTIVE = r"^[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}$"
ACTIVITY = r"^[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}\.[1-9][0-9]{0,3}$"

OF_AIM = "The aim, by its number: 1."
OF_OBJECTIVE = "The objective, by its number: 1.1."
OF_OWNER = "The post that answers for it, by its slug."
OF_ORGANISATION = "The organisation of the post that answers for it, by its slug."


class AimFilter(Narrowing):
    q = by_words("statement")


class ObjectiveFilter(Narrowing):
    aim = by_reference("aim__number", AIM, OF_AIM)
    q = by_words("statement")


class ActivityFilter(Narrowing):
    aim = by_reference("objective__aim__number", AIM, OF_AIM)
    objective = by_reference("objective__number", OBJECTIVE, OF_OBJECTIVE)
    role = by_choice(Role, "What the combined authority does about it.")
    kind = by_choice(Kind, "Whether it has an end.")
    owner = by_reference("owner__slug", SLUG, OF_OWNER)
    organisation = by_reference("owner__organisation__slug", SLUG, OF_ORGANISATION)
    place = by_reference("places__slug", SLUG, "A constituent authority's area that it is delivered in, by its slug.")
    q = by_words("description")


class PeriodFilter(Narrowing):
    state = by_choice(PeriodState, "How far the review has come.")


class DateChangeFilter(Narrowing):
    activity = by_reference("activity__number", ACTIVITY, "The key activity, by its number: 1.1.1.")
    decision = by_choice(Decision, "What became of the request.")


class UpdateFilter(Narrowing):
    stage = by_choice(Stage, "How far it has come; outside its own parties all are approved.")
    aim = by_reference("activity__objective__aim__number", AIM, OF_AIM)
    objective = by_reference("activity__objective__number", OBJECTIVE, OF_OBJECTIVE)
    activity = by_reference("activity__number", ACTIVITY, "The key activity, by its number: 1.1.1.")
    owner = by_reference("activity__owner__slug", SLUG, OF_OWNER)
    organisation = by_reference("activity__owner__organisation__slug", SLUG, OF_ORGANISATION)
    period = by_reference("period__slug", SLUG, "The review period, by its slug: 2026-27-h1.")
    state = by_choice(State, "Where the activity stood.")
    rag = by_choice(Rag, "How confident its delivery was.")
