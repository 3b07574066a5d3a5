"""What people fill in: a learner's signature, and what registrars record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminAutoHeightTextInput

from certificates.evidence import learners_owed
from certificates.exceptions import IssuesToThemselves, NameIsNotPrintable, WordsCannotBeSet
from certificates.models import WORDS_LENGTH, Award
from certificates.names import printable, refuse_unprintable_words
from people.models import NAME_LENGTH, User
from people.names import clean_name


class SignatureForm(forms.Form):
    """A typed name under the version of a statement that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label=_("Type your full name to sign"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
    )


def add_what_cannot_be_printed(form: forms.BaseForm, texts: dict[str, str | None]) -> None:
    """Say at its field which text has characters that a certificate cannot show."""
    for field, text in texts.items():
        try:
            refuse_unprintable_words(text or "")
        except WordsCannotBeSet as problem:
            form.add_error(field, str(problem))


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
    says = forms.ChoiceField(
        label=_("What the certificate says"),
        choices=[
            (
                "award",
                _(
                    "What the award says, with its hours and competencies: they did all of it, "
                    "here or elsewhere"
                ),
            ),
            ("words", _("The words below, without hours and competencies")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what may truly be said on this certificate.")},
    )
    words = forms.CharField(
        label=_("Other words to print"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=AdminAutoHeightTextInput,
        help_text=_(
            "They follow the name, such as: has shown the competencies of this award through a "
            "portfolio of earlier work. Write them in the language of the award."
        ),
    )

    holder: User

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        holder = User.objects.filter(email=email, is_active=True).first()
        if holder is None:
            raise forms.ValidationError(_("Nobody with an account here has this address."))
        if holder == self.by:
            raise forms.ValidationError(str(IssuesToThemselves()))
        self.holder = holder
        return email

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_words(self) -> str:
        return " ".join(self.cleaned_data["words"].split())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("says") == "words" and not cleaned.get("words"):
            self.add_error("words", _("Write what the certificate is to say after the name."))
        self._say_what_cannot_be_printed(cleaned)
        return cleaned

    def _say_what_cannot_be_printed(self, cleaned: dict[str, Any]) -> None:
        """What the verb would refuse, told before it is read over."""
        if {"email", "name"} <= cleaned.keys():
            try:
                printable(self.name_to_print)
            except NameIsNotPrintable as problem:
                self.add_error("name", str(problem))
        award: Award | None = cleaned.get("award")
        if cleaned.get("says") == "words":
            add_what_cannot_be_printed(self, {"words": cleaned.get("words")})
        elif award is not None:
            add_what_cannot_be_printed(self, {"award": award.description})

    @property
    def name_to_print(self) -> str:
        return self.cleaned_data["name"] or clean_name(self.holder.full_name)

    @property
    def words_to_print(self) -> str | None:
        """The words to print in place of the award's own, or None for those."""
        return self.cleaned_data["words"] if self.cleaned_data["says"] == "words" else None

    def as_hidden(self) -> Any:
        """The same fields, to be sent again as they are by a page that asks “are you sure?”."""
        for field in self.fields.values():
            field.widget = forms.HiddenInput()
        return self


class PrintedForm(WagtailAdminModelForm):
    """A form whose texts stand on certificates, so that each of them can be printed."""

    printed: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        add_what_cannot_be_printed(self, {field: cleaned.get(field) for field in self.printed})
        return cleaned


class IssuerForm(PrintedForm):
    printed = ("name", "signatory_name", "signatory_role")


class AwardForm(PrintedForm):
    """An award. Before it is issued to people who met it already, the registrar is asked."""

    printed = ("name", "description", "limits")
    issue_to_those_who_met_it = forms.BooleanField(
        label=_("Issue it to those who already meet it"), required=False
    )
    must_ask = False
    """Whether there are such people, so that the question is shown."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        asked = self.formsets["requirements"]
        if not cleaned.get("active") or not asked.is_valid():
            return cleaned
        requirements = [
            one.instance
            for one in asked.forms
            if one not in asked.deleted_forms and (one.has_changed() or one.instance.pk)
        ]
        owed = learners_owed(self.instance, requirements).count()
        self.must_ask = owed > 0
        if self.must_ask and not cleaned.get("issue_to_those_who_met_it"):
            self.add_error(
                "issue_to_those_who_met_it",
                ngettext(
                    "One person already meets all that this asks. Tick to issue it to them, "
                    "within a minute and for good.",
                    "%(count)s people already meet all that this asks. Tick to issue it to "
                    "them, within a minute and for good.",
                    owed,
                )
                % {"count": owed},
            )
        return cleaned


class StatementVersionForm(WagtailAdminModelForm):
    """A new text of a statement, which nobody can change from the moment it is there."""

    read_over = forms.BooleanField(
        label=_("I have read it over"),
        help_text=_("It cannot be changed once it is published, and it is published at once."),
        error_messages={
            "required": _("Please read it over and tick this: it cannot be changed afterwards.")
        },
    )
