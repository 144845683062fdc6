"""A partner whose program reports with a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.choices import KeyScope, UserRole
from accounts.models import ApiKey, Owner, User
from aims.models import ReviewPeriod
from aims.rules import half_year
from aims.services.keys import make_key
from tests.factories import make_organisation, make_owner, make_period, make_user

BOTH = (KeyScope.READ, KeyScope.UPDATE_OWN)


@dataclass
class Partner:
    """A partner's person, post and key, and the office that made the key."""

    office: User
    person: User
    post: Owner
    key: ApiKey
    headers: dict[str, str]
    program: Client = field(default_factory=Client)  # one for all requests: a new one loads every middleware anew

    def get(self, path: str) -> Any:
        return self.program.get(f"/api/v1/{path}", headers=self.headers)

    def post_json(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        return self.program.post(f"/api/v1/{path}", body, "application/json", headers={**self.headers, **headers})

    def patch_json(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        return self.program.patch(f"/api/v1/{path}", body, "application/json", headers={**self.headers, **headers})


def make_partner(scopes: tuple[KeyScope, ...] = BOTH, role: UserRole = UserRole.PARTNER) -> Partner:
    """A body with a post, and a key in the name of one of its people, who holds none."""
    now, office, body = timezone.now(), make_user(UserRole.OFFICE), make_organisation()
    person = make_user(role, organisation=body)
    last = timezone.localdate() + timedelta(days=30)
    key, text = make_key(
        name="Returns", user=person, organisation=body, scopes=scopes, expires_on=last, by=office, now=now
    )
    post = make_owner(organisation=body, approving_post=make_owner())
    return Partner(office, person, post, key, {"Authorization": f"Bearer {text}"})


def open_round() -> ReviewPeriod:
    """The round on the half-year that has ended, open for three weeks."""
    today = timezone.localdate()
    return make_period(half_year(today).previous().ends, submission_closes=today + timedelta(days=20))
