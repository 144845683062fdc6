"""Who may do what to an activity and its updates, as `rules` predicates.

A predicate is asked at the edge, by `user.has_perm(…, obj)`, and so reads today itself.
"""

from __future__ import annotations

import rules
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import Holding, User
from aims.models import BoardAction, DateChangeRequest, KeyActivity, ProgressUpdate


@rules.predicate
def holds_its_post(user: User, activity: KeyActivity) -> bool:
    """The person holds the activity's owner post today, or deputises for it."""
    return Holding.objects.current(timezone.localdate()).filter(user=user, owner=activity.owner_id).exists()


@rules.predicate
def holds_its_approving_post(user: User, activity: KeyActivity) -> bool:
    """The person holds the post that signs off for the activity's owner today."""
    holdings = Holding.objects.current(timezone.localdate()).filter(user=user)
    return holdings.filter(owner__approves_for=activity.owner_id).exists()


@rules.predicate
def keeps_the_round(user: User) -> bool:
    """The person works for the performance office, or administers the tracker."""
    return user.keeps_the_round


@rules.predicate
def asks_in_person(user: User) -> bool:
    """The person is here themselves, and no program in their name."""
    return user.acts_through is None


@rules.predicate
def reports_for_its_organisation(user: User, activity: KeyActivity) -> bool:
    """A program's key lets it report on what its organisation owns, and the activity is among that."""
    key = user.acts_through
    return key is not None and key.reports_for(activity.owner.organisation_id)


@rules.predicate
def never_edited(user: User, update: ProgressUpdate) -> bool:
    """The person is neither the author nor among those who edited the update."""
    return update.author_id != user.pk and not update.editors.filter(pk=user.pk).exists()


@rules.predicate
def signs_it_off(user: User, update: ProgressUpdate) -> bool:
    """The person holds the approving post of the update's activity."""
    return bool(holds_its_approving_post(user, update.activity))


@rules.predicate
def is_a_partner(user: User) -> bool:
    """The person works for a body outside the authority."""
    return user.role == UserRole.PARTNER


@rules.predicate
def sits_on_the_board(user: User) -> bool:
    """The person is a member of the Board."""
    return user.role == UserRole.BOARD


@rules.predicate
def somebody_else_asked(user: User, change: DateChangeRequest) -> bool:
    """The person is not the one who asked for the date."""
    return change.requested_by_id != user.pk


@rules.predicate
def decides_its_dates(user: User, change: DateChangeRequest) -> bool:
    """The person holds the approving post of the activity whose date is to move."""
    return bool(holds_its_approving_post(user, change.activity))


@rules.predicate
def holds_the_post_asked(user: User, action: BoardAction) -> bool:
    """The person holds the post that the Board asked today, or deputises for it."""
    return Holding.objects.current(timezone.localdate()).filter(user=user, owner=action.owner_id).exists()


ANSWERS_FOR_IT = holds_its_post | holds_its_approving_post

rules.add_perm("aims.see_exempt", sits_on_the_board | keeps_the_round | (~is_a_partner & ANSWERS_FOR_IT))
WRITES_ITS_UPDATES = (asks_in_person & (holds_its_post | keeps_the_round)) | reports_for_its_organisation

rules.add_perm("aims.write_update", WRITES_ITS_UPDATES)
rules.add_perm("aims.decide_update", asks_in_person & signs_it_off & never_edited)
rules.add_perm("aims.keep_dates", WRITES_ITS_UPDATES)
rules.add_perm("aims.decide_date_change", asks_in_person & decides_its_dates & somebody_else_asked)
rules.add_perm("aims.report_on_action", holds_the_post_asked | keeps_the_round)
rules.add_perm("aims.sit_in_the_meeting", sits_on_the_board | keeps_the_round)
rules.add_perm("aims.run_the_round", keeps_the_round)
rules.add_perm("aims.keep_the_strategy", keeps_the_round)
rules.add_perm("aims.keep_people", keeps_the_round)
