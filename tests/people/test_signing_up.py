"""Signing up: few questions, and no answer that tells strangers who has an account."""

import re
import time

import pytest
import time_machine
from allauth.account.internal import flows
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import Site

from courses.models import Enrolment
from lms.models import SiteSettings
from people import forms
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db

NEWCOMER = {
    "email": "New@Peerwork.Example",
    "full_name": "Zoë  Ångström",
    "password1": "quiet-river-stone",
    "agreement": "on",
}


def sign_up(client, **fields):
    return client.post("/accounts/signup/", {**NEWCOMER, **fields})


def signed_in(client):
    return "_auth_user_id" in client.session


def test_a_newcomer_joins_confirms_and_lands_on_learning(client, mailbox):
    response = sign_up(client, follow=True)
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert not signed_in(client)
    response = client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert response.headers["Location"] == "/learn/"
    assert signed_in(client)
    person = User.objects.get()
    assert person.email == "new@peerwork.example"
    assert person.full_name == "Zoë Ångström"
    assert person.language == "en"
    assert person.agreed_at is not None


def test_a_newcomer_who_was_on_the_way_somewhere_arrives_there(client, mailbox):
    client.post("/accounts/signup/?next=/courses/", {**NEWCOMER, "next": "/courses/"})
    response = client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert response.headers["Location"] == "/courses/"


def test_an_account_speaks_the_language_it_was_made_in(client, mailbox):
    client.cookies["django_language"] = "es"
    sign_up(client)
    assert User.objects.get().language == "es"


def test_a_form_with_something_missing_keeps_what_was_typed_and_says_what(client):
    page = sign_up(client, agreement="", full_name="").content.decode()
    assert not User.objects.exists()
    assert 'value="New@Peerwork.Example"' in page
    assert "Tell us the name to print on your certificate." in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "12345678901",
        "peerwork-demo",
        "Zoë Ångström",
        "new@peerwork.example",
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(client, password):
    sign_up(client, password1=password)
    assert not User.objects.exists()


def test_a_robot_that_fills_in_the_hidden_field_makes_no_account(client):
    sign_up(client, website="https://spam.example")
    assert not User.objects.exists()
    assert not mail.outbox


def test_whoever_fills_in_the_trap_is_asked_once_more():
    form = {
        "email": "new@peerwork.example",
        "full_name": "Zoë Ångström",
        "password1": "four quiet birds",
        "agreement": "on",
    }
    asked = Client().post("/accounts/signup/", {**form, "website": "https://filled.example"})
    page = asked.content.decode()
    assert "we ask once more" in page
    assert 'name="website"' not in page
    assert 'value="new@peerwork.example"' in page
    assert not User.objects.filter(email=form["email"]).exists()
    Client().post("/accounts/signup/", form)
    assert User.objects.filter(email=form["email"]).exists()


@pytest.mark.parametrize("mail_works", [True, False])
def test_signing_up_answers_the_same_whether_or_not_there_is_an_account(
    client, ada, mail_works, request
):
    if not mail_works:
        request.getfixturevalue("broken_mail")
    answers = {}
    for email in ("ada@peerwork.example", "eve@peerwork.example"):
        visitor = Client()
        first = sign_up(visitor, email=email)
        page = visitor.get(first.headers["Location"])
        wrong = visitor.post("/accounts/confirm-email/", {"code": "AAAA-AAAA"})
        answers[email] = [
            (first.status_code, first.headers["Location"]),
            (page.status_code, normalise(page, email)),
            (wrong.status_code, normalise(wrong, email)),
        ]
    known, unknown = answers.values()
    assert known == unknown


def test_another_code_is_sent_to_whoever_asks_account_or_not(client, ada):
    for email in ("ada@peerwork.example", "eve@peerwork.example"):
        visitor = Client()
        now = time.time()
        sign_up(visitor, email=email)
        count = len(mail.outbox)
        with time_machine.travel(now + 30):
            visitor.post("/accounts/confirm-email/", {"action": "resend"})
        assert len(mail.outbox) == count + 1, email


def test_signing_up_with_a_taken_address_hashes_the_password_all_the_same(client, ada, monkeypatch):
    hashed_passwords = []
    monkeypatch.setattr(forms, "make_password", hashed_passwords.append)
    sign_up(client, email=ada.email)
    assert hashed_passwords == [NEWCOMER["password1"]]


def test_whoever_has_an_account_is_told_in_their_mail_and_nowhere_else(client, ada, mailbox):
    sign_up(client, email=ada.email)
    assert mailbox.newest.to == [ada.email]
    assert "There is one already" in mailbox.newest.body
    assert User.objects.count() == 1


def test_two_who_join_with_one_address_at_the_same_moment_make_one_account(
    client, ada, monkeypatch
):
    monkeypatch.setattr(
        flows.manage_email, "email_already_exists", lambda email, **kwargs: (email, False)
    )
    response = sign_up(client, email=ada.email)
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert User.objects.count() == 1


def test_the_database_keeps_one_account_for_an_address_in_any_case(ada):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="ADA@peerwork.example", full_name="Eve")])


def test_a_reset_answers_the_same_whether_or_not_there_is_an_account(client, ada, broken_mail):
    answers = []
    for email in (ada.email, "eve@peerwork.example"):
        response = Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        answers.append((response.status_code, response.redirect_chain, normalise(response, email)))
    assert answers[0] == answers[1]


def test_a_sign_in_code_is_promised_whether_or_not_there_is_an_account(client, ada, broken_mail):
    answers = []
    for email in (ada.email, "eve@peerwork.example"):
        visitor = Client()
        response = visitor.post("/accounts/login/code/", {"email": email}, follow=True)
        wrong = visitor.post("/accounts/login/code/confirm/", {"code": "AAAA-AAAA"})
        answers.append(
            (response.redirect_chain, normalise(response, email), normalise(wrong, email))
        )
    assert answers[0] == answers[1]


def test_one_message_is_sent_either_way(client, ada):
    for url in ("/accounts/password/reset/", "/accounts/login/code/"):
        for email in (ada.email, "eve@peerwork.example"):
            before = len(mail.outbox)
            Client().post(url, {"email": email})
            assert len(mail.outbox) == before + 1


# Addresses ----------------------------------------------------------------------------------


def address_of(length):
    """An address that long, each part of it as long as it may be."""
    domain = ".".join(["d" * 60] * 4)
    return f"{'a' * (length - len(domain) - len('@.example'))}@{domain}.example"


def test_the_longest_address_joins_and_signs_in(client, mailbox):
    longest = address_of(254)
    assert len(longest) == 254
    sign_up(client, email=longest)
    client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert User.objects.get().email == longest
    client.logout()
    client.post("/accounts/login/", {"login": longest, "password": NEWCOMER["password1"]})
    assert signed_in(client)


def test_an_address_that_is_too_long_is_refused_and_never_cut(client):
    page = sign_up(client, email=address_of(255))
    assert not User.objects.exists()
    assert not mail.outbox
    assert "no more than 254 characters, and this has 255" in page.content.decode()


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("/accounts/signup/", "email"),
        ("/accounts/login/", "login"),
        ("/accounts/login/code/", "email"),
        ("/accounts/password/reset/", "email"),
        ("/accounts/email/", "email"),
    ],
)
def test_wherever_an_address_is_typed_it_is_taken_whole_or_refused(client, ada, url, field):
    if url == "/accounts/email/":
        client.force_login(ada)
    form_page = client.get(url).content.decode()
    input_tag = re.search(rf'<input[^>]*name="{field}"[^>]*>', form_page)[0]
    assert "maxlength" not in input_tag  # a browser would cut what is pasted, and say nothing
    fields = {field: address_of(255), "password": make.PASSWORD, "action_add": ""}
    page = client.post(url, fields, follow=True).content.decode()
    assert "no more than 254 characters" in page
    assert not mail.outbox


def normalise(response, email):
    page = response.content.decode()
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|"challenge": "[^"]+"', "", page)
    return page.replace(email, "whoever@peerwork.example")


def test_staff_made_by_another_sign_in_with_a_code_and_choose_a_password(client, mailbox):
    person = make.user("sam@peerwork.example")
    person.set_unusable_password()
    person.save()
    client.post("/accounts/login/code/", {"email": person.email})
    client.post("/accounts/login/code/confirm/", {"code": mailbox.code})
    assert signed_in(client)
    page = client.get("/accounts/password/set/")
    assert page.status_code == 200


# Starting again ------------------------------------------------------------------------------


def start_again(client):
    return client.post("/accounts/start-again/", follow=True)


def field(page, name):
    return re.search(rf'<input[^>]*name="{name}"[^>]*>', page)[0]


def test_start_again_keeps_what_was_typed_and_where_one_was_going(client):
    sign_up(client, email="Wrong@Peerwork.Example", next="/courses/?page=2")
    response = start_again(client)
    assert response.redirect_chain[-1][0] == "/accounts/signup/?next=%2Fcourses%2F%3Fpage%3D2"
    page = response.content.decode()
    assert 'value="wrong@peerwork.example"' in field(page, "email").lower()
    assert 'value="Zoë Ångström"' in field(page, "full_name")
    assert "checked" in field(page, "agreement")
    assert 'value="/courses/?page=2"' in field(page.split("<main")[1], "next")


def test_start_again_never_keeps_the_password(client):
    sign_up(client)
    assert NEWCOMER["password1"] not in str(dict(client.session))
    page = start_again(client).content.decode()
    assert "value=" not in field(page, "password1")
    assert NEWCOMER["password1"] not in page


def test_whoever_started_again_may_give_the_same_address_and_arrives(client, mailbox):
    sign_up(client, next="/courses/")
    start_again(client)
    assert not User.objects.exists(), "nobody ever confirmed it or signed in to it"
    sign_up(client, full_name="Zoë Another", next="/courses/")
    response = client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert response.headers["Location"] == "/courses/"
    assert User.objects.get().full_name == "Zoë Another"
    assert "signup_draft" not in client.session


def test_start_again_says_nothing_of_who_has_an_account(client, ada):
    pages = {}
    for email in (ada.email, "eve@peerwork.example"):
        visitor = Client()
        sign_up(visitor, email=email, next="/courses/")
        response = start_again(visitor)
        pages[email] = (response.redirect_chain, normalise(response, email))
    assert pages[ada.email] == pages["eve@peerwork.example"]
    assert User.objects.filter(pk=ada.pk).exists()


def test_an_account_that_was_used_is_never_taken_back(client, mailbox):
    sign_up(client)
    other = Client()
    person = User.objects.get()
    other.force_login(person)
    start_again(client)
    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("minutes", [31, 60 * 24])
def test_what_was_typed_is_not_shown_to_whoever_comes_later(client, minutes):
    sign_up(client)
    start_again(client)
    with time_machine.travel(time.time() + minutes * 60):
        assert "peerwork.example" not in client.get("/accounts/signup/").content.decode()


def test_nobody_is_shown_what_was_typed_who_did_not_start_again(client):
    sign_up(client)
    client.get("/accounts/login/")
    page = client.get("/accounts/signup/", follow=True).content.decode()
    assert "Zoë" not in page


def test_start_again_from_a_sign_in_code_still_leads_where_one_was_going(client, ada):
    page = client.post(
        "/accounts/login/code/", {"email": ada.email, "next": "/courses/"}, follow=True
    )
    form = page.content.decode().split('action="/accounts/start-again/"')[1].split("</form>")[0]
    response = client.post(
        "/accounts/start-again/", {"next": re.search(r'value="(/[^"]*)"', form)[1]}
    )
    assert response.headers["Location"] == "/accounts/login/?next=%2Fcourses%2F"


def test_start_again_from_the_second_step_still_leads_where_one_was_going(client, ada, sign_in):
    TOTP.activate(ada, generate_totp_secret())
    client.post(
        "/accounts/login/",
        {"login": ada.email, "password": make.PASSWORD, "next": "/courses/"},
    )
    response = client.post("/accounts/start-again/")
    assert response.headers["Location"] == "/accounts/login/?next=%2Fcourses%2F"


def test_start_again_leads_to_no_other_site(client):
    sign_up(client, next="https://evil.example/")
    response = client.post("/accounts/start-again/")
    assert response.headers["Location"] == "/accounts/signup/"


def test_start_again_with_nothing_begun_leads_to_signing_in(client):
    assert client.post("/accounts/start-again/").headers["Location"] == "/accounts/login/"
    assert client.get("/accounts/start-again/").status_code == 405


# Arriving ------------------------------------------------------------------------------------


def way_to(course):
    """Where the button of a course sends a visitor, as the page has it."""
    page = Client().get(course.url).content.decode()
    link = re.search(r'href="(/accounts/signup/[^"]+)"', page)[1]
    return re.search(r"next=(.+)", link)[1].replace("%3F", "?").replace("%3D", "=")


def test_whoever_pressed_begin_stands_on_the_course_with_a_place(client, mailbox):
    course = make.full_course()
    sign_up(client, next=way_to(course))
    response = client.post("/accounts/confirm-email/", {"code": mailbox.code}, follow=True)
    assert response.redirect_chain[-1][0] == course.url
    assert Enrolment.objects.by(User.objects.get()).get().course_id == course.pk
    page = response.content.decode()
    assert f"You have a place on {course.title}." in page
    assert "Your address is confirmed" in page
    # All of it in one notice.
    assert page.count("notice--success") == 1
    assert "You are signed in" not in page


def test_whoever_confirms_an_address_is_told_one_thing(client, mailbox):
    sign_up(client)
    response = client.post("/accounts/confirm-email/", {"code": mailbox.code}, follow=True)
    page = response.content.decode()
    assert page.count("notice--success") == 1
    assert "Your address is confirmed" in page


def test_whoever_only_signs_in_is_told_that(client):
    person = make.user()
    form = {"login": person.email, "password": make.PASSWORD}
    page = client.post("/accounts/login/", form, follow=True).content.decode()
    assert page.count("notice--success") == 1
    assert "You are signed in" in page


def test_an_account_that_does_not_learn_is_greeted_by_its_whole_name(client):
    client.force_login(make.user(full_name="Harbour House"))
    page = client.get("/learn/").content.decode()
    assert "Hello, " not in page
    assert re.search(r"Welcome, <span[^>]*>Harbour House</span>", page)


def test_a_learner_is_greeted_by_their_first_name(client):
    place = make.enrolment()
    client.force_login(place.learner)
    assert re.search(r"Hello, <span[^>]*>Ada</span>", client.get("/learn/").content.decode())


def test_start_again_does_not_forget_that_begin_was_pressed(client, mailbox):
    course = make.full_course()
    sign_up(client, next=way_to(course))
    start_again(client)
    sign_up(client, next=way_to(course))
    client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert Enrolment.objects.by(User.objects.get()).count() == 1


def test_whoever_turns_out_to_have_an_account_is_enrolled_when_they_sign_in(client, ada, sign_in):
    course = make.full_course()
    response = sign_in(ada.email, **{"QUERY_STRING": f"next={way_to(course)}"})
    assert response.headers["Location"] == course.url
    assert Enrolment.objects.by(ada).count() == 1


def test_only_looking_at_a_course_gives_no_place(client, mailbox):
    course = make.full_course()
    sign_up(client, next=course.url)
    response = client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert response.headers["Location"] == course.url
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("begin", ["0", "999999", "x", "", "1e3", "9" * 40])
def test_a_wish_for_no_course_gives_no_place_and_no_fault(client, mailbox, begin):
    course = make.full_course()
    sign_up(client, next=f"{course.url}?begin={begin}&part=2")
    response = client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert response.headers["Location"] == f"{course.url}?part=2"
    assert not Enrolment.objects.exists()


def test_looking_at_the_address_of_a_wish_changes_nothing(client, ada):
    course = make.full_course()
    client.force_login(ada)
    assert client.get(f"{course.url}?begin={course.pk}").status_code == 200
    assert not Enrolment.objects.exists()


def test_a_course_says_what_it_costs_where_the_site_says_it(client):
    course = make.full_course()
    assert "It is free." not in client.get(course.url).content.decode()
    SiteSettings.objects.create(
        site=Site.objects.get(is_default_site=True), course_cost="It is free."
    )
    page = client.get(course.url).content.decode()
    assert page.count("It is free.") == 2, "beside its length, and beside the button"
