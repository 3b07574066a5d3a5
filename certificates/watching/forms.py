"""What organisations and holders fill in about watching."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.many import MOST_NUMBERS, ListedNumber, pasted_numbers
from certificates.models import WatchWish
from certificates.models.watching import URL_LENGTH, WatchReason
from certificates.watching.outgoing import address_problem

LONGEST_LIST = 200_000


class WatchForm(forms.Form):
    """Numbers to watch, and why."""

    numbers = forms.CharField(
        label=_("Numbers to watch, one on each line"),
        help_text=_("500 at a time. Names behind a comma are not kept."),
        max_length=LONGEST_LIST,
        widget=forms.Textarea(
            attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "characters"}
        ),
        error_messages={"required": _("Paste at least one number.")},
    )
    reason = forms.ChoiceField(
        label=_("Why"),
        help_text=_("The holder of each reads this, and the name of your organisation."),
        choices=WatchReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say why. The holder is told.")},
    )

    listed: Sequence[ListedNumber] = ()

    def clean_numbers(self) -> str:
        text: str = self.cleaned_data["numbers"]
        # Names are of no use here, and are not compared.
        self.listed = [ListedNumber(each.line, each.typed) for each in pasted_numbers(text)]
        if len(self.listed) > MOST_NUMBERS:
            raise forms.ValidationError(_("These are more than 500. Please add them in parts."))
        return text


class WatchWishForm(forms.ModelForm):
    """What a holder wants of watching."""

    class Meta:
        model = WatchWish
        fields = ["letters", "allowed"]


class WebhookForm(forms.Form):
    """Where a program is told."""

    url = forms.CharField(
        label=_("Address of your program"),
        help_text=_("It begins with https:// and is reached from the internet."),
        max_length=URL_LENGTH,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Please type the address.")},
    )

    def clean_url(self) -> Any:
        url = self.cleaned_data["url"]
        problem = address_problem(url)
        if problem is not None:
            raise forms.ValidationError(str(problem.label))
        return url
