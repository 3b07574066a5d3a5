"""Receipts: the signed answer for a number, and the check of a receipt that somebody shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from certificates.exceptions import SigningFailed
from certificates.guessing import address_of, count_miss, may_look_up
from certificates.many import ListedNumber, check_many
from certificates.numbers import Mistyped
from certificates.receipts import LONGEST, ReceiptVerdict, sign_receipt, verify_receipt
from certificates.standing import Standing
from certificates.verifying import tidy_number
from certificates.views.verify import (
    moment_in_words,
    own_hosts,
    public_but_unlisted,
    too_many_misses,
    wants_json,
)

KIND = "application/jose"


class ReceiptForm(forms.Form):
    """A receipt, pasted."""

    receipt = forms.CharField(
        label=_("Paste the receipt"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_("One long line that begins with “eyJ”. It is read, answered and forgotten."),
        error_messages={"required": _("Paste a receipt first.")},
    )


@require_safe
@public_but_unlisted
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The answer for a number as it is this moment, signed, as a file."""
    at = timezone.now()
    try:
        tidy = tidy_number(number)
    except Mistyped:
        return redirect("certificates:verify_number", number)
    if not may_look_up(request, at=at):
        return too_many_misses(request, tidy, at=at)
    answers, misses = check_many(
        [ListedNumber(1, tidy)],
        own_hosts=own_hosts(request),
        most_misses=1,
        asker=address_of(request),
        at=at,
    )
    if misses:
        count_miss(request, at=at)
        return redirect("certificates:verify_number", tidy)
    try:
        return receipt_file(sign_receipt(answers, at=at), f"{tidy}-{at:%Y-%m-%d}")
    except SigningFailed as problem:
        return no_receipt(request, problem)


def receipt_file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text + "\n", content_type=KIND)
    response["Content-Disposition"] = f'attachment; filename="{name}.jws"'
    return response


def no_receipt(request: HttpRequest, problem: SigningFailed) -> HttpResponse:
    """That there is none to give, in words. It is no fault of the site: it may have no key."""
    if wants_json(request):
        return JsonResponse({"message": str(problem)}, status=404)
    return render(request, "certificates/no_receipt.html", {"problem": problem}, status=404)


# It changes nothing and gives nothing that whoever sends it does not have, so no other site gains
# by sending a form here; and a visitor has no cookie to check a token by.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_but_unlisted
def receipts(request: HttpRequest) -> HttpResponse:
    """The form for a receipt; sent, whether it is ours and what it says."""
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    is_answered = form.is_bound and form.is_valid()
    verdict = verify_receipt(form.cleaned_data["receipt"]) if is_answered else None
    if verdict is not None and wants_json(request):
        return JsonResponse(_as_json(verdict))
    answered_at = verdict.answered_at if verdict else None
    return render(
        request,
        "certificates/verify_receipt.html",
        {
            "form": form,
            "verdict": verdict,
            "rows": _rows(verdict) if verdict else [],
            "answered_at": answered_at,
            "answered": moment_in_words(answered_at, timezone.get_current_timezone())
            if answered_at
            else "",
        },
        status=422 if form.is_bound and verdict is None else 200,
    )


def _rows(verdict: ReceiptVerdict) -> list[dict[str, Any]]:
    """What was answered of each number, with the word for its standing then."""
    words = dict(Standing.choices)
    return [
        {**row, "standing": words.get(row["answered"]["standing"], row["answered"]["standing"])}
        for row in verdict.rows
    ]


def _as_json(verdict: ReceiptVerdict) -> dict[str, Any]:
    return {"verdict": str(verdict.verdict.value), "receipt": verdict.claims or None}
