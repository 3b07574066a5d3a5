"""The public check of files. Nothing that is sent is stored, and nobody's name is in a log.

A browser with JavaScript works out the hash of each file itself and sends that; only a file that
the register does not know by it is sent itself. Without JavaScript all of them are sent.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from certificates.check_counts import count_checks_of
from certificates.dates import in_words
from certificates.examining.verdicts import (
    MOST_FILE_BYTES,
    MOST_FILES,
    FileVerdict,
    Verdict,
    Why,
    verdict_of,
    verdicts_of_hashes,
)
from certificates.guessing import count_miss, may_look_up
from certificates.standing import Standing
from certificates.views.verify import moment_in_words, public_but_unlisted, wants_json

HASH = re.compile(r"[0-9a-f]{64}")
LONGEST_NAME = 120
PASTED = "badge"
SECONDS = 20
"""How long one request is worked on. What was not reached by then is said."""


@dataclass(frozen=True)
class Line:
    """The answer for one file, with the words of its dates."""

    answer: FileVerdict
    standing: Standing | None
    facts: dict[str, Any]
    digest: str = ""

    @property
    def sign(self) -> str:
        """Which sign stands beside it: that of its standing only where the file is ours."""
        if self.answer.is_ours and self.standing is not None:
            return str(self.standing.value)
        return "altered" if self.answer.verdict in ALARMING else "unknown"


ALARMING = (Verdict.ALTERED, Verdict.SEAL_WITHDRAWN)


# It changes nothing and gives nothing that is not public, so no other site gains by sending a form
# here; and a visitor has no cookie to check a token by.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_but_unlisted
def files(request: HttpRequest) -> HttpResponse:
    """What is to be said of the files, or of the hashes, that were sent."""
    if request.method != "POST":
        return redirect("certificates:verify")
    at = timezone.now()
    hashes = [digest for digest in request.POST.getlist("sha256") if HASH.fullmatch(digest)]
    if hashes:
        return _answer(request, list(_lines_of_hashes(hashes[:MOST_FILES], at=at)), at=at)
    sent: list[UploadedFile] = list(request.FILES.getlist("file")[:MOST_FILES])
    if pasted := request.POST.get("badge", "").strip():
        sent.append(SimpleUploadedFile(PASTED, pasted.encode("utf-8", "replace")))
    if not sent:
        return redirect("certificates:verify")
    answers = list(_answers_of_files(request, sent, at=at))
    return _answer(request, [_line(answer, at=at) for answer in answers], at=at)


def _lines_of_hashes(hashes: list[str], *, at: datetime) -> Iterator[Line]:
    """A line for each hash that the register knows. Of the others nothing is said."""
    known = verdicts_of_hashes(hashes)
    for digest in dict.fromkeys(hashes):
        if digest in known:
            yield replace(_line(known[digest], at=at), digest=digest)


def _answers_of_files(
    request: HttpRequest, sent: list[UploadedFile], *, at: datetime
) -> Iterator[FileVerdict]:
    """An answer for each file, as far as time goes. One that is not ours counts as a miss."""
    until = time.monotonic() + SECONDS
    for file in sent:
        name = (file.name or "")[:LONGEST_NAME]
        if time.monotonic() > until or not may_look_up(request, at=at):
            yield FileVerdict(Verdict.NOT_CHECKED, why=Why.BUSY, name=name)
            continue
        if (file.size or 0) > MOST_FILE_BYTES:
            yield FileVerdict(Verdict.UNREADABLE, why=Why.TOO_LARGE, name=name)
            continue
        answer = verdict_of(file.read())
        if not answer.is_ours:
            count_miss(request, at=at)
        yield replace(answer, name=name)


def _line(answer: FileVerdict, *, at: datetime) -> Line:
    credential = answer.credential
    if credential is None:
        return Line(answer, None, {})
    standing = credential.standing_at(at)
    since = credential.since(standing)
    expires_on = credential.expires_on
    facts = {
        "number": credential.number,
        "name": credential.shown_name,
        "award": credential.award_name,
        "language": credential.language,
        "issuer": credential.issuer_name,
        "issued_on": in_words(credential.issued_on) if credential.issued_on else "",
        "expires_on": in_words(expires_on) if expires_on else "",
        "last_day": in_words(credential.last_day) if credential.last_day else "",
        "shows_standing_only": credential.shows_standing_only,
        "since": in_words(since) if since else "",
        "counts_now": credential.counts_now,
        "rooted_on": in_words(answer.rooted_on) if answer.rooted_on else "",
    }
    return Line(answer, standing, facts)


def _answer(request: HttpRequest, lines: list[Line], *, at: datetime) -> HttpResponse:
    ours = [line.answer.credential for line in lines if line.answer.is_ours]
    count_checks_of({each.code for each in ours if each}, at=at)
    if wants_json(request):
        return JsonResponse(
            {
                "checked_at": at.isoformat(timespec="seconds"),
                "files": [
                    {
                        "file": line.answer.name or None,
                        "sha256": line.digest or None,
                        **line.answer.to_json(checked_at=at),
                    }
                    for line in lines
                ],
            }
        )
    is_part = "part" in request.POST
    count = len(lines)
    return render(
        request,
        "certificates/_file_lines.html" if is_part else "certificates/verify_files.html",
        {
            "lines": lines,
            "Standing": Standing,
            "Verdict": Verdict,
            "title": ngettext("%(count)s file checked", "%(count)s files checked", count)
            % {"count": count},
            "own_host": urlsplit(settings.BASE_URL).netloc,
            "checked_at": at,
            "checked": moment_in_words(at, timezone.get_current_timezone()),
        },
    )
