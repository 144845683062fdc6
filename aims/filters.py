"""What the lists of the strategy and its progress can be narrowed by, on their pages and in the API."""

from __future__ import annotations

from accounts.filters import SLUG, Narrowing, by_choice, by_flag, by_reference, by_words, from_day, to_day
from aims.choices import Cause, DateField, Decision, Kind, PeriodState, Rag, Role, Stage, State

AIM = r"^[1-9][0-9]{0,2}$"
OBJECTIVE = r"^[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}$"
ACTIVITY = r"^[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}\.[1-9][0-9]{0,3}$"

OF_AIM = "The aim, by its number: 1."
OF_OBJECTIVE = "The objective, by its number: 1.1."
OF_ACTIVITY = "The key activity, by its number: 1.1.1."
REPORTED_BY = "The organisation whose program reported it, by its slug."
OF_OWNER = "The post that answers for it, by its slug."
OF_ORGANISATION = "The organisation of the post that answers for it, by its slug."


class AimFilter(Narrowing):
    number = by_reference("number", AIM, OF_AIM)
    q = by_words("number", "title", "statement")


class ObjectiveFilter(Narrowing):
    number = by_reference("number", OBJECTIVE, OF_OBJECTIVE)
    aim = by_reference("aim__number", AIM, OF_AIM)
    q = by_words("number", "statement")


class ActivityFilter(Narrowing):
    number = by_reference("number", ACTIVITY, OF_ACTIVITY)
    aim = by_reference("objective__aim__number", AIM, OF_AIM)
    objective = by_reference("objective__number", OBJECTIVE, OF_OBJECTIVE)
    role = by_choice(Role, "What the combined authority does about it.")
    kind = by_choice(Kind, "Whether it has an end.")
    owner = by_reference("owner__slug", SLUG, OF_OWNER)
    approving_post = by_reference("owner__approving_post__slug", SLUG, "The post that signs it off, by its slug.")
    organisation = by_reference("owner__organisation__slug", SLUG, OF_ORGANISATION)
    contributor = by_reference(
        "contributors__slug", SLUG, "An organisation that its wording names, by its slug.", of_many=True
    )
    place = by_reference(
        "places__slug", SLUG, "A constituent authority's area that it is delivered in, by its slug.", of_many=True
    )
    is_proposed = by_flag("is_proposed", "False: the performance office has confirmed role, kind and owner.")
    q = by_words("number", "description", "owner__title")


class MilestoneFilter(Narrowing):
    aim = by_reference("activity__objective__aim__number", AIM, OF_AIM)
    objective = by_reference("activity__objective__number", OBJECTIVE, OF_OBJECTIVE)
    activity = by_reference("activity__number", ACTIVITY, OF_ACTIVITY)
    owner = by_reference("activity__owner__slug", SLUG, OF_OWNER)
    organisation = by_reference("activity__owner__organisation__slug", SLUG, OF_ORGANISATION)
    is_complete = by_flag("is_complete", "Whether it was reached.")
    is_overdue = by_flag("is_overdue", "Whether its agreed date has passed and it was not reached.")
    agreed_from = from_day("agreed_date", "The first agreed date to find.")
    agreed_to = to_day("agreed_date", "The last agreed date to find.")
    completed_from = from_day("completed_on", "The first day of completion to find.")
    completed_to = to_day("completed_on", "The last day of completion to find.")
    q = by_words("title", "activity__number")


class PlaceFilter(Narrowing):
    q = by_words("name")


class PeriodFilter(Narrowing):
    state = by_choice(PeriodState, "How far the review has come.")
    ends_from = from_day("ends", "The first last day under review to find.")
    ends_to = to_day("ends", "The last day under review to find.")


class DateChangeFilter(Narrowing):
    aim = by_reference("activity__objective__aim__number", AIM, OF_AIM)
    objective = by_reference("activity__objective__number", OBJECTIVE, OF_OBJECTIVE)
    activity = by_reference("activity__number", ACTIVITY, OF_ACTIVITY)
    owner = by_reference("activity__owner__slug", SLUG, OF_OWNER)
    organisation = by_reference("activity__owner__organisation__slug", SLUG, OF_ORGANISATION)
    field = by_choice(DateField, "Which promised date is to move.")
    decision = by_choice(Decision, "What became of the request.")
    reported_by = by_reference("via__organisation__slug", SLUG, REPORTED_BY)
    requested_from = from_day("requested_at__date", "The first day of asking to find.")
    requested_to = to_day("requested_at__date", "The last day of asking to find.")
    decided_from = from_day("decided_at__date", "The first day of decision to find.")
    decided_to = to_day("decided_at__date", "The last day of decision to find.")
    proposed_from = from_day("proposed_date", "The first date asked for to find.")
    proposed_to = to_day("proposed_date", "The last date asked for to find.")
    q = by_words("reason", "effect", "activity__number")


class UpdateFilter(Narrowing):
    stage = by_choice(Stage, "How far it has come; outside its own parties all are approved.")
    aim = by_reference("activity__objective__aim__number", AIM, OF_AIM)
    objective = by_reference("activity__objective__number", OBJECTIVE, OF_OBJECTIVE)
    activity = by_reference("activity__number", ACTIVITY, OF_ACTIVITY)
    owner = by_reference("activity__owner__slug", SLUG, OF_OWNER)
    organisation = by_reference("activity__owner__organisation__slug", SLUG, OF_ORGANISATION)
    place = by_reference(
        "activity__places__slug", SLUG, "A constituent authority's area that it tells of, by its slug.", of_many=True
    )
    reported_by = by_reference("via__organisation__slug", SLUG, REPORTED_BY)
    period = by_reference("period__slug", SLUG, "The review period, by its slug: 2026-27-h1.")
    role = by_choice(Role, "The activity's role when it was written.")
    kind = by_choice(Kind, "The activity's kind when it was written.")
    state = by_choice(State, "Where the activity stood.")
    rag = by_choice(Rag, "How confident its delivery was.")
    forecast_rag = by_choice(Rag, "The rating expected at the end of the next period.")
    suggested_rag = by_choice(Rag, "The rating that the dates and milestones suggested.")
    cause = by_choice(Cause, "Why delivery is at risk.")
    is_no_change = by_flag("is_no_change", "Whether the last update was repeated unchanged.")
    as_at_from = from_day("as_at", "The first day of the position to find.")
    as_at_to = to_day("as_at", "The last day of the position to find.")
    submitted_from = from_day("submitted_at__date", "The first day of sending to find.")
    submitted_to = to_day("submitted_at__date", "The last day of sending to find.")
    approved_from = from_day("approved_at__date", "The first day of approval to find.")
    approved_to = to_day("approved_at__date", "The last day of approval to find.")
    q = by_words("narrative", "impact", "action", "ask", "activity__number")
