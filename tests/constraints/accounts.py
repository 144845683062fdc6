"""Attempts on people, posts and organisations."""

from datetime import date

from accounts.models import Holding, Owner
from tests.constraints.attempts import change, copy, kept
from tests.factories import make_holding, make_organisation, make_owner, make_user

ANOTHER_PERSON = "(SELECT max(id) FROM accounts_user)"
ANOTHER_ORGANISATION = "(SELECT max(id) FROM accounts_organisation)"


def make_ended_holding() -> Holding:
    return make_holding(ends=date(2026, 3, 31))


def make_holding_beside_another() -> Holding:
    found = make_holding()
    make_user()
    make_owner()
    return found


def make_owner_beside_another() -> Owner:
    found = make_owner()
    make_organisation()
    return found


ATTEMPTS = [
    change("organisation_kind_known", make_organisation, kind="'club'"),
    change("organisation_membership_known", make_organisation, membership="'friend'"),
    change("organisation_membership_known", make_organisation, membership="''"),
    copy("owner_title_unique_in_organisation", make_owner, slug="'another'"),
    change("owner_does_not_approve_itself", make_owner, approving_post_id="id"),
    change("user_role_known", make_user, role="'visitor'"),
    change("user_email_lower_case", make_user, email="'Person@Example.org'"),
    change("owner_organisation_never_changes", make_owner_beside_another, organisation_id=ANOTHER_ORGANISATION),
    change("holding_ends_after_it_starts", make_holding, ends="starts - 2"),
    copy("deputy_has_an_end", make_holding_beside_another, user_id=ANOTHER_PERSON, is_deputy="true"),
    copy("holding_never_overlaps", make_holding),
    copy("holding_never_overlaps", make_holding, starts="starts + 400", ends="starts + 401", is_deputy="true"),
    copy("holding_never_overlaps", make_ended_holding, starts="ends", ends="NULL"),
    change("holding_never_changes", make_ended_holding, starts="starts - 1"),
    change("holding_never_changes", make_ended_holding, is_deputy="true"),
    change("holding_never_changes", make_holding_beside_another, user_id=ANOTHER_PERSON),
    change("holding_never_changes", make_holding_beside_another, owner_id="(SELECT max(id) FROM accounts_owner)"),
    change("holding_end_only_earlier", make_ended_holding, ends="ends + 1"),
    change("holding_end_only_earlier", make_ended_holding, ends="NULL"),
    *kept("holding", make_holding),
]
