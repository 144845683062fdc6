"""People, posts and who holds them, kept by administrators until the product's own pages do it."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest

from accounts.models import Holding, Organisation, Owner, User


class Administration(admin.AdminSite):
    """A site of its own: other packages' tables do not turn up in it."""

    site_header = site_title = "Administration"
    index_title = "People, posts and rounds"

    def has_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)


administration = Administration(name="admin")
# One door: the same second factor and lock-out as everywhere.
administration.login = secure_admin_login(administration.login)  # type: ignore[method-assign]


def is_administrator(request: HttpRequest) -> bool:
    """Whether the person administers the tracker."""
    return request.user.is_authenticated and request.user.is_staff


class AdministratorsOnly:
    """Administrators add and change; nobody deletes, since history hangs on people and posts."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NewPersonForm(AdminUserCreationForm):
    """A new person: without a password they sign in through single sign-on."""

    class Meta:
        model = User
        fields = ("email", "name", "role", "organisation")

    def clean_email(self) -> str:
        """Addresses are kept in lower case: two spellings are one person."""
        return str(self.cleaned_data["email"]).lower()


class HoldingInline(AdministratorsOnly, admin.TabularInline):
    model = Holding
    extra = 0
    autocomplete_fields = ("owner",)


@admin.register(User, site=administration)
class PersonAdmin(AdministratorsOnly, UserAdmin):
    add_form = NewPersonForm
    list_display = ("email", "name", "role", "is_active")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    fieldsets = ((None, {"fields": ("email", "name", "role", "organisation", "is_active", "password")}),)
    add_fieldsets = (
        (None, {"fields": ("email", "name", "role", "organisation", "usable_password", "password1", "password2")}),
    )
    inlines = (HoldingInline,)


@admin.register(Owner, site=administration)
class OwnerAdmin(AdministratorsOnly, admin.ModelAdmin):
    list_display = ("title", "organisation", "approving_post", "is_proposed")
    search_fields = ("title", "slug")
    autocomplete_fields = ("organisation", "approving_post")


@admin.register(Organisation, site=administration)
class OrganisationAdmin(AdministratorsOnly, admin.ModelAdmin):
    list_display = ("name", "kind", "membership")
    search_fields = ("name", "slug")
