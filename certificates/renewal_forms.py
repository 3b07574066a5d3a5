"""What a holder fills in for a renewal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certificates.evidence_files import ACCEPT, MOST_BYTES, EvidenceFile, read_evidence
from certificates.models import RenewalEvidence
from certificates.models.renewal_evidence import TITLE_LENGTH
from certificates.renewal.rules import Rule
from certificates.renewal_evidence import Brought
from certificates.renewal_words import label_of
from courses.uploads.exceptions import UnusableFile
from people.models import NAME_LENGTH

HOUR = 60
Kind = RenewalEvidence.Kind


class EvidenceForm(forms.Form):
    """Continuing hours, or the word of a supervisor: what, who, when, and a file.

    `entry` is the id of what will be entered: a form that is sent twice enters it once.
    """

    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)
    category = forms.ChoiceField(label=_("Kind of hours"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("What it was called"), max_length=TITLE_LENGTH)
    provider = forms.CharField(
        label=_("Who taught it"),
        help_text=_("The organisation, and its number if it has one."),
        max_length=TITLE_LENGTH,
    )
    done_on = forms.DateField(
        label=_("Date"),
        help_text=_("The last day of it, if it took several."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hours = forms.DecimalField(
        label=_("Hours"),
        help_text=_("As they stand on your paper, without breaks. Such as 1.5."),
        min_value=Decimal("0.25"),
        max_value=Decimal(200),
        decimal_places=2,
    )
    file = forms.FileField(
        label=_("A file that shows it"),
        help_text=_(
            "A PDF or a photo of your paper, up to 9 MB. Only you and the registrars of the issuer "
            "can open it. You can add it later."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        rule: Rule,
        first_day: date,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("entry", uuid4())
        self.first_day, self.today = first_day, today
        if kind == Kind.WORD:
            self._ask_for_a_word()
            return
        field = cast(forms.ChoiceField, self.fields["category"])
        kinds = [(each.name, label_of(each)) for each in rule.categories]
        field.choices = [*kinds, ("other", gettext("Any other kind"))]
        if not kinds:
            del self.fields["category"]

    def _ask_for_a_word(self) -> None:
        for name in ("category", "hours"):
            del self.fields[name]
        labels = {
            "title": (
                gettext("What they say"),
                gettext("Such as: 12 hours of supervision, all seen."),
            ),
            "provider": (gettext("Your supervisor"), gettext("Their name and role.")),
            "done_on": (gettext("Date"), gettext("When they wrote it.")),
        }
        for name, (label, help_text) in labels.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        self.fields["file"].label = gettext("Their letter or email, as a file")

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if day > self.today:
            raise forms.ValidationError(
                gettext("This day is still to come. Enter it when it is done.")
            )
        if day < self.first_day:
            raise forms.ValidationError(
                gettext(
                    "This was before your certificate was issued, so it cannot count for this "
                    "renewal."
                )
            )
        return day

    def clean_file(self) -> EvidenceFile | None:
        file = self.cleaned_data.get("file")
        if not file:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                gettext("This file has %(size)s, and we take up to %(most)s.")
                % {"size": filesizeformat(file.size), "most": filesizeformat(MOST_BYTES)}
            )
        try:
            return read_evidence(file)
        except UnusableFile as problem:
            raise forms.ValidationError(
                gettext("Choose a PDF or a picture. %(problem)s") % {"problem": problem}
            ) from problem

    def brought(self) -> Brought:
        """What was filled in, as the verbs take it."""
        given = self.cleaned_data
        category = given.get("category", "")
        return Brought(
            title=given["title"],
            provider=given["provider"],
            done_on=given["done_on"],
            minutes=round(given.get("hours", 0) * HOUR),
            category="" if category == "other" else category,
            file=given.get("file"),
            entry=given.get("entry"),
        )


def initial_of(evidence: RenewalEvidence) -> dict[str, Any]:
    """What the form shows of an entry that is corrected."""
    return {
        "category": evidence.category or "other",
        "title": evidence.title,
        "provider": evidence.provider,
        "done_on": evidence.done_on,
        "hours": round(evidence.minutes / HOUR, 2),
    }


class SignAgainForm(forms.Form):
    """A typed name under the version of a statement that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label=_("Type your full name to sign"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
        error_messages={"required": _("Please type your name. That is how you sign.")},
    )
