"""Requests answered in a process of its own, which finds Redis where its environment says.

`people_at_work` sends an update for every activity and signs off some, all but the last. Told so by a line on its
standard input, it signs off that one too. The statuses of the answers go to standard output as JSON, a line for each
of the two stages.
"""

from __future__ import annotations

import json
import sys

from django.test import Client

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import Stage
from aims.models import KeyActivity, ProgressUpdate

VALUES = {"version": 0, "standing": "green", "forecast": "green", "narrative": "Work goes on.", "step": "send"}
SIGNED_OFF = 20
PROGRAM = "import django; django.setup(); from tests.reporting.people_at_work import people_at_work; people_at_work()"


def people_at_work() -> None:
    owner, approver = signed_in(UserRole.OWNER), signed_in(UserRole.APPROVER)
    numbers = KeyActivity.objects.values_list("number", flat=True)
    sent = [owner.post(f"/activities/{number}/update/", VALUES).status_code for number in numbers]
    *most, last = ProgressUpdate.objects.filter(stage=Stage.SUBMITTED).order_by("pk")[:SIGNED_OFF]
    tell(sent + [signed_off(approver, update) for update in most])
    sys.stdin.readline()
    tell([signed_off(approver, last)])


def signed_in(role: UserRole) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(role=role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def signed_off(approver: Client, update: ProgressUpdate) -> int:
    return approver.post(f"/approvals/{update.pk}/approve/", {"version": update.version}).status_code


def tell(statuses: list[int]) -> None:
    sys.stdout.write(json.dumps(statuses) + "\n")
    sys.stdout.flush()
