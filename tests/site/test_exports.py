"""Every list of the staff pages as a file: real data, or no file at all."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from django.urls import Resolver404, resolve
from django.utils import timezone
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from certificates.models import Credential, CredentialEvent
from people.act_kinds import ActKind
from people.models import Act, User
from people.spreadsheets import HOUR, MOST_FILES_AN_HOUR, files_taken
from tests.site.addresses import filled, one_of_each

pytestmark = pytest.mark.django_db


def lists_of(world):
    """The address of every list that Wagtail's way of exporting is built into."""
    urls = []
    for address in one_of_each():
        if not address.route.startswith("admin/"):
            continue
        url = filled(address, world.real)
        try:
            view = resolve(url.partition("?")[0]).func
        except Resolver404:
            continue
        view_class = getattr(view, "view_class", None)
        if view_class and issubclass(view_class, SpreadsheetExportMixin):
            urls.append(url.partition("?")[0])
    return urls


def table_of(response, kind):
    content = b"".join(response.streaming_content)
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode())))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [[cell.value or "" for cell in row] for row in sheet.rows]


def test_there_are_lists_to_walk(world):
    lists = lists_of(world)
    assert len(lists) > 30
    assert {"/admin/credentials/", "/admin/learners/", "/admin/attempts/", "/admin/users/"} <= {
        *lists
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_list_gives_a_hollow_file(kind, world, browser_of, monkeypatch):
    monkeypatch.setattr("people.spreadsheets.MOST_FILES_AN_HOUR", 1000)
    browser = browser_of("superuser")
    hollow, files = [], []
    for url in lists_of(world):
        response = browser.get(url, {"export": kind})
        if not response.headers.get("Content-Disposition", "").startswith("attachment"):
            continue
        files.append(url)
        headings, *rows = table_of(response, kind) or [[]]
        if not any(headings) or not all(any(row) for row in rows):
            hollow.append(url)
    assert not hollow
    assert {"/admin/credentials/", "/admin/learners/"} <= {*files}


def test_a_list_without_a_file_leads_to_the_list_and_keeps_what_was_searched(world, browser_of):
    browser = browser_of("superuser")
    response = browser.get("/admin/users/", {"q": "person", "export": "csv"})
    assert response.headers["Location"] == "/admin/users/?q=person"
    assert "Download CSV" not in browser.get("/admin/users/").content.decode()
    assert "Download CSV" in browser.get("/admin/credentials/").content.decode()


@pytest.mark.parametrize("actor", ["visitor", "learner", "assessor"])
def test_a_file_is_for_those_who_may_open_its_list(actor, world, browser_of):
    for url in ("/admin/credentials/", "/admin/learners/"):
        response = browser_of(actor).get(url, {"export": "csv"})
        assert response.status_code in {302, 403}
        assert "attachment" not in response.headers.get("Content-Disposition", "")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_file_of_any_list_holds_a_formula_and_each_is_in_the_log(kind, world, browser_of):
    """Everything that has a name or a title is called by a formula, and then every list is read."""
    rename_everything("=HYPERLINK(1)")
    browser = browser_of("superuser")
    formulas, files, shown = [], 0, 0
    before = Act.objects.count()
    for url in lists_of(world):
        response = browser.get(url, {"export": kind})
        if not response.headers.get("Content-Disposition", "").startswith("attachment"):
            continue
        files += 1
        content = b"".join(response.streaming_content)
        for cell in cells_of(content, kind):
            shown += "HYPERLINK" in str(cell.value)
            if cell.data_type == "f" or (kind == "csv" and str(cell.value).startswith("=")):
                formulas.append((url, cell.value))
    assert not formulas
    assert files > 3
    assert shown > 3
    exported = Act.objects.filter(kind=ActKind.EXPORTED)
    assert exported.count() == Act.objects.count() - before == files
    assert {act.actor for act in exported} == {world.people["superuser"]}


def rename_everything(name):
    User.objects.update(full_name=name)
    Credential.objects.update(name=name, award_name=name, issuer_name=name)
    CredentialEvent.objects.update(reason=name)
    Page.objects.update(title=name, draft_title=name)
    PageLogEntry.objects.update(label=name)
    ModelLogEntry.objects.update(label=name)


def cells_of(content, kind):
    if kind == "xlsx":
        for row in openpyxl.load_workbook(io.BytesIO(content)).active.rows:
            yield from row
        return
    for row in csv.reader(io.StringIO(content.decode())):
        for value in row:
            yield SimpleNamespace(value=value, data_type="s")


# A list of people leaves a few times in an hour ------------------------------------------------

PEOPLE = ["/admin/credentials/", "/admin/learners/"]


def is_file(response):
    return response.headers.get("Content-Disposition", "").startswith("attachment")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_one_list_of_people_too_many_within_an_hour_waits(kind, world, browser_of, time_machine):
    time_machine.move_to(world_begins := timezone.now(), tick=False)
    browser = browser_of("superuser")
    for number in range(MOST_FILES_AN_HOUR):
        assert is_file(browser.get(PEOPLE[number % len(PEOPLE)], {"export": kind}))
    refused = browser.get(PEOPLE[0], {"export": kind, "q": "Ada"})
    assert refused.status_code == 302
    assert refused.headers["Location"] == f"{PEOPLE[0]}?q=Ada"
    page = browser.get(refused.headers["Location"]).content.decode()
    assert f"You downloaded {MOST_FILES_AN_HOUR} lists within an hour." in page
    assert Act.objects.filter(kind=ActKind.EXPORTED).count() == MOST_FILES_AN_HOUR
    person = world.people["superuser"]
    assert files_taken(person, at=world_begins + HOUR - timedelta(seconds=1)) == MOST_FILES_AN_HOUR
    assert files_taken(person, at=world_begins + HOUR) == 0


def test_what_one_account_took_is_not_counted_against_another(world, browser_of):
    for actor in ("superuser", "registrar"):
        browser = browser_of(actor)
        for _time in range(MOST_FILES_AN_HOUR):
            assert is_file(browser.get(PEOPLE[0], {"export": "csv"})), actor
        assert not is_file(browser.get(PEOPLE[0], {"export": "csv"})), actor


def test_a_list_of_ids_alone_is_not_held_back(world, browser_of):
    browser = browser_of("superuser")
    for _time in range(MOST_FILES_AN_HOUR + 1):
        assert is_file(browser.get("/admin/acts/", {"export": "csv"}))


def test_whoever_owns_the_account_is_told_by_a_letter_that_names_nobody(
    world, browser_of, mailoutbox
):
    browser = browser_of("superuser")
    browser.get(PEOPLE[1], {"export": "csv"})
    (letter,) = mailoutbox
    assert letter.to == [world.people["superuser"].email]
    assert "A list was downloaded with your account" in letter.subject
    assert "If it was not you, choose a new password now" in letter.body
    names = User.objects.exclude(pk=world.people["superuser"].pk)
    assert not [name for name in names.values_list("full_name", flat=True) if name in letter.body]
    browser.get("/admin/acts/", {"export": "csv"})
    assert len(mailoutbox) == 1
