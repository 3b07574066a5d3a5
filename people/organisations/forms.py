"""What people fill in for an organisation."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms import AddressField
from people.models import ApiKey, OrganisationInvitation
from people.models.organisations import ORGANISATION_NAME_LENGTH, Role
from people.names import clean_name

LINK = re.compile(r"https?:|www\.|\w/\w|\w\.[a-z]{2,}\b", re.IGNORECASE)
"""What looks like an address of the web. Names stand in letters to strangers, so they hold none."""


class OrganisationForm(forms.Form):
    """The name of an organisation."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=ORGANISATION_NAME_LENGTH,
        help_text=_("As those whom you invite know it."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Please type the name.")},
    )

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not any(map(str.isalpha, name)):
            raise forms.ValidationError(_("Type a name with at least one letter."))
        if LINK.search(name):
            raise forms.ValidationError(_("Please give the name alone, without a web address."))
        return name


class InvitationForm(forms.ModelForm):
    """Whom to ask, and as what."""

    email = AddressField(
        label=_("Their email address"),
        help_text=_(
            "They get one letter with a link that ends after 14 days. Nothing else is told "
            "about the address, not even whether it has an account."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    class Meta:
        model = OrganisationInvitation
        fields = ["email", "role"]
        labels = {"role": _("As")}
        help_texts = {
            "role": _("An owner invites others, changes roles, and can end the organisation."),
        }
        widgets = {"role": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["role"])
        field.choices = list(reversed(Role.choices))


class ApiKeyForm(forms.ModelForm):
    """What a key is for."""

    class Meta:
        model = ApiKey
        fields = ["name"]
        labels = {"name": _("What is it for?")}
        help_texts = {"name": _("Such as the name of the program, or of who runs it.")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"})}

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Please say what it is for."))
        return name


class RoleForm(forms.Form):
    """The role of a member."""

    role = forms.ChoiceField(choices=Role.choices)
