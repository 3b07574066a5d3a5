"""What a learner and a holder fill in."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from certificates.dates import months_after
from certificates.exceptions import (
    DetailNeeded,
    NameIsNotPrintable,
    NamesDiffer,
    WordingNeeded,
)
from certificates.models import StatementVersion, Wording
from certificates.names import printable_name
from certificates.renewal.reminding import STAGES
from certificates.renewal_exceptions import NothingToCorrect
from certificates.signing_statements import check_typed_name
from people.models import NAME_LENGTH, User

MONTHS_BACK = 12
"""How long ago a talk may have been that is named beside a signature."""


def point_at_first_error(form: forms.BaseForm) -> None:
    """Give the focus to the first field with an error, when the page is shown again."""
    for name in form.errors:
        if name in form.fields:
            form.fields[name].widget.attrs["autofocus"] = True
            return


class SignatureForm(forms.Form):
    """A typed name under the version of a statement that the page showed.

    Where that version has wordings, also the one that is true, and with whom and when if it
    says so.
    """

    use_required_attribute = False  # What a wording does not ask for may stay empty.

    version = forms.IntegerField(widget=forms.HiddenInput)
    wording = forms.ModelChoiceField(
        label=_("Which is true for you?"),
        help_text=_("Both are welcome. The words you choose are kept with your signature."),
        queryset=Wording.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": format_lazy("{}", WordingNeeded())},
    )
    whom = forms.CharField(
        label=_("With whom"),
        help_text=_(
            "Only if you talked it over. Their name, or their role: such as my supervisor, or a "
            "peer supporter."
        ),
        max_length=NAME_LENGTH,
        error_messages={"required": format_lazy("{}", DetailNeeded())},
    )
    month = forms.ChoiceField(
        label=_("When"),
        help_text=_("Only if you talked it over."),
        error_messages={"required": format_lazy("{}", DetailNeeded())},
    )
    typed_name = forms.CharField(
        label=_("Type your full name to sign"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
        error_messages={"required": _("Please type your name. That is how you sign.")},
    )

    def __init__(
        self,
        *args: Any,
        signed_version: StatementVersion,
        signer: User,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.signer = signer
        wordings = list(signed_version.wordings.all())
        wording_field = cast(forms.ModelChoiceField, self.fields["wording"])
        wording_field.queryset = signed_version.wordings.all()
        month_field = cast(forms.ChoiceField, self.fields["month"])
        month_field.choices = [("", "—"), *_months_until(today)]
        self.asked = {
            "wording": bool(wordings),
            "whom": any(wording.asks_whom for wording in wordings),
            "month": any(wording.asks_month for wording in wordings),
        }
        for name in [name for name, is_asked in self.asked.items() if not is_asked]:
            del self.fields[name]

    def clean_typed_name(self) -> str:
        """Refused here too, so that it is said together with all else that is to be mended."""
        typed: str = self.cleaned_data["typed_name"]
        try:
            check_typed_name(typed, self.signer)
        except (NamesDiffer, NameIsNotPrintable) as problem:
            raise forms.ValidationError(str(problem)) from problem
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        wording: Wording | None = cleaned.get("wording")
        asks = {
            "whom": wording is not None and wording.asks_whom,
            "month": wording is not None and wording.asks_month,
        }
        for name in [name for name, is_asked in asks.items() if not is_asked]:
            self.errors.pop(name, None)
            cleaned.pop(name, None)
        return cleaned

    @property
    def details(self) -> list[forms.BoundField]:
        """With whom and when, which only some wordings ask for."""
        return [self[name] for name in ("whom", "month") if name in self.fields]

    def signature(self) -> dict[str, Any]:
        """What `sign_statement` takes, besides the version and the time."""
        given = self.cleaned_data
        month = given.get("month")
        return {
            "typed_name": given["typed_name"],
            "wording": given.get("wording"),
            "whom": given.get("whom", ""),
            "month": date.fromisoformat(f"{month}-01") if month else None,
        }


def _months_until(today: date) -> list[tuple[str, str]]:
    """This month and those before it, newest first."""
    first = today.replace(day=1)
    months = [months_after(first, -back) for back in range(MONTHS_BACK)]
    return [(f"{month:%Y-%m}", date_format(month, "F Y")) for month in months]


class CorrectionForm(forms.Form):
    """The name that a holder asks to have printed."""

    name = forms.CharField(
        label=_("Name to print"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
        error_messages={"required": _("Please write the name as it is to be printed.")},
    )
    words = forms.CharField(
        label=_("Anything the issuer should know"),
        help_text=_("You need not say why your name changed. They may ask to see a document."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, printed_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.printed_name = printed_name

    def clean_name(self) -> str:
        try:
            name = printable_name(self.cleaned_data["name"])
        except NameIsNotPrintable as problem:
            raise forms.ValidationError(str(problem)) from problem
        if name == self.printed_name:
            raise forms.ValidationError(str(NothingToCorrect()))
        return name


class RenewalForm(forms.Form):
    """What a holder says when they ask for a renewal."""

    words = forms.CharField(
        label=_("What you did since"),
        help_text=_(
            "Such as supervision, training or work in peer support, with dates. The issuer may "
            "ask to see proof."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ContestForm(forms.Form):
    """What a holder says when they think that a decision is wrong."""

    words = forms.CharField(
        label=_("Your side of it"),
        help_text=_("What happened as you saw it, and what the issuer may not know."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please write your side of it, in your own words.")},
    )


def _stage_words() -> list[tuple[int, str]]:
    words = ngettext("%(number)s day before", "%(number)s days before", 2)
    return [(stage, words % {"number": stage}) for stage in STAGES]


class RemindersForm(forms.Form):
    """At which days before the last day a holder wants a letter."""

    stages = forms.TypedMultipleChoiceField(
        label=_("Write to me"),
        help_text=_("Without a tick you get no letter about it."),
        choices=_stage_words,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
