"""What people are told by mail: each thing once, and known as sent only when the mail server took it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.guards import no_delete
from accounts.models import Owner
from aims.choices import MailKind, NoticeKind
from aims.models.actions import BoardAction
from aims.models.dates import DateChangeRequest
from aims.models.periods import ReviewPeriod
from aims.models.progress import ProgressUpdate
from aims.models.strategy import KeyActivity
from aims.querysets import MailQuerySet


class MailPreference(models.Model):
    """What a person wants by mail; without a row, everything."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mail_preference")
    reminders = models.BooleanField(default=True)
    decisions = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"Mail to {self.person}"


class Mail(models.Model):
    """One mail to one person, tried until the server takes it; `sent_at` is empty until then.

    `on` is the local day that it belongs to. Its words are made when it is sent, so that what is done by then is
    not asked for. Dropped without a `problem`, nothing was left to say.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=10, choices=MailKind)
    on = models.DateField()
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    problem = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="Nothing was left to say, or it was tried long enough.")

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["made_at"]
        indexes = [
            models.Index(
                name="mail_to_send",
                fields=["next_attempt_at"],
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(name="mail_kind_known", condition=Q(kind__in=MailKind.values)),
            models.UniqueConstraint(
                name="one_digest_a_person_and_day",
                fields=["person", "on"],
                condition=Q(kind="digest"),
            ),
            models.CheckConstraint(
                name="mail_sent_or_dropped",
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True),
            ),
        ]
        triggers = no_delete("mail")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.person} on {self.on}"


class Notice(models.Model):
    """One thing to tell one person, once: `key` names it, such as `due-7 2026-27-h1`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=16, choices=NoticeKind)
    key = models.CharField(max_length=120)
    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="+", null=True)
    update = models.ForeignKey(ProgressUpdate, on_delete=models.PROTECT, related_name="+", null=True)
    date_change = models.ForeignKey(DateChangeRequest, on_delete=models.PROTECT, related_name="+", null=True)
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT, related_name="+", null=True)
    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="+", null=True)
    action = models.ForeignKey(BoardAction, on_delete=models.PROTECT, related_name="+", null=True)
    message = models.TextField(blank=True)
    made_at = models.DateTimeField()
    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="notices", null=True)

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.CheckConstraint(name="notice_kind_known", condition=Q(kind__in=NoticeKind.values)),
            models.UniqueConstraint(name="each_notice_once", fields=["person", "key"]),
        ]
        triggers = no_delete("notice")

    def __str__(self) -> str:
        return f"{self.key} to {self.person}"
