"""What people fill in: a learner's signature, and what registrars record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput

from certificates.models import Award
from people.models import NAME_LENGTH, User
from people.text import clean_name


class SignatureForm(forms.Form):
    """A typed name under the version of a statement that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label=_("Type your full name to sign"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
    )


class ReasonForm(forms.Form):
    """Why a standing changes, and the last event that the registrar had before them."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=_("Kept for the record with your name and the time. Never shown in public."),
    )


class IssueByHandForm(forms.Form):
    """An award for one person on a registrar's word."""

    award = forms.ModelChoiceField(
        label=_("Award"), queryset=Award.objects.filter(active=True).select_related("issuer")
    )
    email = forms.EmailField(
        label=_("Email address of the person"),
        help_text=_("The address they sign in with."),
    )
    name = forms.CharField(
        label=_("Name to print"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=_("Leave empty for the name on the account."),
    )
    evidence = forms.CharField(
        label=_("What the award rests on"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=_("In words that an auditor can follow. Kept with the credential."),
    )

    holder: User

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        holder = User.objects.filter(email=email, is_active=True).first()
        if holder is None:
            raise forms.ValidationError(_("Nobody with an account here has this address."))
        self.holder = holder
        return email

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    @property
    def name_to_print(self) -> str:
        return self.cleaned_data["name"] or clean_name(self.holder.full_name)

    def as_hidden(self) -> Any:
        """The same fields, to be sent again as they are by a page that asks “are you sure?”."""
        for field in self.fields.values():
            field.widget = forms.HiddenInput()
        return self
