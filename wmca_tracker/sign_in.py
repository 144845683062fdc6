"""How allauth and axes are held to the tracker's rules: nobody signs up, and people are known by e-mail."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """The performance office makes accounts; the sign-up page stays closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class KnownPeopleAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Single sign-on opens an account that exists, found by its verified e-mail; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False


def attempted_email(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The address that a sign-in was tried with; allauth calls it `email` to backends and `login` in its form."""
    given = credentials or {}
    return given.get("email") or given.get("username") or request.POST.get("login")
