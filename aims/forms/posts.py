"""What is asked of whoever keeps the posts, and of whoever delegates one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms

from accounts.models import Organisation, Owner, User
from aims.forms.fields import DATE_EXAMPLE, day_field, required
from aims.selectors.posts import GAPS

# Django's own form fields take no type arguments while the program runs.
if TYPE_CHECKING:
    OnePost = forms.ModelChoiceField[Owner]
    OnePerson = forms.ModelChoiceField[User]
else:
    OnePost = OnePerson = forms.ModelChoiceField


class PostSearch(forms.Form):
    """What the list of posts is narrowed by."""

    use_required_attribute = False

    words = forms.CharField(label="Title", required=False, max_length=100)
    organisation = forms.ModelChoiceField(
        label="Organisation",
        required=False,
        queryset=Organisation.objects.all(),
        to_field_name="slug",
        empty_label="Any",
    )
    gap = forms.ChoiceField(label="What is missing", required=False, choices=[("", "Any"), *GAPS])


class PostChoice(OnePost):
    """A post, with its organisation, since two may have one title."""

    def label_from_instance(self, obj: Owner) -> str:
        return f"{obj.title}, {obj.organisation.name}"


class PersonChoice(OnePerson):
    """A person, with their address, since two may have one name."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})"


class PostForm(forms.Form):
    """A post's title and who signs off for it."""

    use_required_attribute = False

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    title = forms.CharField(label="Title", max_length=160, error_messages={"required": "Give the post's title"})
    approving_post = PostChoice(
        label="Approving post",
        help_text="Whoever holds it signs off this post's updates and new dates.",
        required=False,
        queryset=Owner.objects.select_related("organisation"),
        to_field_name="slug",
        empty_label="None",
    )
    reason = forms.CharField(
        label="Why it changes",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why the post changes"},
    )


class NewPostForm(PostForm):
    """A new post; its organisation stays for good."""

    field_order = ("title", "organisation", "approving_post")
    reason = None  # type: ignore[assignment]  # Django's own way to leave out an inherited field

    organisation = forms.ModelChoiceField(
        label="Organisation",
        help_text="It does not change: figures by organisation rest on it.",
        queryset=Organisation.objects.all(),
        to_field_name="slug",
        empty_label="Choose an organisation",
        error_messages={"required": "Choose the organisation that the post belongs to"},
    )


HOLDER, DEPUTY = "holder", "deputy"


def asked_day(label: str, missing: str, help_text: str = DATE_EXAMPLE) -> forms.DateField:
    """A day that has to be given."""
    return required(day_field(label, help_text), missing)


class HoldingForm(forms.Form):
    """Who holds a post, how, and from when until when."""

    use_required_attribute = False

    person = PersonChoice(
        label="Person",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose a person"},
    )
    how = forms.ChoiceField(
        label="How they hold it",
        choices=[(HOLDER, "In their own right"), (DEPUTY, "As a deputy, until a day")],
        widget=forms.RadioSelect,
        initial=HOLDER,
        error_messages={"required": "Choose how they hold it"},
    )
    starts = asked_day("First day", "Give the first day")
    ends = day_field("Last day", "Leave it empty while no end is known. A deputy always has one.")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["starts"].initial = on

    def clean(self) -> dict[str, Any]:
        """A deputy without a last day, and days in the wrong order, are said at the day."""
        given = super().clean() or self.cleaned_data
        if given.get("how") == DEPUTY and not given.get("ends") and "ends" not in self.errors:
            self.add_error("ends", "Give the deputy's last day")
        in_order(self, given)
        return given

    def values(self) -> dict[str, Any]:
        """The answers of a valid form, as the service names them."""
        given = self.cleaned_data
        is_deputy = given["how"] == DEPUTY
        return {"person": given["person"], "is_deputy": is_deputy, "starts": given["starts"], "ends": given["ends"]}


class DelegateForm(forms.Form):
    """A deputy for a holiday."""

    use_required_attribute = False

    person = PersonChoice(
        label="Deputy",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose who deputises for you"},
    )
    starts = asked_day("First day", "Give the first day of your absence")
    ends = asked_day("Last day", "Give the last day of your absence")

    def __init__(self, *args: Any, post: Owner, asker: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{post.slug}-%s", **kwargs})
        people = User.objects.deputies_for(post, on).exclude(pk=asker.pk)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # declared a PersonChoice above

    def clean(self) -> dict[str, Any]:
        """Days in the wrong order are said at the last."""
        given = super().clean() or self.cleaned_data
        in_order(self, given)
        return given


class EndForm(forms.Form):
    """When somebody's time in a post ends."""

    use_required_attribute = False

    last_day = asked_day("Last day", "Give the last day", "Yesterday ends it at once.")


def in_order(form: forms.Form, given: dict[str, Any]) -> None:
    """Say at the last day that it comes before the first."""
    starts, ends = given.get("starts"), given.get("ends")
    if starts and ends and ends < starts:
        form.add_error("ends", "Give a last day that is not before the first")
