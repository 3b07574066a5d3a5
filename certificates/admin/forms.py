"""What registrars fill in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput

from certificates.admin.rule_form import too_wide
from certificates.evidence import learners_owed
from certificates.exceptions import (
    HoursNotAttested,
    IssuesToThemselves,
    NameIsNotPrintable,
    UnprintableWords,
)
from certificates.issuing import AttestedHours
from certificates.marks import mark_from
from certificates.models import (
    MOST_SIGNATORIES,
    WORDS_LENGTH,
    Award,
    IssuerMark,
    Requirement,
)
from certificates.names import printable_name, validate_printable_words
from certificates.renewal.rules import SHORTEST_MONTH
from courses.admin.proposing import PartlySecondReadForm
from courses.uploads.exceptions import UnusableFile
from people.forms import AddressField
from people.models import NAME_LENGTH, User
from people.names import clean_name
from people.saved_values import WatchedForm


def add_print_errors(form: forms.BaseForm, texts: dict[str, str | None]) -> None:
    """Add an error to each field whose text has characters that a certificate cannot show."""
    for field, text in texts.items():
        try:
            validate_printable_words(text or "")
        except UnprintableWords as problem:
            form.add_error(field, str(problem))


WHAT_IT_MAY_SAY = [
    (
        "award",
        _(
            "What the award says, with what its course covers and the time of study "
            "that is on record here: they did all of it, here or elsewhere"
        ),
    ),
    ("words", _("The words below, and nothing of a course")),
]
"""What whoever issues by hand may let a certificate say: the award's own words, or others."""


class ReasonForm(forms.Form):
    """Why a standing changes, and the number of the last event that the page showed."""

    last_seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=_("Kept for the record with your name and the time. Never shown in public."),
    )


class GroundsForm(ReasonForm):
    """Why a credential is suspended or revoked, and the same in words for its holder."""

    explanation = forms.CharField(
        label=_("What the holder reads"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=_(
            "Why, and what they can do, in kind words. They alone read it, on their own page, "
            "signed in. Name nobody else in it. It is not put into an email."
        ),
        error_messages={
            "required": _("Please say to the holder why, and what they can do about it.")
        },
    )


class SuspendForm(GroundsForm):
    """Also on which day a suspension is looked at again."""

    review_on = forms.DateField(
        label=_("Look at it again on"),
        required=False,
        widget=AdminDateInput,
        help_text=_("You are reminded on that day. Without one it is in 30 days."),
    )


class NoteForm(forms.Form):
    """A note about a credential, and a day on which to look again."""

    text = forms.CharField(
        label=_("Note"),
        max_length=4000,
        widget=AdminAutoHeightTextInput,
        help_text=_("For staff and auditors. It changes nothing, and the holder does not see it."),
    )
    look_again_on = forms.DateField(
        label=_("Look at it again on"),
        required=False,
        widget=AdminDateInput,
        help_text=_("You are reminded on that day. Earlier days are done with this note."),
    )


def change_form(name: str, *args: Any, **kwargs: Any) -> ReasonForm:
    """The form of a change of standing, by its name."""
    if name == "suspend":
        return SuspendForm(*args, **kwargs)
    needs_grounds = name == "revoke"
    return GroundsForm(*args, **kwargs) if needs_grounds else ReasonForm(*args, **kwargs)


class FollowForm(ReasonForm):
    """The name on a new certificate, and why it is issued in the place of another."""

    name = forms.CharField(label=_("Name to print"), max_length=NAME_LENGTH)
    field_order = ("last_seen", "name", "reason")

    def clean_name(self) -> str:
        try:
            return printable_name(self.cleaned_data["name"])
        except NameIsNotPrintable as problem:
            raise forms.ValidationError(str(problem)) from problem


class RenewForm(FollowForm):
    """A renewal by the rule of the award. What is missing has to be waived in so many words."""

    although_incomplete = forms.BooleanField(
        label=_("Renew it although something is missing"),
        required=False,
        help_text=_("Say in the reason why. It is kept for the record with your name."),
    )

    def __init__(self, *args: Any, is_complete: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_complete:
            del self.fields["although_incomplete"]


class AnswerForm(forms.Form):
    """A registrar's no, in words for the holder."""

    answer = forms.CharField(
        label=_("Answer to the holder"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=_("Why not, and what they can do. They read it on their own page."),
        error_messages={"required": _("Please say to the holder why not, and what they can do.")},
    )


class IssueByHandForm(forms.Form):
    """An award for one person on a registrar's word."""

    award = forms.ModelChoiceField(
        label=_("Award"), queryset=Award.objects.filter(active=True).select_related("issuer")
    )
    email = AddressField(
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
        choices=WHAT_IT_MAY_SAY,
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

    attested_hours = forms.DecimalField(
        label=_("Hours in a room"),
        required=False,
        min_value=Decimal("0.25"),
        max_value=Decimal(2000),
        decimal_places=2,
        help_text=_(
            "For an award that is taught in a room. Leave empty otherwise: the time of study "
            "is then counted from what the person did here."
        ),
    )
    attested_by = forms.CharField(
        label=_("Hours attested by"),
        required=False,
        max_length=120,
        help_text=_("Who was there and vouches for them. The name is printed with the hours."),
    )

    holder: User

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
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
        self._check_attested_hours(cleaned)
        self._add_print_errors(cleaned)
        return cleaned

    def _check_attested_hours(self, cleaned: dict[str, Any]) -> None:
        """Hours and who attests them come together, for an award that is taught in a room."""
        hours, by = cleaned.get("attested_hours"), cleaned.get("attested_by")
        award: Award | None = cleaned.get("award")
        if (hours or by) and award is not None and not award.taught_in_room:
            self.add_error("attested_hours", str(HoursNotAttested()))
        elif hours and not by and "attested_by" not in self.errors:
            self.add_error("attested_by", _("Write who attests these hours."))
        elif by and not hours and "attested_hours" not in self.errors:
            self.add_error("attested_hours", _("Write how many hours are attested."))
        add_print_errors(self, {"attested_by": by})

    def _add_print_errors(self, cleaned: dict[str, Any]) -> None:
        """Find what the verb would refuse before the registrar is asked to confirm."""
        if {"email", "name"} <= cleaned.keys():
            try:
                printable_name(self.name_to_print)
            except NameIsNotPrintable as problem:
                self.add_error("name", str(problem))
        award: Award | None = cleaned.get("award")
        if cleaned.get("says") == "words":
            add_print_errors(self, {"words": cleaned.get("words")})
        elif award is not None:
            add_print_errors(self, {"award": award.description})

    @property
    def name_to_print(self) -> str:
        return self.cleaned_data["name"] or clean_name(self.holder.full_name)

    @property
    def words_to_print(self) -> str | None:
        """The words to print in place of the award's own, or None to print the award's."""
        return self.cleaned_data["words"] if self.cleaned_data["says"] == "words" else None

    @property
    def hours_to_print(self) -> AttestedHours | None:
        """The hours that somebody attests, or None to print those that were counted."""
        hours = self.cleaned_data["attested_hours"]
        if not hours:
            return None
        return AttestedHours(int(hours * 60), self.cleaned_data["attested_by"].strip())

    def as_hidden(self) -> Any:
        """The same fields, to be sent again as they are by a page that asks “are you sure?”."""
        for field in self.fields.values():
            field.widget = forms.HiddenInput()
        return self


class PrintableForm(WatchedForm):
    """A form that refuses, in `printed_fields`, what a certificate cannot show."""

    printed_fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        add_print_errors(self, {name: cleaned.get(name) for name in self.printed_fields})
        return cleaned


class IssuerForm(PrintableForm):
    """An issuer. A picture that is handed over becomes its mark from then on."""

    printed_fields = ("name", "signatory_name", "signatory_role")
    new_mark = forms.FileField(
        label=_("Mark"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_(
            "A picture of at least 320 by 320 dots, PNG, JPEG or WebP. It is printed beside the "
            "name on certificates from now on; those that were issued stay as they are. Without "
            "one, the name stands alone."
        ),
    )

    def clean_new_mark(self) -> bytes | None:
        file = self.cleaned_data.get("new_mark")
        try:
            return mark_from(file) if file else None
        except UnusableFile as problem:
            raise forms.ValidationError(str(problem)) from problem

    def save(self, commit: bool = True) -> Any:
        if png := self.cleaned_data.get("new_mark"):
            self.instance.mark = IssuerMark.of(png)
        return super().save(commit=commit)


class AwardForm(PrintableForm, PartlySecondReadForm):
    """An award. Issuing it to people who met it already needs the registrar's confirmation, and
    another course for its hours a second reader."""

    printed_fields = ("name", "description", "limits")
    issue_to_those_who_met_it = forms.BooleanField(
        label=_("Issue it to those who already meet it"), required=False
    )
    needs_confirmation = False
    """Whether there are such people, so that the box to tick is shown."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_signatories(cleaned)
        self._check_window(cleaned)
        if not cleaned.get("active") or not self.formsets["requirements"].is_valid():
            return cleaned
        owed = learners_owed(self.instance, self._requirements()).count()
        self.needs_confirmation = owed > 0
        if self.needs_confirmation and not cleaned.get("issue_to_those_who_met_it"):
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

    def _check_signatories(self, cleaned: dict[str, Any]) -> None:
        """Up to four sign, all of them for the issuer of the award."""
        signatories = list(cleaned.get("signatories") or [])
        issuer = cleaned.get("issuer")
        others = [each for each in signatories if issuer and each.issuer_id != issuer.pk]
        if others:
            names = ", ".join(each.name for each in others)
            self.add_error(
                "signatories",
                _("%(names)s: not of this issuer. Choose people who sign for it.")
                % {"names": names},
            )
        if len(signatories) > MOST_SIGNATORIES:
            self.add_error("signatories", _("Choose four people at most."))

    def _check_window(self, cleaned: dict[str, Any]) -> None:
        """Nothing can be renewed from the day on which it is issued."""
        months, days = cleaned.get("valid_months"), cleaned.get("renewal_opens_days")
        problem = too_wide(days, SHORTEST_MONTH * months) if months and days else ""
        if problem:
            self.add_error("renewal_opens_days", problem)

    def _requirements(self) -> list[Requirement]:
        """The requirements as they will be when this is saved."""
        formset = self.formsets["requirements"]
        return [
            form.instance
            for form in formset.forms
            if form not in formset.deleted_forms and (form.has_changed() or form.instance.pk)
        ]


class StatementVersionForm(WagtailAdminModelForm):
    """A new text of a statement, which nobody can change from the moment it is there."""

    read_over = forms.BooleanField(
        label=_("I have read it over"),
        help_text=_("It cannot be changed once it is published, and it is published at once."),
        error_messages={
            "required": _("Please read it over and tick this: it cannot be changed afterwards.")
        },
    )
