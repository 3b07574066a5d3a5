"""Whose page is this? Two people, their tabs and their sessions, in one real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import learners
from tests.browser.two_people import (
    END_SESSIONS,
    LESSON,
    SOMEBODY_ELSE,
    WORDS,
    next_number,
    second_tab,
    session_here,
    sign_in_by_form,
)
from tests.browsers import PHONE
from tests.site.clients import SIGN_IN

pytestmark = pytest.mark.browser

JAVASCRIPT = pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])

REFLECTIONS = """
from courses.models import Reflection
answer = list(Reflection.objects.filter(learner__email=arguments[0]).values_list("text", flat=True))
"""
WAITING = """
from people.models import SetAsideForm
answer = [str(each.fields) for each in SetAsideForm.objects.filter(owner__email=arguments[0])]
"""
RENEWED = SIGN_IN + "\nanswer = session_of(arguments[0])"
AWAY_FOR_HALF_AN_HOUR = """
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore(arguments[0])
session["staff_seen_at"] = session["staff_seen_at"] - 31 * 60
session.save()
"""
DRAFT = """
from courses.models import LessonPage, ModulePage
module = ModulePage.objects.order_by("path").first()
title = arguments[0]
page = LessonPage(title=title, slug=title.lower().replace(" ", "-"), body=[("prose", "<p>Old.</p>")])
answer = module.add_child(instance=page).pk
page.unpublish()
"""
NEWEST = """
from courses.models import LessonPage
answer = LessonPage.objects.get(pk=arguments[0]).get_latest_revision_as_object().title
"""


@pytest.fixture(scope="module")
def lesson(site_server):
    return site_server.ask(LESSON)


@pytest.fixture
def two(bring):
    """Two people with a place on the same course."""
    names = iter(("Ada Okafor", "Ben Dreyer"))
    return [
        bring(f"{name}-{next_number()}", full_name, up_to="quiz:FPS-1")
        for name, full_name in (("ada", next(names)), ("ben", next(names)))
    ]


def written_by(site, person):
    return site.ask(REFLECTIONS, person.email)


def waiting_for(site, person):
    return " ".join(site.ask(WAITING, person.email))


def press_save(page):
    page.locator(".reflection [data-autosave]").first.get_by_role("button", name="Save").click()


@JAVASCRIPT
@pytest.mark.parametrize("first", [0, pytest.param(1, marks=pytest.mark.drill)])
def test_what_is_typed_in_one_persons_tab_is_never_anothers(
    two, page_of, site_server, lesson, has_script, first
):
    writer, other = two[first], two[1 - first]
    page = page_of(writer, java_script_enabled=has_script, **PHONE)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(lesson)
    tab = second_tab(page, other, site_server)
    page.bring_to_front()
    page.locator(".reflection [data-autosave] textarea").first.fill(WORDS)
    press_save(page)
    expect(page.get_by_text(SOMEBODY_ELSE).first).to_be_visible()
    assert written_by(site_server, writer) == written_by(site_server, other) == []
    assert waiting_for(site_server, other) == ""
    assert WORDS in waiting_for(site_server, writer)
    tab.goto("/accounts/set-aside/")
    assert WORDS not in tab.content()
    tab.close()
    # And its writer gets it back.
    later = page_of(writer, java_script_enabled=has_script, **PHONE)
    later.goto("/accounts/set-aside/")
    expect(later.get_by_text(WORDS)).to_be_visible()
    later.get_by_role("button", name="Send it now").click()
    expect(later.get_by_text("Your reflection is saved")).to_be_visible()
    assert written_by(site_server, writer) == [WORDS]
    assert waiting_for(site_server, writer) == ""


def test_private_words_are_never_shown_in_the_tab_of_another(two, page_of, site_server, lesson):
    """Both write in the same box; neither tab ever offers the other's text."""
    ada, ben = two
    elsewhere = page_of(ben)
    elsewhere.goto(lesson)
    elsewhere.locator(".reflection [data-autosave] textarea").first.fill("Ben’s own words.")
    press_save(elsewhere)
    expect(elsewhere.locator(".reflection [data-save-state]").first).to_have_text("Saved")
    page = page_of(ada)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(lesson)
    second_tab(page, ben, site_server).close()
    page.locator(".reflection [data-autosave] textarea").first.fill(WORDS)
    press_save(page)
    expect(page.get_by_text(SOMEBODY_ELSE).first).to_be_visible()
    assert "Ben’s own words." not in page.content()
    assert written_by(site_server, ben) == ["Ben’s own words."]


def test_a_lesson_saves_by_itself_once_its_reader_is_back(two, page_of, site_server, lesson):
    ada, _ = two
    page = page_of(ada)
    page.goto(lesson)
    site_server.ask(END_SESSIONS, session_here(page))
    page.locator(".reflection [data-autosave] textarea").first.fill(WORDS)
    press_save(page)
    expect(page.get_by_text("You are signed out").first).to_be_visible()
    assert WORDS in waiting_for(site_server, ada)
    again = page.context.new_page()
    sign_in_by_form(again, ada, "/accounts/login/")
    expect(again.get_by_text("is kept for you")).to_be_visible()
    again.close()
    expect(page.locator(".reflection [data-save-state]").first).to_have_text(
        "Saved", timeout=40_000
    )
    assert written_by(site_server, ada) == [WORDS]
    assert waiting_for(site_server, ada) == ""


def test_answers_of_a_quiz_wait_for_their_learner_alone(bring, page_of, site_server):
    ada, ben = bring("whose-quiz", begun="quiz:FPS-1"), bring("whose-ben", "Ben Dreyer")
    page = page_of(ada)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/quizzes/{ada.attempt}/")
    second_tab(page, ben, site_server).close()
    page.locator("form[data-paper] input[type=radio]").first.check()
    alert = page.get_by_role("alert").filter(has_text=SOMEBODY_ELSE)
    expect(alert).to_be_visible()
    assert "item-" in waiting_for(site_server, ada)
    assert page.evaluate("Object.keys(sessionStorage)") == []
    page.goto("/learn/")
    assert page.evaluate("Object.keys(sessionStorage)") == []


def test_what_a_tab_kept_offline_is_handed_over_and_wiped(bring, page_of, site_server):
    """The next person at this tab finds nothing in it, and its writer loses nothing."""
    ada, ben = bring("whose-offline", begun="quiz:FPS-1"), bring("whose-next", "Ben Dreyer")
    page = page_of(ada)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/quizzes/{ada.attempt}/")
    page.route("**/save/", lambda route: route.abort())
    page.locator("form[data-paper] input[type=radio]").first.check()
    expect(page.locator("[data-save-state]")).to_have_text("Not saved, trying again")
    page.unroute("**/save/")
    page.context.add_cookies([{"name": "sessionid", "value": ben.session, "url": site_server.url}])
    with page.expect_response("**/save/"):
        page.goto("/learn/")
    assert page.evaluate("Object.keys(sessionStorage)") == []
    assert "item-" in waiting_for(site_server, ada)
    assert waiting_for(site_server, ben) == ""


# Staff who were away ---------------------------------------------------------------------------


@pytest.fixture
def editing(bring, page_of, site_server):
    """An editor with a lesson open in the Wagtail editor."""
    title = f"A draft {next_number()}"
    pk = site_server.ask(DRAFT, title)
    trainer = bring("admin")
    trainer = learners.Learner(
        trainer.email, trainer.full_name, site_server.ask(RENEWED, trainer.email)
    )
    page = page_of(trainer)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/admin/pages/{pk}/edit/")
    page.wait_for_load_state("networkidle")
    # Wagtail notes what the form holds a moment after it is there; what is typed before that is
    # taken for what was there.
    page.wait_for_timeout(3_000)
    return trainer, page, pk


def save_draft(page):
    page.locator("button[type=submit]").filter(has_text="Save draft").first.click()


@pytest.mark.parametrize("how", ["away for half an hour", "ended on the server"])
def test_what_staff_typed_after_a_while_is_given_back(editing, site_server, how):
    trainer, page, pk = editing
    script = AWAY_FOR_HALF_AN_HOUR if how.startswith("away") else END_SESSIONS
    site_server.ask(script, session_here(page))
    page.locator("#id_title").fill("Words after a long tea")
    # What saves by itself says that it cannot.
    expect(page.get_by_role("alert").filter(has_text="You are signed out")).to_be_visible()
    save_draft(page)
    page.wait_for_url("**/accounts/login/**")
    assert site_server.ask(NEWEST, pk) != "Words after a long tea"
    sign_in_by_form(page, trainer)
    expect(page.get_by_text("Words after a long tea")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url("**/admin/pages/**")
    assert site_server.ask(NEWEST, pk) == "Words after a long tea"
    assert waiting_for(site_server, trainer) == ""


def test_what_staff_typed_is_saved_at_once_where_they_signed_in_in_another_tab(
    editing, site_server
):
    trainer, page, pk = editing
    site_server.ask(END_SESSIONS, session_here(page))
    page.locator("#id_title").fill("Saved after all")
    with page.expect_popup() as beside:
        page.get_by_role("link", name="Sign in again in a new tab").click()
    sign_in_by_form(beside.value, trainer)
    beside.value.wait_for_url("**/edit/")
    beside.value.close()
    page.bring_to_front()
    save_draft(page)
    page.wait_for_load_state("networkidle")
    assert site_server.ask(NEWEST, pk) == "Saved after all"
    assert waiting_for(site_server, trainer) == ""


def test_an_editors_tab_saves_nothing_for_the_next_person(editing, bring, site_server):
    trainer, page, pk = editing
    registrar = bring("registrar")
    tab = second_tab(page, registrar, site_server)
    page.bring_to_front()
    page.locator("#id_title").fill("Not the registrar’s")
    notice = page.get_by_role("alert").filter(has_text=SOMEBODY_ELSE)
    expect(notice).to_be_visible()
    save_draft(page)
    expect(page.get_by_role("heading", name="Somebody else is signed in")).to_be_visible()
    assert site_server.ask(NEWEST, pk) != "Not the registrar’s"
    assert "Not the registrar’s" in waiting_for(site_server, trainer)
    assert waiting_for(site_server, registrar) == ""
    tab.close()


# Coming in -------------------------------------------------------------------------------------


@JAVASCRIPT
def test_the_second_of_two_sign_in_tabs_goes_on(bring, open_page, has_script):
    ada = bring("two-tabs")
    first = open_page(java_script_enabled=has_script)
    first.goto("/accounts/login/?next=/learn/reflections/")
    second = first.context.new_page()
    sign_in_by_form(second, ada, "/accounts/login/")
    second.wait_for_url("**/learn/")
    sign_in_by_form(first, ada)
    first.wait_for_url("**/learn/reflections/")


def test_a_second_person_is_not_led_into_the_account_of_the_first(bring, open_page):
    ada, ben = bring("tabs-ada"), bring("tabs-ben", "Ben Dreyer")
    first = open_page()
    first.goto("/accounts/login/")
    second = first.context.new_page()
    sign_in_by_form(second, ada, "/accounts/login/")
    second.wait_for_url("**/learn/")
    sign_in_by_form(first, ben)
    expect(first.get_by_role("heading", name="Somebody else is signed in")).to_be_visible()
    first.get_by_role("button", name="Sign out, to sign in as yourself").click()
    first.wait_for_url("**/accounts/login/")
    sign_in_by_form(first, ben)
    first.wait_for_url("**/learn/")


@JAVASCRIPT
def test_signing_out_works_on_the_page_that_checks_a_certificate(bring, page_of, has_script):
    page = page_of(bring("verify-out"), java_script_enabled=has_script)
    page.goto("/verify/PSW-2222-2222-2222/")
    page.get_by_role("banner").get_by_role("button", name="Sign out").locator(
        "visible=true"
    ).click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert "403" not in page.locator("main").inner_text()


# Every form of every page ------------------------------------------------------------------------

# Wagtail’s own, by which it says who else has an editor open, is sent by a script alone.
FORMS = """() => [...document.querySelectorAll("form")].flatMap((form, place) =>
  form.method === "post" && !form.matches("[data-controller~=w-session]")
    ? [[place, form.elements.csrfmiddlewaretoken !== undefined]] : [])"""
# Sent to where nothing is done: what judges a form has judged it by then.
SEND_ELSEWHERE = """([place, hasToken]) => {
  const form = document.forms[place];
  for (const each of form.querySelectorAll("input[type=file]")) each.remove();
  if (hasToken) form.setAttribute("action", "/search/");
  form.removeAttribute("target");
  HTMLFormElement.prototype.submit.call(form);
}"""


def refused_forms(page, address):
    """The forms of a page that are refused as they stand, sent by a real browser."""
    page.goto(address)
    refused = []
    for form in page.evaluate(FORMS):
        page.goto(address)
        with page.expect_navigation() as arrived:
            page.evaluate(SEND_ELSEWHERE, form)
        # One without a token is taken by its own view, and leads back to this page.
        taken = arrived.value.status == 405 if form[1] else arrived.value.status != 403
        if not taken:
            refused.append(f"{address}: form {form[0]} is {arrived.value.status}")
    return refused


VISITORS = [
    "/", "/courses/", "/courses/foundations-of-peer-support/", "/verify/", "/help/", "/search/",
    "/verify/PSW-2222-2222-2222/", "/accounts/login/", "/accounts/login/code/",
    "/accounts/signup/", "/accounts/password/reset/",
]  # fmt: skip
LEARNERS = [
    "/", "/courses/foundations-of-peer-support/", "/learn/", "/learn/reflections/", "/help/",
    "/verify/", "/verify/PSW-2222-2222-2222/", "/certificates/statements/code-of-ethics/",
    "/search/?q=listening", "/accounts/profile/", "/accounts/email/", "/accounts/sessions/",
    "/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/", "/admin/",
]  # fmt: skip
STAFF = [
    "/admin/", "/admin/questions/", "/admin/snippets/assessments/quiz/", "/admin/credentials/",
    "/admin/images/add/", "/admin/account/", "/admin/reports/", "/admin/users/new/",
    "/admin/snippets/assessments/singlechoicequestion/add/", "/admin/documents/multiple/add/",
]  # fmt: skip


def test_every_form_of_a_visitors_page_is_taken(open_page):
    page = open_page()
    assert not [fault for address in VISITORS for fault in refused_forms(page, address)]


def test_every_form_of_a_learners_page_is_taken(bring, page_of, site_server, lesson):
    ada = bring("forms", begun="quiz:FPS-1")
    page = page_of(ada)
    page.on("dialog", lambda dialog: dialog.accept())
    addresses = [*LEARNERS, lesson, f"/quizzes/{ada.attempt}/", f"/quizzes/{ada.attempt}/finish/"]
    assert not [fault for address in addresses for fault in refused_forms(page, address)]


def test_every_form_of_a_staff_page_is_taken(editing):
    _, page, pk = editing
    addresses = [*STAFF, f"/admin/pages/{pk}/edit/", f"/admin/pages/{pk}/delete/"]
    assert not [fault for address in addresses for fault in refused_forms(page, address)]
