"""The process that erases accounts is killed at seeded moments: it goes on, and none is partial.

A few kills here; `make drills` makes them a hundred.
"""

from __future__ import annotations

import random
import signal
import subprocess
import time

import pytest

from tests.servers import MANAGE, ROOT

pytestmark = pytest.mark.race

FEWEST_PEOPLE = 40
PEOPLE_FOR_ONE_KILL = 8

MAKE_THEM = """
from datetime import timedelta
from django.core.files.base import ContentFile
from django.utils import timezone
from allauth.account.models import EmailAddress
from certificates.issuing import issue_by_hand
from certificates.models import Award
from courses.enrolling import enrol
from courses.models import CoursePage, Reflection
from people.erasure import ask_to_erase
from people.models import User
award, course = Award.objects.get(), CoursePage.objects.live().first()
registrar = User.objects.get(email="registrar@peerwork.example")
now = timezone.now()
for number in range(arguments[0]):
    person = User.objects.create_user(
        f"canary{number}@peerwork.example", "x", full_name=f"Canary Person {number}"
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    enrol(person, course, at=now)
    Reflection.objects.create(
        learner=person, lesson_key=course.translation_key, block_id=course.translation_key,
        prompt="When?", text=f"canarywords{number}", saved_at=now,
    )
    if number % 4 == 0:
        issue_by_hand(award, person, evidence="Seen.", by=registrar, at=now)
    if number % 5:
        ask_to_erase(person, at=now - timedelta(days=15))
answer = [User.objects.filter(email__startswith="canary").count(), course.pk]
"""

LEFT_OF_THEM = """
from certificates.models import Credential
from courses.models import Reflection
from people.models import Erasure, User
answer = {
    "accounts": sorted(User.objects.filter(email__startswith="canary").values_list("email", flat=True)),
    "names": User.objects.filter(full_name__startswith="Canary Person").count(),
    "words": Reflection.objects.filter(text__startswith="canarywords").count(),
    "unfinished": Erasure.objects.filter(erased_at=None).count(),
    "printed": Credential.objects.filter(name__startswith="Canary Person").count(),
    "half": User.objects.exclude(erased_at=None).exclude(email__endswith="@erased.invalid").count(),
}
"""


def erase(server) -> subprocess.Popen:
    return subprocess.Popen(
        [*MANAGE, "forget_expired"],
        cwd=ROOT,
        env=server.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_erasures_survive_a_process_killed_at_any_moment(fresh_site_server, kills):
    server = fresh_site_server
    count = max(FEWEST_PEOPLE, PEOPLE_FOR_ONE_KILL * kills // 20 * 20)
    made, _course = server.ask(MAKE_THEM, count, timeout=300 + count)
    assert made == count
    staying = count // 5
    chance = random.Random(20261127)
    began = time.monotonic()
    server.manage("forget_expired", "--dry-run")
    to_start = time.monotonic() - began
    were_killed = 0
    for _ in range(kills):
        process = erase(server)
        time.sleep(to_start * 0.6 + chance.random() * 3)
        process.send_signal(signal.SIGKILL)
        were_killed += process.wait() == -signal.SIGKILL
        assert server.ask(LEFT_OF_THEM)["half"] == 0
    assert were_killed, "every one had ended before it was killed"

    assert "Erased" in server.manage("forget_expired", timeout=300 + 2 * count)
    left = server.ask(LEFT_OF_THEM)
    assert left == {
        "accounts": sorted(f"canary{n}@peerwork.example" for n in range(0, count, 5)),
        "names": staying,
        "words": staying,
        "unfinished": 0,
        "printed": len([n for n in range(0, count, 5) if n % 4 == 0]),
        "half": 0,
    }
    assert "Erased 0 accounts" in server.manage("forget_expired")
    noted = (server.var / "erasures.jsonl").read_text()
    assert "canary" not in noted.lower()
    assert len(set(noted.splitlines())) >= count - staying
