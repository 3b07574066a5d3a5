"""What follows a commit may fail: what was committed stands, and the failure is logged."""

from __future__ import annotations

import ast

import pytest
from django.urls import reverse

from assessments.tasks import run_remarking
from certificates.tasks import enqueue_after_commit, prepare_certificate
from people import viewsets
from people.models import User
from tests import make
from tests.servers import ROOT

pytestmark = pytest.mark.django_db

FOLDERS = ("people", "courses", "assessments", "certificates", "lms", "deploy")


class Unreachable(Exception):
    pass


@pytest.fixture
def nothing_can_be_queued(monkeypatch):
    enqueue = type(prepare_certificate).enqueue

    def refuse(*args, **kwargs):
        raise Unreachable

    def refuse_ours(task, *args, **kwargs):
        if task in {run_remarking, prepare_certificate}:
            raise Unreachable
        return enqueue(task, *args, **kwargs)  # Wagtail's, while the test makes its rows

    monkeypatch.setattr(type(prepare_certificate), "enqueue", refuse_ours)
    monkeypatch.setattr(viewsets, "invite", refuse)


def test_a_certificate_is_issued_although_the_queue_cannot_be_reached(
    nothing_can_be_queued, django_capture_on_commit_callbacks, caplog
):
    credential = make.credential()
    with django_capture_on_commit_callbacks(execute=True):
        enqueue_after_commit(prepare_certificate, credential)
    assert "Unreachable" in caplog.text


def test_a_person_is_added_although_their_invitation_cannot_be_sent(
    nothing_can_be_queued, client, settings, django_capture_on_commit_callbacks, caplog
):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.user(is_superuser=True))
    address = reverse("wagtailusers_users:add")
    fields = {"email": "ada@example.org", "full_name": "Ada Byron", "language": "en"}
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address, fields)
    assert response.status_code == 302, response.content.decode()
    assert User.objects.filter(email="ada@example.org").exists()
    assert "Unreachable" in caplog.text


def robust_hooks():
    """Each hook that may fail, with the place where it is handed over."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and any(
                    keyword.arg == "robust" for keyword in node.keywords
                ):
                    yield f"{path.name}:{node.lineno}", node.args[0]


def test_every_hook_that_may_fail_has_a_name_to_be_logged_by():
    hooks = list(robust_hooks())
    assert len(hooks) >= 3
    assert [place for place, hook in hooks if not isinstance(hook, ast.Name)] == []
