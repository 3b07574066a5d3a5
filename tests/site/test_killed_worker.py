"""A worker killed again and again loses nothing: every certificate is made, every letter sent.

A few kills here; `make drills` makes them a hundred, among as many more certificates.
"""

from __future__ import annotations

import random
import re
import time
from email import message_from_string

import pytest

pytestmark = pytest.mark.race

FEWEST_HOLDERS = 80
HOLDERS_FOR_ONE_KILL = 16
"""So many that the worker has always something in hand when it is killed."""


def test_every_issue_survives_a_worker_killed_at_any_moment(fresh_site_server, kills):
    server = fresh_site_server
    holders = max(FEWEST_HOLDERS, HOLDERS_FOR_ONE_KILL * kills // 4 * 4)
    # A hundred kills want more letters than a site may send within an hour.
    server.env["LETTERS_AN_HOUR"] = str(10 * holders)
    before = set(server.mail.glob("*")) if server.mail.exists() else set()
    server.ask(
        """
from django.utils import timezone
from certificates.issuing import issue_by_hand
from certificates.revoking import suspend
from certificates.models import Award
from people.models import User
award = Award.objects.get()
registrar = User.objects.get(email="registrar@peerwork.example")
people = User.objects.bulk_create(
    User(email=f"kill{n}@peerwork.example", full_name=f"Holder {n}", password="!")
    for n in range(arguments[0])
)
for number, holder in enumerate(people):
    issued = issue_by_hand(award, holder, evidence="Seen on paper.", by=registrar, at=timezone.now())
    if number % 4 == 0:
        suspend(issued, by=registrar, reason="For the test.", at=timezone.now())
""",
        holders,
    )
    moments = random.Random(20261123)
    for _ in range(kills):
        server.start_worker()
        time.sleep(3 + moments.random() * 2)
        server.kill_worker()

    server.start_worker()
    done = """
from certificates.models import Credential, CredentialEvent
ours = Credential.objects.filter(holder__email__startswith="kill")
told = CredentialEvent.objects.filter(credential__in=ours).exclude(notified_at=None)
answer = [ours.exclude(announced_at=None).count(), told.count()]
"""
    server.manage("sweep", "--after-restart", timeout=300 + 2 * holders)
    server.wait_until(lambda: server.ask(done) == [holders, holders // 4], seconds=120 + holders)
    server.stop_worker()

    faults, left = server.ask(
        """
from hashlib import sha256
from certificates.models import Credential, certificate_storage
from django_tasks_db.models import DBTaskResult
storage = certificate_storage()
faults = []
for one in Credential.objects.filter(holder__email__startswith="kill"):
    content = storage.open(one.pdf.name).read() if one.pdf else b""
    if not content.startswith(b"%PDF") or sha256(content).hexdigest() != one.pdf_sha256:
        faults.append(one.number)
answer = [faults, DBTaskResult.objects.filter(status="RUNNING").count()]
"""
    )
    assert faults == []
    assert left == 0

    letters = [
        message_from_string(text.lstrip())
        for path in set(server.mail.glob("*")) - before
        for text in re.split(r"^-{70,}$", path.read_text(), flags=re.M)
        if "To: kill" in text
    ]
    ids = {(letter["To"], letter["Message-ID"]) for letter in letters}
    unwritten = {f"kill{n}@peerwork.example" for n in range(holders)} - {to for to, _ in ids}
    assert not unwritten
    assert len(ids) == holders + holders // 4
    assert len({message_id for _, message_id in ids}) == holders + holders // 4
    of_changes = {letter["To"] for letter in letters if "changed" in letter["Subject"]}
    assert of_changes == {f"kill{n}@peerwork.example" for n in range(0, holders, 4)}
    # Only a worker killed between sending and writing that down sends a second, known by its id.
    assert len(letters) <= holders + holders // 4 + kills
