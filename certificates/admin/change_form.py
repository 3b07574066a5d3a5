"""What a registrar fills in to change many credentials: the numbers, what, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput

from certificates.many import MOST_NUMBERS, ListedNumber, numbers_of_table, pasted_numbers
from certificates.models import BulkChange
from certificates.tables.parsing import MOST_BYTES
from certificates.tables.uploads import TableFault, UnusableTable, read_table
from people.models import User
from people.names import clean_name

Kind, Ground = BulkChange.Kind, BulkChange.Ground
NEEDS_EXPLANATION = (Kind.SUSPEND, Kind.REVOKE)


class ChangeManyForm(forms.Form):
    """Numbers, pasted or in a table, and one change of all of them."""

    numbers = forms.CharField(
        label=_("Numbers"),
        required=False,
        widget=AdminAutoHeightTextInput(attrs={"rows": 6}),
        help_text=_(
            "One in each line, 500 at most; behind a comma the name, if you want it compared."
        ),
    )
    file = forms.FileField(
        label=_("Or a table of them"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,text/csv"}),
        help_text=_("CSV or XLSX, with a column headed “number”, and “name” if you want."),
    )
    kind = forms.ChoiceField(label=_("What to do"), choices=Kind.choices, widget=forms.RadioSelect)
    ground = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *Ground.choices])
    note = forms.CharField(
        label=_("Note"),
        max_length=1900,
        widget=AdminAutoHeightTextInput,
        help_text=_(
            "In words that an auditor can follow. Kept for the record of each, with your name and "
            "the time. Never shown in public."
        ),
    )
    explanation = forms.CharField(
        label=_("What the holder reads"),
        required=False,
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=_(
            "To suspend or revoke: why, and what they can do, in kind words that are true for each "
            "of them. They alone read it, on their own page, signed in. Name nobody else in it."
        ),
    )
    review_on = forms.DateField(
        label=_("Look at it again on"),
        required=False,
        widget=AdminDateInput,
        help_text=_("To suspend: you are reminded on that day. Without one it is in 30 days."),
    )
    although_incomplete = forms.BooleanField(
        label=_("Renew also where something is missing"),
        required=False,
        help_text=_("To renew: say in the note why. It is kept for the record with your name."),
    )

    listed: list[ListedNumber]
    source = ""

    def __init__(self, *args: Any, by: User, may_renew: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if not may_renew:
            kinds = [(value, label) for value, label in Kind.choices if value != Kind.RENEW]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a field of choices
            del self.fields["although_incomplete"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(str(TableFault.TOO_LARGE.label))
        try:
            self.from_table = numbers_of_table(read_table(file.read(), MOST_NUMBERS))
        except UnusableTable as problem:
            raise forms.ValidationError(str(problem)) from problem
        self.source = clean_name(file.name or "")
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._list_numbers(cleaned)
        needs_words = cleaned.get("kind") in NEEDS_EXPLANATION
        if needs_words and not (cleaned.get("explanation") or "").strip():
            self.add_error(
                "explanation", _("Please say to the holder why, and what they can do about it.")
            )
        return cleaned

    def _list_numbers(self, cleaned: dict[str, Any]) -> None:
        """The numbers of the table, or those that were pasted: not both."""
        pasted = pasted_numbers(cleaned.get("numbers") or "")
        table = getattr(self, "from_table", [])
        if pasted and table:
            self.add_error("file", _("Either paste the numbers or choose a table of them."))
        elif not pasted and not table and "file" not in self.errors:
            self.add_error("numbers", _("Paste the numbers, or choose a table of them."))
        elif len(pasted) > MOST_NUMBERS:
            self.add_error("numbers", _("These are more than 500. Please do it in several parts."))
        self.listed = table or pasted

    @property
    def settings(self) -> dict[str, Any]:
        """What is the same for all numbers, as `store_change` takes it."""
        given = self.cleaned_data
        ground = Ground(given["ground"]).label
        kind = given["kind"]
        return {
            "kind": kind,
            "reason": f"{ground}: {given['note'].strip()}",
            "explanation": given["explanation"] if kind in NEEDS_EXPLANATION else "",
            "review_on": given["review_on"] if kind == Kind.SUSPEND else None,
            "although_incomplete": kind == Kind.RENEW and given.get("although_incomplete", False),
            "source": self.source,
        }
