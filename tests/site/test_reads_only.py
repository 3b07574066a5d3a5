"""Looking changes nothing: no GET writes, and nothing is changed without the page's own token."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from django.db import connection
from django.urls import reverse

from certificates.numbers import formatted, random_code
from tests.site.addresses import every_address, filled, one_of_each
from tests.site.conftest import ACTORS, STAFF
from tests.site.sections import section_of

pytestmark = pytest.mark.django_db

WRITE = re.compile(
    r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|DROP|REPLACE INTO)\s+\"?(\w+)", re.I
)

# What a GET may write, and why. Everything else is a fault.
MAY_BE_WRITTEN = {
    "django_session": "when the staff were last seen here, and what a form remembers",
    "wagtailusers_userprofile": "Wagtail makes a person's preferences when it first reads them",
    "wagtailadmin_editingsession": "Wagtail notes who has an editor open, to warn of two at once",
    "wagtailcore_pagesubscription": "Wagtail asks who wants word of comments, at the first look",
    "wagtailimages_rendition": "Wagtail makes a thumbnail when an image is first shown",
    "people_act": "that staff read a learner’s record, or download a list, is an act in the log",
    "certificates_checkcount": "that a certificate was checked is counted by month, for its holder",
    "certificates_sharelink": "how often a link was opened is counted, for whoever made it",
    "people_cache": "look-ups of unknown certificates are counted, against guessing",
}
# One fails on purpose, to show what failing looks like; the other refuses a GET, and still
# has the browser forget who was signed in.
NOT_LOOKED_AT = {"wagtailadmin_error_test", "wagtailadmin_logout"}


class Watch:
    """Notes the tables that are written while it looks."""

    def __init__(self):
        self.written = set()

    def __call__(self, execute, sql, params, many, context):
        if match := WRITE.match(sql):
            self.written.add(match[1])
        return execute(sql, params, many, context)


def looked_at(browser, url):
    """The answer to a GET, and what it wrote."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        response = browser.get(url)
        if response.streaming:
            list(response.streaming_content)  # to the end, so that its file is closed
    return response, watch.written


def refused(response):
    return response.status_code == 403 or (
        response.status_code == 302 and response.headers["Location"] == "/admin/"
    )


@pytest.mark.parametrize(
    "actor",
    [
        "learner",
        *(pytest.param(each, marks=pytest.mark.drill) for each in ("trainer", "registrar")),
        "superuser",
    ],
)
def test_no_address_of_the_site_writes_when_it_is_looked_at(actor, world, browser_of):
    """On the way, each staff address opens to just those whom its section names."""
    browser = browser_of(actor)
    written, faults, misplaced = defaultdict(list), [], []
    for address in every_address() if actor == "superuser" else one_of_each():
        if address.name in NOT_LOOKED_AT:
            continue
        response, tables = looked_at(browser, filled(address, world.real))
        for table in tables - set(MAY_BE_WRITTEN):
            written[table].append(str(address))
        if response.status_code >= 500:
            faults.append(str(address))
        section = section_of(address)
        if section is not None and actor in STAFF:
            opened = response.status_code == 200
            if opened if actor not in section.opens_to else refused(response):
                misplaced.append(f"{address}: {response.status_code}")
    assert not dict(written)
    assert not faults
    assert not misplaced


@pytest.mark.parametrize("actor", ACTORS)
def test_no_page_or_record_writes_when_it_is_looked_at(actor, world, browser_of):
    browser = browser_of(actor)
    if actor in STAFF:
        browser.get("/admin/")
    pages = (world.course, world.module, world.lesson, world.quiz_page, world.other_lesson)
    urls = ["/", "/learn/", "/search/?q=silence", "/verify/", *(page.url for page in pages)]
    urls += [reverse("assessments:result", args=[row.pk]) for row in world.handed_in.values()]
    urls += [reverse("assessments:attempt", args=[row.pk]) for row in world.still_open.values()]
    urls += [f"/verify/{row.number}/" for row in world.credentials.values()]
    for url in urls:
        response, written = looked_at(browser, url)
        assert response.status_code < 500, url
        counted = {"certificates_checkcount"} if url.startswith("/verify/") else set()
        assert written <= {"django_session"} | counted, url


def test_a_wrong_certificate_number_is_counted_and_leaves_nothing_else(world, browser_of):
    unknown = formatted("PSW", random_code())
    response, written = looked_at(browser_of("visitor"), f"/verify/{unknown}/")
    assert response.status_code == 404
    assert written == {"people_cache"}


# Tokens ------------------------------------------------------------------------------------

# What answers a POST without the token of one of our pages, and why it may.
NEEDS_NO_TOKEN = {
    "set_language": "it sets one cookie and a preference: docs/decisions/0008",
    "help": "it sets one cookie: docs/decisions/0043",
    "certificates:verify_files": "it looks at a file for anybody, and stores nothing",
    "certificates:verify_number": "it compares a name for anybody, and stores nothing of it",
    "certificates:watch_from_list": "it leads to a form that is filled in, and stores nothing",
    "certificates:verify_receipt": "it reads a receipt for anybody, and stores nothing",
    "certificates:verify_many": "it looks numbers up for anybody, and stores nothing",
    "api:checks": "only a key opens it, and no cookie is read",
    "livez": "it answers before anything is read, and does nothing",
    "readyz": "the same",
    "metrics": "the same",
}


def test_nothing_but_choosing_a_language_or_a_country_is_done_without_a_token(world, browser_of):
    browser = browser_of("superuser", enforce_csrf_checks=True)
    watch = Watch()
    done = set()
    with connection.execute_wrapper(watch):
        for address in every_address():
            response = browser.post(filled(address, world.real), {"language": "es"})
            # 409: a form to come in, sent where somebody is in already. It says so and does nothing.
            if response.status_code not in {403, 405, 409}:
                done.add(address.name or address.route)
    assert done == set(NEEDS_NO_TOKEN)
    # The language; Wagtail keeps a copy of it.
    kept = {"people_user", "wagtailusers_userprofile"}
    assert watch.written - {"django_session", "certificates_checkcount"} == kept


@pytest.mark.parametrize("actor", ["learner", "registrar"])
def test_what_is_done_with_the_token_of_the_page_is_done(actor, world, browser_of):
    """So that the refusals above are about the token, and not about the forms."""
    browser = browser_of(actor, enforce_csrf_checks=True)
    url, form = {
        "learner": ("/learn/", {}),
        "registrar": ("/admin/credentials/issue/", {}),
    }[actor]
    page = browser.get(url).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    target = {
        "learner": reverse("courses:withdraw", args=[world.places["learner"].pk]),
        "registrar": "/admin/credentials/issue/",
    }[actor]
    response = browser.post(target, {**form, "csrfmiddlewaretoken": token})
    assert b"send that once more" not in response.content
    assert response.status_code in {302, 422}
