"""People who sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from accounts.choices import UserRole
from accounts.models.organisations import Organisation
from accounts.querysets import UserQuerySet

if TYPE_CHECKING:
    from accounts.models.keys import ApiKey


class UserManager(BaseUserManager["User"]):
    """Creates people by email address: there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password they can only sign in through single sign-on."""
        if not email:
            raise ValueError("A person needs an email address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an administrator, for `manage.py createsuperuser`.

        Never Django's superuser, whom every permission check lets pass: who signs off follows from posts alone.
        """
        return self.create_user(email, password, **fields | {"role": UserRole.ADMINISTRATOR})


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. Holdings say which posts they answer or approve for."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=UserRole)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="people",
        null=True,
        blank=True,
    )
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False, editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    acts_through: ApiKey | None = None
    """The key through which this person asks, where a program does so in their name; not stored."""

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="user_role_known", condition=models.Q(role__in=UserRole.values)),
            models.CheckConstraint(
                name="user_email_lower_case",
                condition=models.Q(email=models.functions.Lower("email")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def keeps_the_round(self) -> bool:
        """Whether this person works for the performance office or administers the tracker."""
        return self.role in (UserRole.OFFICE, UserRole.ADMINISTRATOR)

    @property
    def keeps_the_money(self) -> bool:
        """Whether this person returns and approves money, or keeps the round that money is told in."""
        return self.role == UserRole.FINANCE or self.keeps_the_round
