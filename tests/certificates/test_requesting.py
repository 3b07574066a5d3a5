"""A registrar's no is kind, given once, and reaches the holder."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from certificates import exceptions as cannot
from certificates.models import Credential, HolderRequest
from certificates.preparing import notify_of_changes
from certificates.requesting import ask_for_correction, decline_request
from people.models import User
from tests import make
from tests.make import DAY, NOON
from tests.racing import at_once

ANSWER = "ANSWER-CANARY: please send us a document."


@pytest.fixture
def asked(db):
    credential = make.credential(holder=make.user(full_name="Ada Okafro"))
    return ask_for_correction(credential, name="Ada Okafor", words="WORDS-CANARY", at=NOON)


def test_it_says_who_and_why_and_the_holder_may_ask_again(asked):
    registrar = make.user()
    decline_request(asked, by=registrar, answer=f" {ANSWER} ", at=NOON + DAY)
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_by, asked.answer) == ("declined", registrar, ANSWER)
    with pytest.raises(cannot.AlreadyAnswered):
        decline_request(asked, by=make.user(), answer="Again.", at=NOON + DAY)
    ask_for_correction(asked.credential, name="Ada Okafor", words="", at=NOON + 2 * DAY)
    assert HolderRequest.objects.count() == 2


def test_without_an_answer_nothing_is_declined(asked):
    with pytest.raises(cannot.AnswerNeeded):
        decline_request(asked, by=make.user(), answer="  ", at=NOON)
    assert HolderRequest.objects.open().get() == asked


def test_a_registrar_does_not_answer_themselves(asked):
    with pytest.raises(cannot.TheirOwnCredential):
        decline_request(asked, by=asked.credential.holder, answer=ANSWER, at=NOON)


def test_the_letter_leads_to_the_answer_and_does_not_repeat_it(asked):
    decline_request(asked, by=make.user(), answer=ANSWER, at=NOON)
    assert Credential.objects.with_notices_due().get() == asked.credential
    assert notify_of_changes(str(asked.credential_id), at=NOON) == 1
    assert notify_of_changes(str(asked.credential_id), at=NOON) == 0
    [letter] = mail.outbox
    assert letter.subject == "Peerwork Training has answered you"
    assert letter.to == [asked.credential.holder.email]
    assert letter.reply_to == ["registrar@peerwork.example"]
    for body in (letter.body, letter.alternatives[0].content):
        assert "CANARY" not in body
        assert f"/certificates/{asked.credential.number}/" in body
        assert "registrar@peerwork.example" in body


def test_it_is_in_the_holders_language(asked):
    User.objects.filter(pk=asked.credential.holder_id).update(language="es")
    decline_request(asked, by=make.user(), answer=ANSWER, at=NOON)
    notify_of_changes(str(asked.credential_id), at=NOON)
    assert "ha respondido" in mail.outbox[0].subject
    assert "pediste" in mail.outbox[0].body


def test_whose_account_ended_is_not_written_to(asked):
    decline_request(asked, by=make.user(), answer=ANSWER, at=NOON)
    User.objects.filter(pk=asked.credential.holder_id).update(is_active=False)
    assert notify_of_changes(str(asked.credential_id), at=NOON) == 0


@pytest.mark.parametrize(
    "row",
    [
        {"decision": "declined", "answer": ""},
        {"decision": "done", "decided_by": None},
        {"decision": "", "decided_at": NOON},
    ],
)
def test_the_tables_take_no_half_answer(asked, row):
    whole = {"decision": "done", "decided_by": make.user(), "decided_at": NOON, "answer": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        HolderRequest.objects.update(**{**whole, **row})


def test_of_two_registrars_at_once_one_declines(transactional_db):
    credential = make.credential()
    request = ask_for_correction(credential, name="Ada O", words="", at=NOON)
    registrars = [make.user(), make.user(), make.user()]
    seen = at_once(
        3,
        lambda number: decline_request(
            request, by=registrars[number], answer=f"No {number}", at=NOON
        ),
    )
    assert sum(one is None for one in seen) == 1
    assert sum(isinstance(one, cannot.AlreadyAnswered) for one in seen) == 2
