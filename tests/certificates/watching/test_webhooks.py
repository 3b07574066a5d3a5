"""Webhooks: signed, sent by the worker alone, tried for a day, and never into a private network."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import default_task_backend

from certificates.models import Delivery, WatchEvent, Webhook
from certificates.watching.delivering import (
    GIVEN_UP_AFTER,
    PAUSES,
    RUNG_FOR,
    deliver_waiting,
    ring,
)
from certificates.watching.outgoing import Problem, Sent
from certificates.watching.tasks import deliver_to_webhook
from certificates.watching.webhooks import (
    end_webhook,
    replace_secret,
    secret_of,
    send_again,
    send_test,
    signature,
)
from lms.sweeping import sweep
from people.models import Act
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.certificates.watching.news import LATER, URL, deliver, verified
from tests.make import DAY, HOUR, NOON
from tests.people.organisations import making

# Signing ------------------------------------------------------------------------------------


def test_a_receiver_verifies_what_it_gets(news, hook, answers, credential):
    assert deliver(hook) == 1
    [(url, body, headers)] = answers.sent
    assert url == URL
    assert verified(secret_of(hook), headers, body)
    assert not verified(secret_of(hook), headers, body + b" ")
    later = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}
    assert not verified(secret_of(hook), later, body)
    assert int(headers["webhook-timestamp"]) == int(LATER.timestamp())
    told = json.loads(body)
    assert told == {
        "id": headers["webhook-id"],
        "type": "certificate.standing_changed",
        "timestamp": "2026-11-24T12:00:00+00:00",
        "data": {
            "number": credential.number,
            "standing_before": "current",
            "standing": "revoked",
            "check_url": told["data"]["check_url"],
        },
    }
    assert credential.number in told["data"]["check_url"]
    assert b"CANARY" not in body
    assert b"Okafor" not in body


def test_the_vector_of_standard_webhooks():
    """The example that its libraries are tested with."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_no_secret_is_in_any_row(hook):
    secret = secret_of(hook)
    row = str(Webhook.objects.values().get())
    assert secret.removeprefix("whsec_") not in row
    assert secret_of(Webhook.objects.get()) == secret


def test_a_new_secret_signs_from_then_on(news, hook, owner, answers):
    old = secret_of(hook)
    new = replace_secret(hook, by=owner, at=NOON)
    deliver(hook)
    [(_url, body, headers)] = answers.sent
    assert verified(new, headers, body)
    assert not verified(old, headers, body)


def test_each_try_has_the_same_id_and_the_same_bytes(news, hook, answers):
    answers.coming.append(Sent(status=500))
    deliver(hook)
    deliver(hook, LATER + HOUR)
    first, second = answers.sent
    assert first[1] == second[1]
    assert first[2]["webhook-id"] == second[2]["webhook-id"]
    assert first[2]["webhook-timestamp"] != second[2]["webhook-timestamp"]


# Trying and giving up -----------------------------------------------------------------------


def test_what_arrived_is_sent_once(news, hook, answers):
    assert [deliver(hook), deliver(hook)] == [1, 0]
    news.refresh_from_db()
    assert (news.state, news.tries, news.answer) == ("delivered", 1, "204")


@pytest.mark.parametrize(
    "failure",
    [Sent(status=500), Sent(status=302), Sent(status=199), Sent(problem=Problem.NO_ANSWER)],
)
def test_the_pauses_grow_and_after_a_day_it_is_given_up(news, hook, answers, failure):
    at, pauses = LATER, []
    for _try in range(20):
        answers.coming.append(failure)
        deliver(hook, at)
        news.refresh_from_db()
        hook.refresh_from_db()
        if news.state != Delivery.State.WAITING:
            break
        pauses.append(hook.rests_until - at)
        assert deliver(hook, hook.rests_until - timedelta(seconds=1)) == 0
        at = hook.rests_until
    assert news.state == Delivery.State.GIVEN_UP
    assert news.answer == failure.code
    assert pauses[: len(PAUSES)] == list(PAUSES)
    assert GIVEN_UP_AFTER <= at - LATER < GIVEN_UP_AFTER + 2 * PAUSES[-1]
    assert news.tries == len(answers.sent)


def test_one_that_is_down_is_not_asked_for_each_piece_of_news(hook, house, answers):
    for _time in range(5):
        send_test(house, at=NOON)
    answers.coming.append(Sent(problem=Problem.NO_ANSWER))
    assert deliver(hook, NOON) == 0
    assert len(answers.sent) == 1, "the rest waits with it"
    assert deliver(hook, NOON + HOUR) == 5


def test_all_that_waited_for_a_day_is_given_up_together(hook, house, answers):
    for _time in range(3):
        send_test(house, at=NOON)
    answers.coming.append(Sent(status=500))
    deliver(hook, NOON + 25 * HOUR)
    assert set(hook.deliveries.values_list("state", flat=True)) == {"given_up"}


def test_what_was_given_up_can_be_sent_again(news, hook, answers):
    answers.coming.append(Sent(status=500))
    deliver(hook, LATER + 25 * HOUR)
    assert send_again(hook, news.pk, at=LATER + 26 * HOUR)
    assert not send_again(hook, news.pk, at=LATER + 26 * HOUR)
    assert deliver(hook, LATER + 26 * HOUR) == 1
    hook.refresh_from_db()
    assert hook.failures == 0


def test_one_webhook_does_not_keep_the_worker(hook, house, answers):
    for _time in range(60):
        send_test(house, at=NOON)
    assert deliver(hook, NOON) == 50
    moments = iter([NOON, *(NOON + timedelta(seconds=20 * n) for n in range(1, 20))])
    answers.sent.clear()
    deliver_waiting(hook.pk, clock=lambda: next(moments))
    assert 1 <= len(answers.sent) <= 2


# The worker ---------------------------------------------------------------------------------


def rung():
    return [job.args[0] for job in default_task_backend.results if job.task == deliver_to_webhook]


def test_the_sweep_rings_the_worker_and_sends_nothing_itself(news, hook, answers):
    default_task_backend.clear()
    for minute in range(3):
        sweep(lambda minute=minute: LATER + timedelta(minutes=minute))
    assert rung() == [hook.pk], "not again while one is at it"
    assert not answers.sent
    sweep(lambda: LATER + RUNG_FOR + HOUR)
    assert len(rung()) == 2, "the first one died"
    default_task_backend.clear()


def test_it_is_not_rung_for_what_rests_or_where_nothing_waits(news, hook, answers):
    answers.coming.append(Sent(status=500))
    deliver(hook)
    hook.refresh_from_db()
    assert not ring(hook, at=LATER)
    assert ring(hook, at=hook.rests_until)
    assert not ring(hook, at=hook.rests_until)
    deliver(hook, hook.rests_until)
    assert not ring(hook, at=LATER + DAY)


def test_the_task_delivers(news, hook, answers):
    assert deliver_to_webhook.func(hook.pk) == "delivered 1"
    assert deliver_to_webhook.func(hook.pk + 1) == "delivered 0"


# The page -----------------------------------------------------------------------------------


@pytest.fixture
def as_owner(client, house, owner, address):
    client.force_login(owner)

    def ask(act="", **fields):
        if act:
            return client.post(address("change_webhook", house.pk, act), fields, follow=True)
        url = address("webhook", house.pk)
        return client.post(url, fields) if fields else client.get(url)

    return ask


def test_an_owner_sets_it_and_reads_the_secret_once(as_owner):
    assert "No program is told yet." in words_of(as_owner())
    response = as_owner(url=URL)
    assert secret_of(Webhook.objects.get()) in response.content.decode().replace("&#x3D;", "=")
    assert "whsec_" not in words_of(as_owner()).replace("behind whsec_", "")
    assert Act.objects.filter(kind="organisation.webhook_set").count() == 1


def test_another_address_has_another_secret(as_owner, hook):
    before = secret_of(hook)
    as_owner(url="https://other.example.org/")
    assert secret_of(Webhook.objects.get()) != before
    assert Webhook.objects.count() == 1


def test_an_owner_tests_it_makes_a_new_secret_and_ends_it(as_owner, hook):
    assert "A test is on its way" in words_of(as_owner("test"))
    assert "Waiting : A test" in words_of(as_owner())
    response = as_owner("secret")
    hook.refresh_from_db()
    assert "The secret that messages are signed with" in words_of(response)
    assert "Nothing is sent there any more." in words_of(as_owner("end"))
    assert not Webhook.objects.exists()
    assert Act.objects.filter(kind="organisation.webhook_ended").count() == 1


def test_what_is_no_act_is_not_there(as_owner, hook):
    assert as_owner("explode").status_code == 404


def test_the_log_says_what_came_of_it(as_owner, news, hook, answers, client, house, address):
    for answer, words in [
        (Sent(status=301), "answered 301: we follow no redirect"),
        (Sent(status=500), "answered 500"),
        (Sent(problem=Problem.NO_TRUST), "The certificate of the server is not valid"),
    ]:
        answers.coming.append(answer)
        Webhook.objects.update(rests_until=None)
        deliver(hook)
        assert words in words_of(as_owner())
    assert "The last 3 tries did not arrive." in words_of(as_owner())
    Delivery.objects.update(queued_at=timezone.now() - 3 * DAY)
    Webhook.objects.update(rests_until=None)
    answers.coming.append(Sent(status=500))
    deliver(hook, timezone.now())
    text = words_of(as_owner())
    assert "Given up : The standing changed" in text
    again = client.post(address("send_again", house.pk, news.pk), follow=True)
    assert "It is sent again." in words_of(again)
    news.refresh_from_db()
    assert news.state == Delivery.State.WAITING


def test_a_member_reads_the_log_and_changes_nothing(client, house, hook, news, address):
    client.force_login(making.member(house).person)
    text = words_of(client.get(address("webhook", house.pk)))
    assert "Owners set where it goes." in text
    assert "Send a test" not in text
    assert client.post(address("webhook", house.pk), {"url": URL}).status_code == 404
    assert client.post(address("change_webhook", house.pk, "end")).status_code == 404
    assert client.post(address("send_again", house.pk, news.pk)).status_code == 404
    assert Webhook.objects.count() == 1


def test_strangers_find_nothing(client, house, hook, address):
    client.force_login(make.user())
    assert client.get(address("webhook", house.pk)).status_code == 404
    assert client.post(address("change_webhook", house.pk, "test")).status_code == 404


def test_ending_it_ends_its_log_and_not_the_news(hook, news, owner):
    end_webhook(hook, by=owner, at=LATER)
    assert not Delivery.objects.exists()
    assert WatchEvent.objects.count() == 1
