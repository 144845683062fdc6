"""A copy of everything that is stored opens nothing: no key, and no secret part of one, is found in it."""

from __future__ import annotations

import re
from itertools import islice

import pytest
from django.conf import settings
from django.db import connection
from redis import Redis

from accounts.choices import UserRole
from accounts.models import ApiKey
from tests.api.issued import BOTH, issue
from tests.factories import make_activity, make_organisation, make_owner, make_user

pytestmark = pytest.mark.django_db

KEYS = 1000
PIECE = 12  # characters of a secret in a row: 72 random bits


def everything_stored() -> str:
    """Every column of every row of every table, as `pg_dump` would write it, and every value in Redis."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f"SELECT stored::text FROM {table} AS stored")
            rows += [row for (row,) in cursor.fetchall()]
    redis = Redis.from_url(settings.REDIS_URL, decode_responses=True)
    return "\n".join([*rows, *(f"{name} {redis.dump(name)!r}" for name in redis.scan_iter())])


def pieces(text: str) -> set[str]:
    return {text[start : start + PIECE] for start in range(len(text) - PIECE + 1)}


def test_a_thousand_keys_are_issued_and_used_and_none_is_found_in_what_is_stored() -> None:
    office, body = make_user(UserRole.OFFICE), make_organisation()
    person = make_user(UserRole.PARTNER, organisation=body)
    make_activity("1.1.1", owner=make_owner(organisation=body))
    issued = [issue(person=person, office=office, name=f"Program {number}", scopes=BOTH) for number in range(KEYS)]
    for used in islice(issued, 20):
        used.get("activities/1.1.1/")
        used.post("updates/", {"activity": "1.1.1"})

    stored = everything_stored()

    assert ApiKey.objects.count() == KEYS
    assert all(each.key.digest in stored and each.key.prefix in stored for each in issued)
    assert not any(each.text in stored for each in issued)
    found = pieces(stored)
    secrets = {piece for each in issued for piece in pieces(each.text.split("_", maxsplit=2)[2])}
    assert len(secrets) == KEYS * (43 - PIECE + 1)
    assert secrets & found == set()
    assert not re.search(r"wmca_[a-z2-7]{12}_", stored)
