"""How allauth and axes are held to the tracker's rules: nobody signs up, and people are known by email."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import User
from accounts.selectors import duties_of
from funding.selectors.returns import waiting_count

FIRST_PAGE = {
    UserRole.OWNER.value: "my-work",
    UserRole.APPROVER.value: "approvals",
    UserRole.OFFICE.value: "round",
    UserRole.ADMINISTRATOR.value: "round",
}


class ClosedAccountAdapter(DefaultAccountAdapter):
    """The performance office makes accounts; the sign-up page stays closed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This email address and password do not belong together. Check both and try again",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Under the tracker's own address where one is set: whoever asks for the mail can name any host."""
        asked: str = super().get_reset_password_from_key_url(key)
        return urljoin(settings.PUBLIC_URL, urlsplit(asked).path) if settings.PUBLIC_URL else asked

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To what the person comes to do, where no page was asked for: each click of an owner counts."""
        user = request.user
        if not isinstance(user, User):
            return reverse("overview")
        if user.role == UserRole.FINANCE:
            return reverse("funding-returns" if waiting_count(user) else "funding")
        works = user.role == UserRole.PARTNER and duties_of(user, timezone.localdate()).holds
        return reverse("my-work" if works else FIRST_PAGE.get(user.role, "overview"))


class KnownPeopleAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens an account that exists, found by its verified email; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False


def attempted_email(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The address that a sign-in was tried with; allauth calls it `email` to backends and `login` in its form.

    In lower case, as people are found by it: another spelling is not another ten attempts.
    """
    given = credentials or {}
    address: str | None = given.get("email") or given.get("username") or request.POST.get("login")
    return address.strip().lower() if address else None


def client_address(request: HttpRequest) -> str | None:
    """Where a sign-in came from, past the proxies that are trusted; None where there was no request by HTTP.

    axes reads `X-Forwarded-For` only through a package that is not here: without this, all behind the proxy are one.
    """
    try:
        address: str = get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        return None
    return address


def closed_page(request: HttpRequest) -> HttpResponse:
    """In the place of allauth's list of addresses: there anybody could take an address that is not theirs."""
    raise Http404
