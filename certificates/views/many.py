"""The public check of many numbers: on a page, as a file, and as JSON. Nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from certificates.check_counts import count_checks_of
from certificates.exceptions import SigningFailed
from certificates.guessing import address_of, count_miss, misses_left
from certificates.many import (
    MOST_NUMBERS,
    CheckedNumber,
    ListedNumber,
    as_pasted,
    check_many,
    checked_codes,
    numbers_of_table,
    pasted_numbers,
)
from certificates.receipts import sign_receipt
from certificates.tables.files import table_response
from certificates.tables.parsing import MOST_BYTES
from certificates.tables.uploads import TableFault, UnusableTable, read_table
from certificates.views.receipts import no_receipt, receipt_file
from certificates.views.verify import moment_in_words, own_hosts, public_but_unlisted, wants_json

LONGEST_LIST = 200_000


class ManyForm(forms.Form):
    """A list of numbers: pasted, or in a file."""

    numbers = forms.CharField(
        label=gettext_lazy("Paste the numbers, one on each line"),
        required=False,
        strip=False,  # empty lines before the first count, so that each keeps its number
        max_length=LONGEST_LIST,
        widget=forms.Textarea(
            attrs={"rows": 6, "spellcheck": "false", "autocapitalize": "characters"}
        ),
        help_text=gettext_lazy(
            "500 at most. If you have the names, write each behind its number and a comma: "
            "PSW-7K3M-QX9R-4TWK, Ada Okafor"
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose a file, CSV or XLSX"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,text/csv"}),
        help_text=gettext_lazy(
            "With a column “number”, and “name” if you have them. It is read, answered and "
            "forgotten."
        ),
        error_messages={"empty": TableFault.EMPTY.label},
    )

    listed: Sequence[ListedNumber] = ()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(str(TableFault.TOO_LARGE.label))
        try:
            self.listed = numbers_of_table(read_table(file.read(), MOST_NUMBERS))
        except UnusableTable as problem:
            raise forms.ValidationError(str(problem)) from problem
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.listed:
            self.listed = pasted_numbers(cleaned.get("numbers", ""))
        if self.errors:
            return cleaned
        if not self.listed:
            self.add_error("numbers", _("Paste at least one number, or choose a file."))
        elif len(self.listed) > MOST_NUMBERS:
            field = "file" if cleaned.get("file") else "numbers"
            self.add_error(field, _("These are more than 500. Please check them in parts."))
        return cleaned


# It changes nothing and gives nothing that is not public, so no other site gains by sending a form
# here; and a visitor has no cookie to check a token by.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_but_unlisted
def many(request: HttpRequest) -> HttpResponse:
    """The form for a list; sent, the answer for each of its lines."""
    at = timezone.now()
    form = ManyForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _form_page(request, ManyForm())
    if not form.is_valid():
        return _refused(request, form)
    answers, misses = check_many(
        form.listed,
        asker=address_of(request),
        own_hosts=own_hosts(request),
        most_misses=misses_left(request, at=at),
        at=at,
    )
    count_miss(request, at=at, misses=misses)
    count_checks_of(checked_codes(answers), at=at)
    return _answer(request, answers, at=at)


def _refused(request: HttpRequest, form: ManyForm) -> HttpResponse:
    if wants_json(request):
        errors = [str(error) for some in form.errors.values() for error in some]
        return JsonResponse({"message": " ".join(errors)}, status=422)
    return _form_page(request, form, status=422)


def _form_page(request: HttpRequest, form: ManyForm, status: int = 200) -> HttpResponse:
    own_host = urlsplit(settings.BASE_URL).netloc
    context = {"form": form, "own_host": own_host}
    return render(request, "certificates/verify_many.html", context, status=status)


def _answer(
    request: HttpRequest, answers: Sequence[CheckedNumber], *, at: datetime
) -> HttpResponse:
    if wants_json(request):
        rows = [answer.to_json(checked_at=at) for answer in answers]
        return JsonResponse({"checked_at": at.isoformat(timespec="seconds"), "numbers": rows})
    ending = request.POST.get("as", "")
    if ending == "receipt":
        return _receipt(request, answers, at=at)
    if ending:
        headings = _headings()
        return table_response(
            f"{_('certificates-checked')}-{at:%Y-%m-%d-%H%M}", ending, headings, _rows(answers, at)
        )
    counts = Counter(answer.label for answer in answers)
    return render(
        request,
        "certificates/verify_many_answers.html",
        {
            "answers": answers,
            "counts": counts.most_common(),
            "others": sum(not answer.is_current for answer in answers),
            "again": as_pasted([answer.entry for answer in answers]),
            "own_host": urlsplit(settings.BASE_URL).netloc,
            "checked_at": at,
            "checked": moment_in_words(at, timezone.get_current_timezone()),
        },
    )


def _receipt(
    request: HttpRequest, answers: Sequence[CheckedNumber], *, at: datetime
) -> HttpResponse:
    try:
        signed = sign_receipt(answers, at=at)
    except SigningFailed as problem:
        return no_receipt(request, problem)
    return receipt_file(signed, f"{_('certificates-checked')}-{at:%Y-%m-%d-%H%M}")


def _headings() -> list[str]:
    return [
        *(_("Line"), _("As typed"), _("Number"), _("Standing"), _("Name as printed")),
        *(_("Name given"), _("The names"), _("Award"), _("Issued"), _("Valid until")),
        *(_("Since"), _("Counts now"), _("Issued by"), _("Checked")),
    ]


def _rows(answers: Sequence[CheckedNumber], at: datetime) -> Iterator[list[Any]]:
    checked = at.isoformat(timespec="seconds")
    for answer in answers:
        credential, entry = answer.credential, answer.entry
        match = str(answer.name_match.label) if answer.name_match else ""
        row: list[Any] = [entry.line, entry.typed, answer.number, answer.label]
        if credential is None:
            yield [*row, "", entry.name, match, "", None, None, None, "", "", checked]
            continue
        yield [
            *row,
            credential.shown_name or "",
            entry.name,
            match,
            credential.award_name,
            credential.issued_on,
            credential.expires_on,
            credential.since(credential.standing_at(at)),
            credential.counts_now,
            credential.issuer_name,
            checked,
        ]
