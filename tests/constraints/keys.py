"""Attempts on keys for programs, and on what was answered to a request that named itself."""

from django.utils import timezone

from accounts.choices import KeyScope, UserRole
from accounts.models import AnsweredRequest, ApiKey
from aims.services.keys import make_key, revoke_key
from tests.constraints.attempts import change, copy, kept
from tests.factories import IN_ROUND, make_organisation, make_user

ANOTHER_PERSON = "(SELECT max(id) FROM accounts_user)"
ANOTHER_ORGANISATION = "(SELECT max(id) FROM accounts_organisation)"


def make_api_key() -> ApiKey:
    """A key of a partner, beside whom another person and another organisation stand."""
    organisation = make_organisation()
    office, person = make_user(UserRole.OFFICE), make_user(UserRole.PARTNER, organisation=organisation)
    make_user(organisation=make_organisation())
    last, scopes = timezone.localdate(IN_ROUND), [KeyScope.READ]
    key, _ = make_key(
        name="Nightly", user=person, organisation=organisation, scopes=scopes, expires_on=last, by=office, now=IN_ROUND
    )
    return key


def make_revoked_key() -> ApiKey:
    key = make_api_key()
    return revoke_key(key=key, by=key.made_by, now=IN_ROUND)


def make_answer() -> AnsweredRequest:
    fields = {"key": "a", "fingerprint": "f" * 64, "status": 201, "body": "{}", "at": IN_ROUND}
    answered: AnsweredRequest = AnsweredRequest.objects.create(asker=make_user(), **fields)
    return answered


ATTEMPTS = [
    copy("key_scopes_known", make_api_key, prefix="'aaaaaaaaaaaa'", scopes="'{write}'"),
    copy("key_has_a_scope", make_api_key, prefix="'aaaaaaaaaaaa'", scopes="'{}'"),
    change("key_digest_is_a_hash", make_api_key, digest="upper(digest)"),
    change("key_says_what_for", make_api_key, name="' '"),
    change("key_revoked_by_somebody", make_api_key, revoked_at="now()"),
    change("key_revoked_by_somebody", make_api_key, revoked_by_id="made_by_id"),
    change("key_never_changes", make_api_key, prefix="'aaaaaaaaaaaa'"),
    change("key_never_changes", make_api_key, user_id=ANOTHER_PERSON),
    change("key_never_changes", make_api_key, organisation_id=ANOTHER_ORGANISATION),
    change("key_never_changes", make_api_key, scopes="'{read,update:own}'"),
    change("key_never_changes", make_api_key, expires_on="expires_on + 365"),
    change("key_never_changes", make_api_key, made_at="now()"),
    change("key_never_changes", make_revoked_key, revoked_at="NULL", revoked_by_id="NULL"),
    copy("one_answer_a_request", make_answer),
    *kept("key", make_api_key),
]
