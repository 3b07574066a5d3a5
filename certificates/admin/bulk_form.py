"""What a registrar fills in to issue to many people: a file, and what is the same for all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput

from certificates.admin.forms import WHAT_IT_MAY_SAY, add_print_errors
from certificates.bulk.lines import (
    MOST_LINES,
    DoubledColumns,
    NoAddresses,
    NoLines,
    TypedLines,
    typed_lines,
)
from certificates.models import WORDS_LENGTH, Award
from certificates.models.bulk import NAME_OF_WITNESS_LENGTH
from certificates.tables.parsing import MOST_BYTES
from certificates.tables.uploads import TableFault, UnusableTable, read_table
from people.names import clean_name


class BulkForm(forms.Form):
    """A table of people, with what its lines do not say themselves."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,text/csv"}),
        help_text=_(
            "CSV or XLSX, 500 people and 2 MB at most. Nothing is issued before you have looked "
            "it over."
        ),
        error_messages={"required": _("Choose the file."), "empty": TableFault.EMPTY.label},
    )
    award = forms.ModelChoiceField(
        label=_("Award"),
        required=False,
        queryset=Award.objects.filter(active=True).select_related("issuer"),
        empty_label=_("As each line says"),
        help_text=_("For every line that names none."),
    )
    evidence = forms.CharField(
        label=_("What the award rests on"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=_(
            "For all of them, in words that an auditor can follow, such as: attended the course in "
            "Leeds in May 2026; the list of attendance is with us."
        ),
    )
    says = forms.ChoiceField(
        label=_("What the certificate says"),
        choices=WHAT_IT_MAY_SAY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what may truly be said on these certificates.")},
    )
    words = forms.CharField(
        label=_("Other words to print"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=AdminAutoHeightTextInput,
        help_text=_("They follow the name. Write them in the language of the award."),
    )
    attested_by = forms.CharField(
        label=_("Days and hours attested by"),
        required=False,
        max_length=NAME_OF_WITNESS_LENGTH,
        help_text=_(
            "For every line that names nobody. Needed for a day that is over and for hours in a "
            "room; printed with the hours."
        ),
    )
    at_once = forms.BooleanField(
        label=_("Issue at once to people who have no account yet"),
        required=False,
        help_text=_(
            "Tick this only if each of them gave you the address and knows what is issued. "
            "Otherwise they get a letter first, and their certificate when they have signed in: so "
            "a mistyped address tells no stranger about them, and they can correct their name."
        ),
    )

    typed: TypedLines
    file_name: str

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(str(TableFault.TOO_LARGE.label))
        try:
            self.typed = typed_lines(read_table(file.read(), MOST_LINES))
        except (UnusableTable, NoAddresses, DoubledColumns, NoLines) as problem:
            raise forms.ValidationError(str(problem)) from problem
        self.file_name = clean_name(file.name or "")
        return file

    def clean_words(self) -> str:
        return " ".join(self.cleaned_data["words"].split())

    def clean_attested_by(self) -> str:
        return clean_name(self.cleaned_data["attested_by"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("says") == "words" and not cleaned.get("words"):
            self.add_error("words", _("Write what the certificate is to say after the name."))
        add_print_errors(self, {name: cleaned.get(name) for name in ("words", "attested_by")})
        return cleaned

    @property
    def settings(self) -> dict[str, Any]:
        """What is the same for all lines, as `store_bulk` takes it."""
        given = self.cleaned_data
        return {
            "award": given["award"],
            "evidence": given["evidence"],
            "words": given["words"] if given["says"] == "words" else "",
            "attested_by": given["attested_by"],
            "at_once": given["at_once"],
        }
