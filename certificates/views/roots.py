"""The signed roots of days, for whoever keeps them, and the proof of a file for whoever has it."""

from __future__ import annotations

import re
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certificates.daily_roots.publishing import proof_of
from certificates.models import DailyRoot
from certificates.views.badges import for_programs
from certificates.views.verify import public_but_unlisted

HASH = re.compile(r"[0-9a-f]{64}")


@for_programs
def listed(request: HttpRequest) -> HttpResponse:
    """Every root that was signed, the newest first: a list to keep somewhere else."""
    rows: list[tuple[int, date, int, str]] = list(
        DailyRoot.objects.order_by("-number").values_list("number", "day", "size", "root")
    )
    roots = [
        {"number": number, "day": day.isoformat(), "size": size, "root": root}
        for number, day, size, root in rows
    ]
    return JsonResponse({"roots": roots})


@for_programs
def statement(request: HttpRequest, root: int) -> HttpResponse:
    """The root of that number as it was signed, which names the one before."""
    signed = get_object_or_404(DailyRoot.objects.only("statement"), number=root)
    return HttpResponse(signed.statement, content_type="application/jose")


@require_safe
@public_but_unlisted
def proof(request: HttpRequest, sha256: str) -> HttpResponse:
    """The proof for the file that has this hash. Whoever knows the hash has the file."""
    if not HASH.fullmatch(sha256):
        raise Http404
    proven = proof_of(sha256)
    if proven is None:
        message = _(
            "There is no proof for this file: it is not ours, or the day on which it was made is "
            "not over."
        )
        return JsonResponse({"message": message}, status=404)
    response = JsonResponse(proven, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="proof-{sha256[:12]}.json"'
    return response
