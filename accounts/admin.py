"""People, posts and who holds them, kept by administrators until the product's own pages do it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest

from accounts.models import Holding, Organisation, Owner, User


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


def is_administrator(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_staff


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


@admin.register(User)
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


@admin.register(Owner)
class OwnerAdmin(AdministratorsOnly, admin.ModelAdmin):
    list_display = ("title", "organisation", "approving_post", "is_proposed")
    search_fields = ("title", "slug")
    autocomplete_fields = ("organisation", "approving_post")


@admin.register(Organisation)
class OrganisationAdmin(AdministratorsOnly, admin.ModelAdmin):
    list_display = ("name", "kind", "membership")
    search_fields = ("name", "slug")
