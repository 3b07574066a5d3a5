"""Whose page is this? What a page sends acts for the person whom it was made for, or for nobody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment, Reflection
from people.models import SetAsideForm, User
from people.page_owners import FIELD, HEADER, read_stamp, stamp_for
from people.retention import forget_expired
from people.set_aside import MOST_KEPT, readable_texts
from tests import make
from tests.courses.reading import reflecting_lesson

pytestmark = pytest.mark.django_db

SAVE = "/learn/reflections/save/"
LIST = "/accounts/set-aside/"
PROFILE = "/accounts/profile/"
WORDS = "A quiet, private thought."
JSON = {"Accept": "application/json"}
FROM_HERE = {"Origin": "http://testserver"}


def signed_in(person, **options):
    client = Client(**options)
    client.force_login(person)
    return client


def text_of(response):
    return response.content.decode()


@pytest.fixture
def lesson():
    return reflecting_lesson(make.module(make.course(order="free")), title="Silence")


@pytest.fixture
def place(lesson):
    return make.enrolment(course=lesson.get_parent().get_parent().specific)


@pytest.fixture
def ada(place):
    return place.learner


@pytest.fixture
def ben():
    return make.user(full_name="Ben Dreyer")


@pytest.fixture
def box(lesson):
    return lesson.body[1].id


@pytest.fixture
def written(lesson, box, ada):
    """What the form of Ada's lesson holds."""
    return {
        FIELD: stamp_for(ada),
        "csrfmiddlewaretoken": "x",
        "lesson": lesson.pk,
        "block": box,
        f"number-{box}": "0",
        f"text-{box}": WORDS,
    }


# The stamp --------------------------------------------------------------------------------


def test_a_stamp_says_whose_page_it_is(ada):
    owner = read_stamp(stamp_for(ada))
    assert (owner.user_id, owner.is_recent) == (ada.pk, True)


@pytest.mark.parametrize("spoil", [lambda stamp: stamp[:-1], lambda _: "1:2:3", lambda _: "x"])
def test_a_stamp_that_was_not_made_here_says_nothing(ada, spoil):
    assert read_stamp(spoil(stamp_for(ada))) is None


def test_a_stamp_older_than_a_session_still_says_whose_it_is_and_proves_nothing(ada):
    with time_machine.travel(timezone.now() - timedelta(days=15), tick=False):
        stamp = stamp_for(ada)
    owner = read_stamp(stamp)
    assert (owner.user_id, owner.is_recent) == (ada.pk, False)


# Somebody else is signed in -----------------------------------------------------------------


def test_what_is_typed_in_the_page_of_one_is_never_saved_for_another(written, ada, ben):
    answer = signed_in(ben).post(SAVE, written)
    assert answer.status_code == 409
    assert "Somebody else is signed in" in text_of(answer)
    assert not Reflection.objects.exists()
    assert WORDS not in text_of(answer)
    assert ada.full_name not in text_of(answer)
    assert SetAsideForm.objects.get().owner == ada


def test_it_is_so_where_both_learn_on_the_same_course(written, ben, place):
    make.enrolment(course=place.course, learner=ben)
    assert signed_in(ben).post(SAVE, written).status_code == 409
    assert not Reflection.objects.exists()


def test_a_script_is_told_and_shown_nothing_of_either(written, ben, place, lesson, box):
    make.enrolment(course=place.course, learner=ben)
    signed_in(ben).post(SAVE, {**written, FIELD: stamp_for(ben), f"text-{box}": "Ben’s own."})
    answer = signed_in(ben).post(SAVE, written, headers=JSON)
    assert answer.status_code == 409
    assert answer.json()["state"] == "other_person"
    assert answer["Cache-Control"] == "no-store"
    assert "Ben" not in text_of(answer)
    assert Reflection.objects.get().text == "Ben’s own."


def test_the_first_of_two_is_told_that_their_words_are_kept_and_the_second_nothing(
    written, ada, ben
):
    message = signed_in(ben).post(SAVE, written, headers=JSON).json()["message"]
    assert "Somebody else is using this browser now" in message
    assert "What you typed is kept for you alone" in message
    # Where nothing was typed, nothing is kept, and nothing is said of it.
    looking = signed_in(ben).get("/learn/", headers={**JSON, "X-Made-For": stamp_for(ada)})
    assert looking.status_code == 409
    assert "kept" not in looking.json()["message"]


def test_the_editor_is_told_why_it_could_not_save_by_itself(ada):
    """Wagtail says “A server error occurred” of any answer that names no reason it knows."""
    fields = {FIELD: stamp_for(ada), "title": "Words of a long morning"}
    answer = Client().post("/admin/pages/1/edit/", fields, headers=JSON).json()
    assert answer["success"] is False
    assert answer["error_code"] in {"locked", "validation_error"}
    assert answer["error_message"] == answer["message"]
    assert "You are signed out" in answer["error_message"]


def test_a_page_that_is_looked_at_again_is_told_whose_it_is(ada, ben):
    headers = {**JSON, "X-Made-For": stamp_for(ada)}
    states = {}
    for name, browser in (("ada", signed_in(ada)), ("ben", signed_in(ben)), ("nobody", Client())):
        answer = browser.get("/accounts/whose-page/", headers=headers)
        states[name] = answer.json()["state"]
        assert "no-store" in answer["Cache-Control"]
        assert ada.full_name not in text_of(answer)
    assert states == {"ada": "own", "ben": "other_person", "nobody": "signed_out"}


def test_a_page_on_which_nothing_was_typed_is_not_told_that_it_is_kept(ada):
    headers = {**JSON, "X-Made-For": stamp_for(ada)}
    message = Client().post("/accounts/language/", {"language": "es"}, headers=headers)
    assert message.status_code < 400
    message = Client().post(SAVE, {}, headers=headers).json()["message"]
    assert message == "You are signed out. Sign in again to go on."


def test_the_page_of_what_waits_says_truly_who_was_signed_in(written, ada, ben):
    owner = signed_in(ada)
    signed_in(ben).post(SAVE, written)
    page = text_of(owner.get(LIST))
    assert "Somebody else was signed in here at the time" in page
    assert "Nobody was signed in" not in page
    SetAsideForm.objects.all().delete()
    Client().post(SAVE, written)
    page = text_of(owner.get(LIST))
    assert "You had been signed out since you opened its page" in page
    assert "Somebody else was signed in" not in page


def test_signing_in_says_of_words_that_wait_nothing_that_may_be_untrue(written, ada, ben):
    signed_in(ben).post(SAVE, written)
    browser = Client()
    browser.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    page = text_of(browser.get("/learn/"))
    assert "could not be saved at the time" in page
    assert "been signed out" not in page


def test_a_fetch_of_a_page_shows_nothing_of_somebody_else(ada, ben):
    answer = signed_in(ben).get(PROFILE, headers={HEADER: stamp_for(ada)})
    assert answer.status_code == 409
    assert ben.full_name not in text_of(answer)
    assert signed_in(ada).get(PROFILE, headers={HEADER: stamp_for(ada)}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/accounts/language/", "/accounts/logout/", PROFILE, "/admin/pages/1/"]
)
def test_no_form_of_any_page_acts_for_somebody_else(address, ada, ben):
    client = signed_in(ben)
    form = {FIELD: stamp_for(ada), "language": "es", "full_name": "Somebody"}
    assert client.post(address, form).status_code == 409
    ben.refresh_from_db()
    assert (ben.language, ben.full_name) != ("es", "Somebody")
    assert client.get(PROFILE).status_code == 200


def test_only_its_writer_finds_it_again(written, ada, ben):
    browser = signed_in(ben)
    browser.post(SAVE, written)
    assert browser.get(LIST).headers["Location"] == "/learn/"
    assert WORDS not in text_of(browser.get("/learn/"))
    form = SetAsideForm.objects.get()
    assert browser.post(reverse("account_let_go", args=[form.pk])).status_code == 404
    sent = browser.post(SAVE, {**written, FIELD: stamp_for(ben), "sent_again": form.pk})
    assert sent.headers["Location"] == LIST
    assert not Reflection.objects.exists()
    assert WORDS in text_of(signed_in(ada).get(LIST))


# Nobody is signed in any more ----------------------------------------------------------------


def send_again(client, page):
    """Press *Send it now* as a browser would."""
    all_forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.S)
    address, body = next(each for each in all_forms if "sent_again" in each[1])
    pairs = re.findall(r'name="([^"]+)" value="([^"]*)"', body)
    return client.post(address.replace("&amp;", "&"), dict(pairs), follow=True)


def test_what_was_typed_survives_the_end_of_a_session(written, ada, lesson):
    browser = Client()
    answer = browser.post(SAVE, written, headers={"Referer": f"{settings.BASE_URL}{lesson.url}"})
    assert answer.headers["Location"] == f"/accounts/login/?next={LIST}"
    assert "kept" in text_of(browser.get(answer.headers["Location"]))
    browser.force_login(ada)
    page = text_of(browser.get(LIST))
    assert WORDS in page
    assert f'href="{lesson.url}"' in page
    saved = text_of(send_again(browser, page))
    assert "Your reflection is saved" in saved
    assert Reflection.objects.get(learner=ada).text == WORDS
    assert not SetAsideForm.objects.exists()


def test_it_is_handed_to_nobody_who_signs_in_next(written, ben):
    browser = Client()
    browser.post(SAVE, written)
    assert WORDS not in str(dict(browser.session))
    browser.force_login(ben)
    assert browser.get(LIST).headers["Location"] == "/learn/"


def test_a_script_is_told_where_to_sign_in(written, lesson):
    answer = Client().post(
        SAVE, written, headers={**JSON, "Referer": f"{settings.BASE_URL}{lesson.url}"}
    )
    assert answer.status_code == 401
    assert answer.json()["sign_in_url"] == f"/accounts/login/?next={lesson.url}"
    assert answer.json()["set_aside"] == str(SetAsideForm.objects.get().pk)


def test_a_page_that_is_open_still_sends_it_again_and_then_it_waits_no_more(written, ada):
    key = Client().post(SAVE, written, headers=JSON).json()["set_aside"]
    answer = signed_in(ada).post(SAVE, {**written, "set_aside": key}, headers=JSON)
    assert answer.json()["state"] == "saved"
    assert not SetAsideForm.objects.exists()


def test_the_same_page_is_set_aside_once(written, box):
    for text in ("One word more", "Two words more"):
        Client().post(SAVE, {**written, f"text-{box}": text}, headers=JSON)
    assert [f"text-{box}", "Two words more"] in SetAsideForm.objects.get().fields


def test_two_tabs_of_one_page_are_set_aside_each(written, box, ada, lesson):
    """A lesson has parts, and a browser may have opened two of them in one second."""
    with time_machine.travel(timezone.now(), tick=False):
        stamps = [stamp_for(ada)]
    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=False):
        stamps.append(stamp_for(ada))
    tabs = [(1, stamps[0], "First"), (2, stamps[0], "Second"), (2, stamps[1], "Third")]
    for part, stamp, text in tabs:
        page = f"{settings.BASE_URL}{lesson.url}?part={part}"
        fields = {**written, FIELD: stamp, f"text-{box}": text}
        Client().post(SAVE, fields, headers={"Referer": page})
    texts = {dict(form.fields)[f"text-{box}"] for form in SetAsideForm.objects.all()}
    assert texts == {"First", "Second", "Third"}
    assert f'href="{lesson.url}?part=2"' in text_of(signed_in(ada).get(LIST))


def test_a_button_without_words_leads_back_to_its_page(ada):
    browser = Client()
    answer = browser.post(
        "/accounts/sessions/",
        {FIELD: stamp_for(ada)},
        headers={"Referer": f"{settings.BASE_URL}/accounts/sessions/"},
    )
    assert answer.headers["Location"] == "/accounts/login/?next=/accounts/sessions/"
    assert "not done yet" in text_of(browser.get(answer.headers["Location"]))
    assert not SetAsideForm.objects.exists()


def test_signing_out_a_second_time_is_no_trouble(ada):
    answer = Client().post("/accounts/logout/", {FIELD: stamp_for(ada)})
    assert answer.headers["Location"] == "/"


def test_no_password_and_no_code_is_kept(ada):
    fields = {"oldpassword": "one", "password1": "two", "code": "1234", "name": "My key"}
    Client().post("/accounts/password/change/", {FIELD: stamp_for(ada), **fields})
    assert SetAsideForm.objects.get().fields == [["name", "My key"]]


def test_words_of_a_person_who_is_gone_are_kept_for_nobody(written, ada):
    User.objects.filter(pk=ada.pk).update(is_active=False)
    Client().post(SAVE, written)
    assert not SetAsideForm.objects.exists()


def test_it_is_kept_for_a_month_and_no_more_than_fifty_of_a_person(written, ada):
    for number in range(MOST_KEPT + 2):
        Client().post(f"{PROFILE}?{number}", {FIELD: stamp_for(ada), "full_name": "Ada Okafor"})
    assert SetAsideForm.objects.count() == MOST_KEPT
    for days, number in ((29, 0), (31, MOST_KEPT)):
        forgotten, _failed = forget_expired(timezone.now() + timedelta(days=days))
        assert forgotten["forms set aside"] == number


def test_its_writer_may_let_it_go(written, ada):
    Client().post(SAVE, written)
    form = SetAsideForm.objects.get()
    browser = signed_in(ada)
    browser.post(reverse("account_let_go", args=[form.pk]))
    assert not SetAsideForm.objects.exists()
    assert browser.get(LIST).headers["Location"] == "/learn/"


def test_whoever_signs_in_elsewhere_is_told_that_something_waits(written, ada):
    Client().post(SAVE, written)
    browser = Client()
    browser.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    assert f'href="{LIST}"' in text_of(browser.get("/learn/"))


def test_a_form_that_is_refused_when_it_is_sent_again_waits_until_it_is_taken(ada):
    Client().post(PROFILE, {FIELD: stamp_for(ada), "full_name": "", "time_zone": "Nowhere at all"})
    form = SetAsideForm.objects.get()
    browser = signed_in(ada)
    fields = {**dict(form.fields), FIELD: stamp_for(ada)}
    refused = browser.post(PROFILE, {**fields, "sent_again": form.pk})
    assert refused.status_code == 422
    assert SetAsideForm.objects.exists()
    # Another form of that page takes nothing from it; the one that is shown again does.
    assert f'name="set_aside" value="{form.pk}"' in refused.content.decode()
    browser.post("/accounts/language/", {"language": "es", "set_aside": form.pk})
    assert SetAsideForm.objects.exists()
    fields |= {"full_name": "Ada Okafor", "language": "en", "time_zone": "Europe/London"}
    taken = browser.post(PROFILE, {**fields, "set_aside": form.pk})
    assert taken.status_code == 302
    assert not SetAsideForm.objects.exists()


def test_what_could_not_be_done_waits_on(written, ada):
    Client().post(SAVE, written)
    form = SetAsideForm.objects.get()
    Enrolment.objects.filter(learner=ada).update(withdrawn_at=timezone.now())
    answer = signed_in(ada).post(SAVE, {**written, "sent_again": form.pk})
    assert answer.headers["Location"] == LIST
    assert SetAsideForm.objects.get() == form
    assert not Reflection.objects.exists()


def test_its_words_are_shown_as_words():
    rich = '{"blocks": [{"text": "First line."}, {"text": "Second."}], "entityMap": {}}'
    fields = [["lesson", "7"], ["body", rich], ["a", "[1, 2]"], ["b", "{not json at all"]]
    assert readable_texts(fields) == ["First line.\nSecond.", "{not json at all"]


# Tokens -----------------------------------------------------------------------------------------


@pytest.fixture
def strict(ada):
    """Ada's browser, in which every token has become stale."""
    client = signed_in(ada, enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "c" * 32
    return client


def test_a_page_from_before_signing_in_again_works_on(strict, written, ada):
    assert strict.post(SAVE, written, headers=FROM_HERE).status_code == 302
    assert Reflection.objects.get(learner=ada).text == WORDS


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_other_site_gets_in_by_a_stamp(strict, written, origin):
    assert strict.post(SAVE, written, headers={"Origin": origin}).status_code == 403
    assert not Reflection.objects.exists()
    assert not SetAsideForm.objects.exists()


def test_a_stamp_of_long_ago_stands_for_no_token(strict, written, ada):
    with time_machine.travel(timezone.now() - timedelta(days=15), tick=False):
        old = stamp_for(ada)
    strict.post(SAVE, {**written, FIELD: old}, headers=FROM_HERE)
    assert not Reflection.objects.exists()


def test_without_a_stamp_the_token_alone_decides(strict, written):
    del written[FIELD]
    assert strict.post(SAVE, written, headers=FROM_HERE).status_code == 403
    written["csrfmiddlewaretoken"] = "c" * 32
    assert strict.post(SAVE, written, headers=FROM_HERE).status_code == 302


def test_another_site_signs_nobody_in(ada):
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "c" * 32
    form = {"login": ada.email, "password": make.PASSWORD}
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert client.post("/accounts/login/", form, headers=headers).status_code == 403
    assert client.post("/accounts/login/", form, headers=FROM_HERE).status_code == 302


def test_whoever_allows_no_cookies_is_told_so(ada):
    client = Client(enforce_csrf_checks=True)
    form = {"login": ada.email, "password": make.PASSWORD}
    answer = client.post("/accounts/login/", form, headers=FROM_HERE)
    assert answer.status_code == 403
    assert "Cookies must be allowed" in text_of(answer)


# Two tabs with a form to come in -----------------------------------------------------------------


@pytest.mark.parametrize("typed", [str.upper, lambda email: f" \u200b{email.replace('@', '＠')}"])
def test_whoever_is_in_already_goes_on(strict, ada, typed):
    form = {"login": typed(ada.email), "password": "x", "next": "/learn/reflections/"}
    answer = strict.post("/accounts/login/", form, headers=FROM_HERE)
    assert answer.headers["Location"] == "/learn/reflections/"


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/"])
def test_another_person_is_told_that_somebody_is_signed_in(strict, address, ada, ben):
    answer = strict.post(address, {"login": ben.email, "email": ben.email}, headers=FROM_HERE)
    assert answer.status_code == 409
    assert "Somebody else is signed in" in text_of(answer)
    assert ada.email not in text_of(answer)


def test_who_a_code_was_for_is_not_known_so_they_choose(strict):
    answer = strict.post("/accounts/login/code/confirm/", {"code": "1"}, headers=FROM_HERE)
    assert answer.status_code == 409
    assert "You are signed in already" in text_of(answer)


def test_it_never_leads_on_to_another_site(strict, ada):
    form = {"login": ada.email, "next": "https://evil.example/"}
    answer = strict.post("/accounts/login/", form, headers=FROM_HERE)
    assert answer.headers["Location"] == "/learn/"
