"""What a holder fills in to show a certificate."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from certificates.models.sharing import LINK_NAME_LENGTH
from certificates.public_view import PublicView
from certificates.sharing import DAYS
from people.names import clean_name


class PublicViewForm(forms.Form):
    """How much strangers who have the number see."""

    view = forms.ChoiceField(
        label=_("What strangers who have the number see"),
        choices=PublicView.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )


def _days_in_words() -> list[tuple[int, str]]:
    return [(days, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}) for days in DAYS]


class ShareLinkForm(forms.Form):
    """For how long a link shows a certificate, and for whom it is."""

    days = forms.TypedChoiceField(
        label=_("It ends after"), choices=_days_in_words, coerce=int, initial=DAYS[0]
    )
    name = forms.CharField(
        label=_("For whom"),
        help_text=_("Only you read this, to tell your links apart."),
        max_length=LINK_NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])
