"""A process that posts one update and is killed on the way; run by `test_writing_races.py`."""

KILLED_BEFORE, KILLED_AFTER = "before the commit", "after it, before the answer"

PROGRAM = f"""
import os, signal

import django

django.setup()

from django.db import transaction
from django.test import Client

from accounts.api import idempotency


def die():
    os.kill(os.getpid(), signal.SIGKILL)


keep = idempotency._keep


def keep_and_die(*given):
    keep(*given)
    die() if os.environ["MOMENT"] == {KILLED_BEFORE!r} else transaction.on_commit(die)


idempotency._keep = keep_and_die
import json

headers = {{**json.loads(os.environ["HEADERS"]), "Host": "127.0.0.1"}}
Client().post("/api/v1/updates/", os.environ["BODY"], "application/json", headers=headers)
"""
