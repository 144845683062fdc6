"""What is asked of whoever keeps the people."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.choices import UserRole
from accounts.models import Organisation, User
from aims.rules.people import may_keep
from aims.selectors.people import STANDINGS


class PeopleSearch(forms.Form):
    """What the list of people is narrowed by; nothing asked for is everybody."""

    use_required_attribute = False

    words = forms.CharField(label="Name or email", required=False, max_length=100)
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "Any"), *UserRole.choices])
    organisation = forms.ModelChoiceField(
        label="Organisation",
        required=False,
        queryset=Organisation.objects.all(),
        to_field_name="slug",
        empty_label="Any",
    )
    standing = forms.ChoiceField(label="Account", required=False, choices=[("", "Open"), *STANDINGS])


class PersonForm(forms.Form):
    """Who somebody is. The roles are those that the asker may give."""

    use_required_attribute = False

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give the person's name"})
    role = forms.ChoiceField(
        label="What they come to do",
        help_text="What they may touch follows from the posts that they hold.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they come to do"},
    )
    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.all(),
        to_field_name="slug",
        empty_label="Choose an organisation",
        error_messages={"required": "Choose the organisation that they work for"},
    )

    def __init__(self, *args: Any, asker: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = [(value, label) for value, label in UserRole.choices if may_keep(asker.role, value)]
        self.fields["role"].choices = given  # type: ignore[attr-defined]  # declared a ChoiceField above

    def values(self) -> dict[str, Any]:
        """The answers of a valid form, as the services name them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class NewPersonForm(PersonForm):
    """A new person: their address is how they are known, and does not change."""

    field_order = ("email", "name", "role", "organisation")

    email = forms.EmailField(
        label="Email address",
        help_text="They sign in with it, and it does not change. The invitation goes there.",
        max_length=254,
        error_messages={"required": "Give an email address", "invalid": "Give an address such as name@example.org"},
    )

    def clean_email(self) -> str:
        """Addresses are kept in lower case: two spellings are one person."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("There is an account with this address already")
        return email
