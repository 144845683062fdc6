"""`manage.py send_reminders`: remind now, or print who would be reminded of what on a day."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aims.rules import is_decent_hour
from aims.rules.wording import long_date
from aims.selectors.overdue import PlannedOfAction, planned_of_actions
from aims.selectors.reminders import PlannedReminder, people_without_reminders, planned_reminders, unheld_posts
from aims.services.mailing import gather, make_reminders
from aims.services.sending import send_waiting


class Command(BaseCommand):
    help = "Remind people of the updates that are due, as beat does every hour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print who would get what, and write nothing")
        parser.add_argument("--on", metavar="DATE", help="the day to print, such as 2026-10-21; today if not given")

    def handle(self, *args: Any, dry_run: bool, on: str | None, **options: Any) -> None:
        if dry_run:
            self.show(day_of(on) if on else timezone.localdate())
        elif on:
            raise CommandError("--on goes with --dry-run: mail is sent on its day alone", returncode=2)
        else:
            self.send()

    def show(self, on: date) -> None:
        planned, of_actions = planned_reminders(on), planned_of_actions(on)
        for each in planned:
            self.stdout.write(line_of(each))
        for overdue in of_actions:
            self.stdout.write(line_of_action(overdue))
        for person, owner in people_without_reminders(on):
            self.stdout.write(f"{person.name} <{person.email}>  has turned reminders off  {owner}")
        for post in unheld_posts(on):
            self.stdout.write(f"Nobody holds  {post}")
        people = len({each.person.pk for each in planned} | {each.person.pk for each in of_actions})
        told = f"{reminders(len(planned) + len(of_actions))} to {people} {'person' if people == 1 else 'people'}"
        self.stdout.write(f"{long_date(on)}: {told}; nothing was sent.")

    def send(self) -> None:
        if not settings.REMINDERS:
            raise CommandError("No mail server: set EMAIL_URL (README, Configure)", returncode=2)
        now = timezone.now()
        if not is_decent_hour(now):
            self.stdout.write("It is night in London: reminders go out from 08:00 to 20:00.")
        made = make_reminders(now=now)
        gather(now=now)
        outcomes = [f"{count} {outcome.value}" for outcome, count in send_waiting(now=now).items()]
        self.stdout.write(f"{reminders(made)} made. Mails: {'; '.join(outcomes) or 'none'}.")


def reminders(number: int) -> str:
    """So many reminders, in words."""
    return f"{number} reminder" if number == 1 else f"{number} reminders"


def day_of(text: str) -> date:
    """A date as ISO 8601 writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError("--on takes a date such as 2026-10-21", returncode=2) from error


def line_of(planned: PlannedReminder) -> str:
    """Who, where, what, and about which activities."""
    person, post = planned.person, planned.post
    numbers = ", ".join(left.activity.number for left in post.left)
    return f"{person.name} <{person.email}>  {planned.reminder.name}  {post.owner}  {numbers}"


def line_of_action(planned: PlannedOfAction) -> str:
    """Who, what, and of which post and action."""
    person, action = planned.person, planned.action
    return f"{person.name} <{person.email}>  action-overdue  {action.owner}  {action.reference}"
