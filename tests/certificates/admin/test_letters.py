"""The letters that could not be sent: a registrar sees each, and has it sent again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from certificates.models import Credential
from lms import sweeping
from people.models import Letter
from people.posting import PAUSES
from tests import make

pytestmark = pytest.mark.django_db

NO_MAIL = "tests.people.test_posting.NoMail"
MAIL = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def given_up(settings):
    """A letter about a certificate, of which every try failed."""
    credential = make.credential(holder=make.user(full_name="Łukasz O’Brien"))
    settings.EMAIL_BACKEND = NO_MAIL
    at = timezone.now() - timedelta(days=4)
    for pause in (timedelta(), *PAUSES):
        at += pause
        sweeping.sweep(lambda: at)  # noqa: B023  called at once
    settings.EMAIL_BACKEND = MAIL
    letter = Letter.objects.get()
    assert letter.given_up_at
    return letter, credential


def test_one_that_was_given_up_stands_in_the_list_and_in_what_waits(client, registrar, given_up):
    page = client.get(reverse("letters:index")).content.decode()
    assert "Łukasz O’Brien" in page
    assert "a certificate is ready" in page
    assert "OSError" in page
    assert "One letter could not be sent." in client.get("/admin/").content.decode()


def test_it_is_left_alone_until_somebody_says_so(client, registrar, given_up):
    swept = sweeping.sweep(timezone.now)
    assert (swept.to_prepare, swept.failed) == (0, 0)
    assert mail.outbox == []
    letter, credential = given_up
    answer = client.post(reverse("letters:again", args=[letter.pk]), follow=True)
    assert "tried again within a minute" in answer.content.decode()
    sweeping.sweep(timezone.now)
    assert [message.to for message in mail.outbox] == [[credential.holder.email]]
    assert Credential.objects.get().announced_at
    assert "Every letter could be sent." in client.get(reverse("letters:index")).content.decode()


def test_one_that_was_sent_meanwhile_is_not_sent_twice(client, registrar, given_up):
    letter, _credential = given_up
    url = reverse("letters:again", args=[letter.pk])
    client.post(url)
    answer = client.post(url, follow=True)
    assert "does not wait any more" in answer.content.decode()


def test_whoever_is_no_registrar_sees_none_and_sends_none(client, given_up):
    letter, _credential = given_up
    client.force_login(make.staff())
    client.get(reverse("letters:index"))
    client.post(reverse("letters:again", args=[letter.pk]))
    assert Letter.objects.get().given_up_at


def test_the_list_costs_no_more_for_many(
    client, registrar, given_up, django_assert_max_num_queries
):
    letter, _credential = given_up
    for number in range(3):
        person = make.user(full_name=f"Person {number}")
        Letter.objects.create(
            thing=f"ready.{number}",
            kind="certificate",
            person=person,
            first_tried_at=letter.first_tried_at,
            given_up_at=letter.given_up_at,
        )
    client.get(reverse("letters:index"))
    with django_assert_max_num_queries(25):
        page = client.get(reverse("letters:index")).content.decode()
    assert all(f"Person {number}" in page for number in range(3))


def test_mail_that_is_dead_for_an_hour_loses_no_letter_and_sends_none_twice(settings):
    """The scheduler turns every minute, as it does in production."""
    credentials = [make.credential() for _ in range(5)]
    start = timezone.now()
    settings.EMAIL_BACKEND = NO_MAIL
    for minute in range(60):
        sweeping.sweep(lambda: start + timedelta(minutes=minute))  # noqa: B023
    assert mail.outbox == []
    tries = Letter.objects.values_list("tries", flat=True)
    assert set(tries) == {4}  # and not sixty
    settings.EMAIL_BACKEND = MAIL
    for minute in range(60, 100):
        sweeping.sweep(lambda: start + timedelta(minutes=minute))  # noqa: B023
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        credential.holder.email for credential in credentials
    )
    assert not Credential.objects.filter(announced_at=None).exists()


@pytest.mark.parametrize("step", ["overdue_attempts", "owed_completions", "learners_owed"])
def test_a_step_of_the_sweep_that_fails_stops_no_other(monkeypatch, step, caplog):
    credential = make.credential()
    make.award(statement=make.statement())

    def fail(*args, **kwargs):
        raise RuntimeError(step)

    monkeypatch.setattr(sweeping, step, fail)
    with pytest.raises(CommandError):
        call_command("sweep", verbosity=0)
    credential.refresh_from_db()
    assert credential.announced_at
    assert step in caplog.text
