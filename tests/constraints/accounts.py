"""Attempts on people, posts and organisations."""

from tests.constraints.attempts import change, copy
from tests.factories import make_holding, make_organisation, make_owner, make_user

ATTEMPTS = [
    change("organisation_kind_known", make_organisation, kind="'club'"),
    change("organisation_membership_known", make_organisation, membership="'friend'"),
    change("organisation_membership_known", make_organisation, membership="''"),
    copy("owner_title_unique_in_organisation", make_owner, slug="'another'"),
    change("owner_does_not_approve_itself", make_owner, approving_post_id="id"),
    change("user_role_known", make_user, role="'visitor'"),
    change("user_email_lower_case", make_user, email="'Person@Example.org'"),
    copy("holding_starts_once", make_holding),
    change("holding_ends_after_it_starts", make_holding, ends="starts - 1"),
    change("deputy_has_an_end", make_holding, is_deputy="true"),
]
