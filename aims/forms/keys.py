"""What is asked of whoever keeps the keys for programs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms

from accounts.choices import MAY_LEND_THEIR_NAME, KeyScope
from accounts.models import Organisation, User
from aims.forms.fields import day_field, required
from aims.selectors.keys import STANDINGS

# Django's own form fields take no type arguments while the program runs.
if TYPE_CHECKING:
    OnePerson = forms.ModelChoiceField[User]
else:
    OnePerson = forms.ModelChoiceField

A_YEAR = timedelta(days=365)


class KeySearch(forms.Form):
    """What the list of keys is narrowed by; nothing asked for is every valid one."""

    use_required_attribute = False

    words = forms.CharField(label="Name, person or prefix", required=False, max_length=100)
    organisation = forms.ModelChoiceField(
        label="Organisation",
        required=False,
        queryset=Organisation.objects.all(),
        to_field_name="slug",
        empty_label="Any",
    )
    standing = forms.ChoiceField(label="State", required=False, choices=[("", "Valid"), *STANDINGS])


class PersonOfOrganisation(OnePerson):
    """A person with their organisation, for which the key is made."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email}), {obj.organisation}"


class NewKeyForm(forms.Form):
    """A new key: the organisation is that of the person in whose name it asks."""

    use_required_attribute = False

    name = forms.CharField(
        label="What it is for",
        help_text="The system that asks with it, such as “Performance dashboard”. Not a person's name.",
        max_length=120,
        error_messages={"required": "Say what the key is for"},
    )
    user = PersonOfOrganisation(
        label="Acts in the name of",
        help_text="What it reports has this person as its author. Partners and owners can be chosen.",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose the person in whose name it acts"},
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=KeyScope.choices,
        initial=[KeyScope.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what it may do"},
    )
    expires_on = required(
        day_field("Last day", "At most a year ahead; then it is renewed. For example, 31 January 2027"),
        "Give the last day on which it is valid",
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, role__in=MAY_LEND_THEIR_NAME, organisation__isnull=False)
        self.fields["user"].queryset = people.select_related("organisation").order_by("organisation__name", "name")  # type: ignore[attr-defined]  # declared above
        self.fields["expires_on"].initial = on + A_YEAR

    def values(self) -> dict[str, Any]:
        """The answers of a valid form, as the service names them."""
        return {**self.cleaned_data, "organisation": self.cleaned_data["user"].organisation}
