"""Keys as the office makes them, for tests that ask with one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.choices import KeyScope, UserRole
from accounts.models import ApiKey, User
from aims.services.keys import make_key
from tests.factories import make_organisation, make_user

BOTH = (KeyScope.READ, KeyScope.UPDATE_OWN)


@dataclass(frozen=True)
class Issued:
    """A key with its text, which nothing but the program that asks with it knows."""

    key: ApiKey
    text: str
    office: User

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}"}

    def get(self, path: str = "aims/", **asked: str) -> Any:
        return Client().get(f"/api/v1/{path}", asked, headers=self.headers)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return Client().post(f"/api/v1/{path}", body, "application/json", headers=self.headers)


def issue(
    *,
    scopes: tuple[KeyScope, ...] = BOTH,
    person: User | None = None,
    office: User | None = None,
    name: str = "Returns",
) -> Issued:
    """A key that is valid for thirty days, of a partner's person, all made where they are missing."""
    person = person or make_user(UserRole.PARTNER, organisation=make_organisation())
    office, now = office or make_user(UserRole.OFFICE), timezone.now()
    assert person.organisation
    key, text = make_key(
        name=name,
        user=person,
        organisation=person.organisation,
        scopes=scopes,
        expires_on=timezone.localdate(now) + timedelta(days=30),
        by=office,
        now=now,
    )
    return Issued(key, str(text), office)
