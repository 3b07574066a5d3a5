"""What a learner fills in: a signature under a statement."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import NAME_LENGTH


class SignatureForm(forms.Form):
    """A typed name under the version of a statement that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label=_("Type your full name to sign"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
    )
