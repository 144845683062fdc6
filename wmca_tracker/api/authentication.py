"""Who asks the API: a person's session, or a program with a key in its `Authorization` header and nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.api.refusals import InvalidKey, KeyInAddress
from accounts.choices import KeyScope
from accounts.keys import Digest, KeyText, digest_of, holds_key, is_newest, matches, parse_key
from accounts.models import ApiKey, User
from wmca_tracker.api.limits import count_stranger

SCHEME = "Bearer"
USED_TO_THE = timedelta(minutes=1)


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`: the person in whose name the key acts, with `acts_through` set to it.

    Whatever a view lets anyone do, a key reads only if it was made to. Keys that are not valid are counted against the
    address that they come from.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        if holds_key(request._request.get_full_path()):
            raise KeyInAddress
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        key = _key_of(parse_key(text.strip()), timezone.now())
        if key is None:
            count_stranger(request)
            raise InvalidKey
        if request.method in SAFE_METHODS and not key.may(KeyScope.READ):
            raise PermissionDenied("This key was not made to read: ask the performance office for one that is.")
        key.user.acts_through = key
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 says in `WWW-Authenticate`."""
        return f'{SCHEME} realm="api"'


def _key_of(text: KeyText | None, now: datetime) -> ApiKey | None:
    """The valid key of this text, marked as used; None whatever is wrong with it."""
    rows = ApiKey.objects.select_related("user", "organisation")
    found = rows.filter(prefix=text.prefix).first() if text else None
    if text is None or found is None or not matches(text, Digest(found.pepper, found.digest)):
        return None
    if not found.is_valid(timezone.localdate(now)):
        return None
    _mark_used(found, text, now)
    return found


def _mark_used(key: ApiKey, text: KeyText, now: datetime) -> None:
    """Note when it was used, to the minute, and bring an old digest under the newest pepper."""
    stale = ApiKey.objects.filter(Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USED_TO_THE), pk=key.pk)
    if key.last_used_at is None or key.last_used_at < now - USED_TO_THE:
        stale.update(last_used_at=now)
    if not is_newest(key.pepper):
        newest = digest_of(text)
        ApiKey.objects.filter(pk=key.pk, digest=key.digest).update(pepper=newest.pepper, digest=newest.digest)
