"""Keys for programs: who may ask the API in whose name, and what was asked already."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.choices import MAY_LEND_THEIR_NAME, KeyScope
from accounts.guards import no_delete, set_once
from accounts.models.organisations import Organisation
from accounts.querysets import ApiKeyQuerySet


class ApiKey(models.Model):
    """A key with which a program asks in the name of a person, for one organisation.

    Shown once, when it is made; kept is its `prefix`, by which it is found, and `digest`, a keyed hash of the rest
    under the pepper that `pepper` names. It is valid up to and including `expires_on`; `last_used_at` is true to the
    minute.
    """

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    pepper = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_keys")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="api_keys")
    scopes = ArrayField(models.CharField(max_length=20, choices=KeyScope))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(name="key_scopes_known", condition=Q(scopes__contained_by=KeyScope.values)),
            models.CheckConstraint(name="key_has_a_scope", condition=Q(scopes__len__gt=0)),
            models.CheckConstraint(name="key_digest_is_a_hash", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="key_says_what_for", condition=Q(name__regex=r"\S")),
            models.CheckConstraint(
                name="key_revoked_by_somebody",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]
        triggers = [
            set_once(
                "key_never_changes",
                "revoke it, and make another",
                "prefix",
                "user_id",
                "organisation_id",
                "scopes",
                "made_at",
                "made_by_id",
                "expires_on",
                "revoked_at",
                "revoked_by_id",
            ),
            *no_delete("key"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def signature(self) -> str:
        """Who is named for what it writes."""
        return f"{self.organisation} through the API"

    def may(self, scope: KeyScope) -> bool:
        """Whether it was made for this."""
        return scope in self.scopes

    def reports_for(self, organisation: int) -> bool:
        """Whether it was made to report on what this organisation (its primary key) owns."""
        return self.may(KeyScope.UPDATE_OWN) and self.organisation_id == organisation

    def is_valid(self, on: date) -> bool:
        """Whether it still opens anything on a day; not once its person has left, or came to keep the tracker."""
        return self.revoked_at is None and self.expires_on >= on and self.has_its_person()

    def has_its_person(self) -> bool:
        """Whether whoever it acts for still works for its organisation, and may lend a program their name."""
        person = self.user
        there = person.is_active and person.organisation_id == self.organisation_id
        return there and person.role in MAY_LEND_THEIR_NAME

    @property
    def reference(self) -> str:
        """How events name it."""
        return f"keys/{self.prefix}"


class AnsweredRequest(models.Model):
    """What was answered to a request that named itself (`Idempotency-Key`): sent again, it gets the same answer.

    Written in the transaction of the request's effect: either both stand or neither. `fingerprint` hashes method,
    address and body.
    """

    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    via = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="+", null=True)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(name="one_answer_a_request", fields=["asker", "via", "key"], nulls_distinct=False),
        ]
        indexes = [models.Index(name="answered_request_by_age", fields=["at"])]

    def __str__(self) -> str:
        return self.key
