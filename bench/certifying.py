"""What certificates cost: five hundred of them to make, and one, a list or a file to check.

`make bench ARGS=certificates`. The five hundred are made by the worker, on one processor. The checks
are asked for in one process, without a server or a socket; the process that reads strangers' files
is another one, so the figure is time by the clock, the least of some rounds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.issuing import issue_by_hand
from certificates.models import Award, Credential
from people.models import User

DOMAIN = "holder.example"
LONGEST_WAIT = float(os.environ.get("BENCH_WAITS", "600"))
"""Seconds. What was not made by then is a failure, and no figure."""
ROUNDS = 9


def issue(count: int) -> dict[str, float]:
    """Put so many on the register, each with its act and its job. The seconds it took."""
    award = Award.objects.get()
    registrar = User.objects.get(email="registrar@peerwork.example")
    holders = User.objects.bulk_create(
        User(email=f"{number}@{DOMAIN}", full_name=f"Holder Number {number}", password="!")
        for number in range(count)
    )
    began = time.perf_counter()
    for holder in holders:
        issue_by_hand(award, holder, evidence="For the bench.", by=registrar, at=timezone.now())
    return {"seconds": time.perf_counter() - began}


def wait_until_made(count: int) -> dict[str, float]:
    """When the last of so many was announced, in seconds since 1970, and the bytes of the largest.

    Raises TimeoutError where the worker does not come to an end.
    """
    ours = Credential.objects.filter(holder__email__endswith=f"@{DOMAIN}")
    gives_up_at = time.monotonic() + LONGEST_WAIT
    while (waiting := ours.filter(announced_at=None).count()) and time.monotonic() < gives_up_at:
        time.sleep(0.5)
    if waiting:
        raise TimeoutError(f"{waiting} of {count} certificates were not made.")
    last = ours.latest("announced_at").announced_at
    assert last is not None
    sizes = [credential.pdf.size for credential in ours]
    assert len(sizes) == count
    return {"at": last.timestamp(), "bytes": max(sizes)}


# Checks -----------------------------------------------------------------------------------------


def measure_checks(count: int) -> dict[str, dict[str, float]]:
    """Milliseconds and queries of each check, by its name. Each answer is read: it must be right.

    The list has so many numbers, or all there are.
    """
    visitor = Client(headers={"host": settings.BASE_URL.split("://", 1)[1]})
    credential = Credential.objects.get(holder__email="graduate@peerwork.example")
    listed = numbers_of(count)
    with credential.pdf.open("rb") as opened:
        content = opened.read()
    altered = content.replace(b"/ModDate", b"/XodDate", 1)
    assert altered != content
    number = reverse("certificates:verify_number", args=[credential.number])
    many, files = reverse("certificates:verify_many"), reverse("certificates:verify_files")
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "one number": (lambda: visitor.get(number), credential.name),
        f"a list of {len(listed)}": (
            lambda: visitor.post(many, {"numbers": "\n".join(listed)}),
            listed[-1],
        ),
        "the file as issued": (lambda: visitor.post(files, sent(content)), "Exactly as we issued"),
        "an altered file": (lambda: visitor.post(files, sent(altered)), "Not the file that we"),
    }
    return {name: figures_of(act, words) for name, (act, words) in acts.items()}


def numbers_of(count: int) -> list[str]:
    """The numbers of so many certificates, the newest first."""
    return [credential.number for credential in Credential.objects.order_by("-issued_at")[:count]]


def sent(content: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("certificate.pdf", content, "application/pdf")}


def figures_of(act: Callable[[], Any], words: str) -> dict[str, float]:
    """Least milliseconds by the clock, and queries. The page must hold some words of the answer."""
    act()
    with CaptureQueriesContext(connection) as caught:
        response = act()
    queries = len(caught)
    assert response.status_code == 200, response.status_code
    assert words in response.content.decode(), words
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return {"ms": min(times), "queries": queries}
