"""Whose help lines come first, for whom, and that none is ever far away."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from wagtail.models import Site

from lms import help_lines
from lms.countries import COUNTRY_OF_ZONE, country_of_languages, country_of_zone
from lms.help_lines import Help, HelpContact, Whereabouts, country_choices, help_for
from lms.models import HelpLine, SiteSettings
from people.time_zones import time_zone_choices
from tests import make

SAMARITANS = HelpContact("UK and Ireland", "Samaritans", "Call 116 123", "tel:116123", "", "GB IE")
SHOUT = HelpContact("UK", "Shout", "Text 85258", "sms:85258", "", "GB")
LIFELINE = HelpContact("US and Canada", "988", "Call 988", "tel:988", "", "US CA")
LINEA = HelpContact("Estados Unidos", "988", "Oprime 2", "tel:988", "", "US", "es")
ELSEWHERE = HelpContact("Iceland", "1717", "Call 1717", "tel:1717", "")
LINES = (SAMARITANS, SHOUT, LIFELINE, LINEA, ELSEWHERE)


# Where a reader is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/London", "GB"),
        ("Europe/Dublin", "IE"),
        ("America/New_York", "US"),
        ("America/Indiana/Indianapolis", "US"),
        ("America/Toronto", "CA"),
        ("Australia/Broken_Hill", "AU"),
        ("America/Argentina/Buenos_Aires", "AR"),
        ("Pacific/Auckland", "NZ"),
        ("UTC", ""),
        ("Europe/Londonderry", ""),
        ("", ""),
        ("/", ""),
    ],
)
def test_a_time_zone_is_in_a_country(zone, country):
    assert country_of_zone(zone) == country


def test_every_zone_of_the_table_is_a_zone_that_a_browser_or_an_account_may_name():
    of_ours = {zone for _label, zones in time_zone_choices()[1:] for zone, _city in zones}
    shipped = {"Europe/London", "Europe/Madrid", "America/New_York", "Australia/Sydney"}
    assert shipped <= of_ours
    assert all(len(country) == 2 for country in COUNTRY_OF_ZONE.values())


@pytest.mark.parametrize(
    ("header", "country"),
    [
        ("en-GB,en;q=0.9", "GB"),
        ("en,en-IE;q=0.8", "IE"),
        ("es-419,es;q=0.9", ""),
        ("en", ""),
        ("zh-Hant-TW", "TW"),
        ("", ""),
        ("*", ""),
        ("-" * 600, ""),
    ],
)
def test_a_browser_names_a_country_with_its_language_or_it_does_not(header, country):
    assert country_of_languages(header) == country


def request_of(rf, user=None, cookie="", languages=""):
    request = rf.get("/", headers={"Accept-Language": languages})
    request.user = user or type("Nobody", (), {"is_authenticated": False})()
    if cookie:
        request.COOKIES[help_lines.CHOICE_COOKIE] = cookie
    return request


def person(time_zone):
    return type("Person", (), {"is_authenticated": True, "time_zone": time_zone})()


@pytest.mark.parametrize(
    ("user", "cookie", "languages", "country", "is_guess"),
    [
        (None, "", "", "", True),
        (None, "", "en-GB", "GB", True),
        (None, "", "pt-BR", "", True),
        (None, "IE", "en-GB", "IE", False),
        (None, "elsewhere", "en-GB", "", False),
        (None, "XX", "en-GB", "GB", True),
        (person("Europe/Dublin"), "", "en-US", "IE", False),
        (person("Africa/Lagos"), "", "en-GB", "", False),
        (person("UTC"), "", "en-GB", "GB", True),
        (person("Europe/Dublin"), "US", "en-GB", "US", False),
    ],
)
def test_a_choice_counts_before_an_account_and_an_account_before_a_browser(
    rf, user, cookie, languages, country, is_guess
):
    request = request_of(rf, user, cookie, languages)
    assert help_lines.whereabouts_of(request, LINES) == Whereabouts(country, is_guess)


# What is shown of it ------------------------------------------------------------------------


def test_the_lines_of_the_country_come_first_and_all_others_after_them():
    here = Whereabouts("GB")
    shown = help_for(LINES, here, "en")
    assert shown == Help(here, (SAMARITANS, SHOUT), (LIFELINE, ELSEWHERE, LINEA))


def test_a_line_in_the_readers_language_comes_before_the_others_of_its_country():
    assert help_for(LINES, Whereabouts("US"), "es").near == (LINEA, LIFELINE)


def test_nothing_is_near_a_reader_of_whom_nothing_is_known():
    shown = help_for(LINES, Whereabouts(), "en")
    assert shown.near == ()
    assert len(shown.others) == len(LINES)


def test_a_country_is_named_by_us_or_by_the_editor_of_its_line():
    iceland = HelpContact("Ísland", "", "1717", "tel:1717", "", "IS")
    assert country_choices((SAMARITANS, iceland)) == [
        ("IE", "Ireland"),
        ("GB", "United Kingdom"),
        ("IS", "Ísland"),
    ]


# On the pages -------------------------------------------------------------------------------


@pytest.fixture
def site(db):
    home = make.home()
    site = Site.objects.get(root_page=home)
    words = SiteSettings.objects.create(site=site)
    for place, line in enumerate(LINES):
        HelpLine.objects.create(settings=words, sort_order=place, **vars(line))
    return site


def parts(page):
    """What opens under Help now, and what opens at the foot of a page."""
    panel = (
        page.split("data-help-panel>")[1].split("</div>")[0] if "data-help-panel>" in page else ""
    )
    foot = page.split('<details class="help" id="help"')[1].split("</details>")[0]
    return panel, foot


def test_a_visitor_in_britain_finds_the_british_lines_first_and_the_rest_behind_one_press(site):
    panel, foot = parts(Client(headers={"Accept-Language": "en-GB"}).get("/").content.decode())
    near, rest = panel.split("<details", 1)
    assert "116 123" in near
    assert "85258" in near
    assert "988" not in near
    assert not rest.startswith(" open")
    assert "Call 988" in rest
    assert "1717" in rest
    assert "116 123" in foot
    assert "988" not in foot
    assert 'href="/help/"' in foot


def test_each_visitor_gets_the_lines_of_their_own_country_though_pages_are_kept(site):
    for languages, near in (("en-GB", "116 123"), ("en-US", "Call 988"), ("en-GB", "116 123")):
        client = Client(headers={"Accept-Language": languages})
        _panel, foot = parts(client.get("/").content.decode())
        assert near in foot, languages


def test_each_learner_gets_the_lines_of_their_own_country_though_what_is_around_is_kept(site):
    lines = (("Europe/London", "116 123"), ("America/New_York", "Call 988"))
    for zone, near in (*lines, *lines):
        client = Client()
        client.force_login(make.user(time_zone=zone))
        panel, foot = parts(client.get("/").content.decode())
        assert near in foot, zone
        assert near in panel.split("<details", 1)[0], zone


def test_a_visitor_of_whom_nothing_is_known_finds_all_lines_open(site):
    panel, _foot = parts(Client().get("/").content.decode())
    assert panel.split("<details", 1)[1].startswith(" open")
    assert "116 123" in panel
    assert "988" in panel


def test_a_choice_is_remembered_without_an_account(site):
    client = Client(headers={"Accept-Language": "en-US"})
    response = client.post("/help/", {"country": "IE"})
    assert response.headers["Location"] == "/help/"
    cookie = response.cookies[help_lines.CHOICE_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 60 * 60
    panel, _foot = parts(client.get("/").content.decode())
    assert "116 123" in panel.split("<details")[0]
    assert '<option value="IE" selected>' in client.get("/help/").content.decode()


def test_nothing_but_a_country_with_lines_is_remembered(site):
    response = Client().post("/help/", {"country": "<script>"})
    assert not response.cookies


def test_a_time_zone_that_a_script_names_orders_the_lines_again(site):
    client = Client(headers={"Accept-Language": "en-US"})
    assert "data-lines" in client.get("/").content.decode()
    response = client.get("/help/lines/", {"zone": "Europe/London"})
    assert "116 123" in response.content.decode().split("<details")[0]
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies


def test_no_script_asks_again_where_the_reader_chose(site):
    client = Client()
    client.post("/help/", {"country": "elsewhere"})
    assert "data-lines" not in client.get("/").content.decode()


def test_the_page_of_all_lines_has_every_one_of_them(site):
    page = Client(headers={"Accept-Language": "en-GB"}).get("/help/").content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    assert all(line.href in main for line in LINES)
    assert "<h2>United Kingdom</h2>" in main


def test_a_line_in_another_language_is_read_aloud_in_it(site):
    page = Client(headers={"Accept-Language": "en-US"}).get("/").content.decode()
    assert '<a href="tel:988" lang="es"' in page


@pytest.mark.parametrize("url", ["/verify/", "/verify/?number=PSW-2222", "/help/"])
def test_a_page_for_verifiers_is_not_led_by_help_lines_and_has_them_at_its_foot(site, url):
    panel, foot = parts(Client(headers={"Accept-Language": "en-GB"}).get(url).content.decode())
    assert panel == ""
    assert "116 123" in foot


def test_an_error_page_has_them_at_its_foot_and_nowhere_else():
    page = render_to_string("error.html", {"status": 404, "title": "None", "message": "Gone."})
    before, foot = page.split("<footer")
    assert "emergency number" in foot
    assert 'href="/help/"' in foot
    assert "emergency number" not in before
    assert "/help/" not in before


def test_staff_find_them_in_the_help_menu(world, browser_of):
    assert '"/help/"' in browser_of("trainer").get("/admin/").content.decode()


# Reach and leaving --------------------------------------------------------------------------


def lesson_page(client, **fields):
    course = make.course("Crises")
    module_fields = {"is_hard": fields.pop("module_is_hard", False)}
    lesson = make.lesson(make.module(course, **module_fields), **fields)
    learner = make.user("ada@peerwork.example")
    make.enrolment(learner, course)
    client.force_login(learner)
    return client.get(lesson.url).content.decode()


def test_help_is_within_reach_all_through_a_lesson(site, client):
    page = lesson_page(client)
    assert page.count('id="help-now"') == 1
    assert '<aside class="help-strip"' in page
    assert page.index('class="help-strip"') < page.index("<main")
    assert "data-exit" not in page


@pytest.mark.parametrize("hard", [{"is_hard": True}, {"module_is_hard": True}])
def test_a_lesson_that_is_hard_offers_a_quick_way_out_and_says_what_it_does_not_do(
    site, client, hard
):
    SiteSettings.objects.update(exit_url="https://weather.example/")
    page = lesson_page(client, **hard)
    exit_link = page.split('class="help-strip__exit"')[1].split("</a>")[0]
    assert 'href="https://weather.example/"' in exit_link
    assert "noreferrer" in exit_link
    assert 'aria-describedby="about-exit"' in exit_link
    about = page.split('id="about-exit"')[1].split("</p>")[0]
    assert "does not delete anything" in about
    assert "history" in about


def is_read_long(template):
    """Whether a template is a lesson, or a paper that is answered, looked over or gone through."""
    named = ("lesson_", "attempt.", "attempt_finish", "attempt_result")
    return not template.name.startswith("_") and template.name.startswith(named)


def test_every_page_of_a_lesson_and_of_an_attempt_keeps_help_within_reach():
    root = Path(settings.BASE_DIR) / "templates"
    long = [path for app in ("courses", "assessments") for path in (root / app).glob("*.html")]
    long = [path for path in long if is_read_long(path)]
    assert len(long) >= 4
    for path in long:
        html = path.read_text(encoding="utf-8")
        assert "components/help_strip.html" in html, path.name
        assert "components/about_exit.html" in html, path.name


def test_a_paper_of_a_module_that_is_hard_offers_the_way_out_too(site, client):
    course = make.course("Crises", order="free")
    module = make.module(course, is_hard=True)
    page = make.quiz_page(module)
    learner = make.user("ada@peerwork.example")
    attempt = make.attempt(make.enrolment(learner, course), page)
    client.force_login(learner)
    for url in (f"/quizzes/{attempt.pk}/", f"/quizzes/{attempt.pk}/finish/"):
        html = client.get(url).content.decode()
        assert "data-exit" in html, url
        assert html.count('id="about-exit"') == 1, url
