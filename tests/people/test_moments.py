"""One time zone for a person, obeyed on every page, and named beside every time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.template import engines
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput
from wagtail.test.utils.form_data import querydict_from_html
from wagtail.users.models import UserProfile

from lms.models import StandardPage
from people.models import User
from people.moments import moment, short_moment, time_of_day, zone_and_offsets, zone_in_words
from tests import make

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 26, 23, 27, tzinfo=UTC)
LOS_ANGELES = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("zone", "language", "words"),
    [
        ("UTC", "en", "26 November 2026, 23:27 UTC"),
        ("America/Denver", "en", "26 November 2026, 16:27 Denver time"),
        ("Europe/Madrid", "es", "27 de noviembre de 2026 a las 00:27, hora de Madrid"),
        ("America/Argentina/Buenos_Aires", "en", "26 November 2026, 20:27 Buenos Aires time"),
    ],
)
def test_a_moment_names_its_zone(zone, language, words):
    with timezone.override(zone), translation.override(language):
        assert moment(AT) == words


def test_a_moment_for_a_list_and_for_today():
    with timezone.override("America/Denver"):
        assert short_moment(AT) == "26 Nov 2026, 16:27 Denver time"
        assert time_of_day(AT) == "16:27 Denver time"
        assert zone_in_words() == "Denver time"
    assert moment(None) == ""


WINTER, SUMMER = datetime(2026, 11, 28, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "offset"),
    [
        ("UTC", WINTER, "UTC (UTC+00:00)"),
        ("Asia/Kolkata", SUMMER, "Kolkata time (UTC+05:30)"),
        (LOS_ANGELES, WINTER, "Los Angeles time (UTC−08:00, at other times of the year −07:00)"),
        (LOS_ANGELES, SUMMER, "Los Angeles time (UTC−07:00, at other times of the year −08:00)"),
        ("Europe/London", WINTER, "London time (UTC+00:00, at other times of the year +01:00)"),
    ],
)
def test_how_far_a_clock_is_from_utc_at_any_time_of_the_year(zone, at, offset, monkeypatch):
    """A time that is typed in winter may be of a day in summer."""
    monkeypatch.setattr("people.moments.timezone.now", lambda: at)
    with timezone.override(zone):
        assert zone_and_offsets() == offset


def test_how_far_a_clock_is_from_utc_in_spanish(monkeypatch):
    monkeypatch.setattr("people.moments.timezone.now", lambda: WINTER)
    with timezone.override("Europe/Madrid"), translation.override("es"):
        words = zone_and_offsets()
    assert words == "hora de Madrid (UTC+01:00; en otras épocas del año, +02:00)"


def test_the_field_for_a_time_has_its_zone_beside_it():
    with timezone.override("Asia/Kolkata"):
        assert "Kolkata time (UTC+05:30)" in AdminDateTimeInput().render("at", None)


@pytest.mark.parametrize("widget", [AdminDateInput, AdminDateTimeInput])
def test_what_is_typed_into_the_field_for_a_date_is_not_replaced(widget):
    assert "validateOnBlur: false" in widget().render("on", None)


# Walks ---------------------------------------------------------------------------------------

UNNAMED = re.compile(
    r"\|\s*(?:time\b|date:\s*['\"](?:SHORT_)?DATETIME|date:\s*['\"](?!\w*_FORMAT)[^'\"]*[gGhHP])"
)
MACHINE = re.compile(r"datetime=\"\{\{[^}]+\}\}\"|data-deadline=\"\{\{[^}]+\}\}\"")


def test_no_template_shows_a_time_without_its_zone():
    """Finds the next one, in every template and every letter."""
    templates = [
        path
        for folder in (ROOT / "templates", ROOT / "assessments")
        for path in folder.rglob("*")
        if path.suffix in {".html", ".txt"}
    ]
    assert len(templates) > 200
    unnamed = [
        str(path.relative_to(ROOT))
        for path in templates
        if UNNAMED.search(MACHINE.sub("", path.read_text(encoding="utf-8")))
    ]
    assert unnamed == []


BARE = re.compile(
    r"\{\{ *(?:\w+\.)+(?:\w+_)?at *(?:\|default(?:_if_none)?:[^}|]*)?\}\}"
    r"|\{% *blocktrans(?:late)? [^%]*=(?:\w+\.)+(?:\w+_)?at(?= )[^%]*%\}"
)
"""A moment that is written out as it is: Django gives it no zone."""


def test_no_template_writes_a_moment_as_it_is():
    places = {
        str(path.relative_to(ROOT)): BARE.findall(path.read_text(encoding="utf-8"))
        for folder in (ROOT / "templates", ROOT / "assessments")
        for path in folder.rglob("*")
        if path.suffix in {".html", ".txt"}
    }
    assert {path: all_of_it for path, all_of_it in places.items() if all_of_it} == {}


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [
        ("{{ attempt.started_at }}", True),
        ("{{ at }}", False),
        ('{{ event.notified_at|default_if_none:"–" }}', True),
        ("{{ event.notified_at|default:not_yet }}", True),
        ("{{ event.notified_at|short_moment|default:not_yet }}", False),
        ("{% blocktranslate with when=place.ends_at trimmed %}", True),
        ("{{ attempt.started_at|moment }}", False),
        ("{% blocktranslate with at=record.at|short_moment who=who trimmed %}", False),
        ("{{ chat }}", False),
    ],
)
def test_the_walk_finds_a_bare_moment_and_nothing_else(text, is_bare):
    assert bool(BARE.search(text)) is is_bare


def test_no_code_shows_a_time_without_its_zone():
    shown = re.compile(r"DATETIME_FORMAT|TIME_FORMAT|\.strftime\(|localtime\([^)]*\):[^}]*%H")
    places = {
        str(path.relative_to(ROOT))
        for app in ("people", "courses", "assessments", "certificates", "lms")
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and shown.search(path.read_text(encoding="utf-8"))
    }
    # Machines read the ones of the PDF and of a badge.
    assert places <= {
        "people/moments.py",
        "lms/formats/en/formats.py",
        "lms/formats/es/formats.py",
        "certificates/pdf.py",
        "certificates/badges/documents.py",
    }


def test_the_walk_would_find_one():
    for text in ("{{ at|time }}", '{{ at|date:"DATETIME_FORMAT" }}', '{{ at|date:"j F, H:i" }}'):
        assert UNNAMED.search(text)
    assert engines["django"].from_string("{{ at|moment }}").render({"at": AT}).endswith(" UTC")


# The one setting -----------------------------------------------------------------------------


@pytest.fixture
def trainer(client, settings, db):
    settings.STAFF_NEED_SECOND_FACTOR = False
    person = make.user(is_superuser=True, full_name="Tara Trainer", time_zone=LOS_ANGELES)
    client.force_login(person)
    return person


@pytest.fixture
def page(db):
    return make.home().add_child(instance=StandardPage(title="Soon", slug="soon", live=False))


@pytest.mark.parametrize("wagtails", [None, "", "UTC", "Europe/Madrid"])
def test_nine_o_clock_is_nine_where_the_trainer_is(client, trainer, page, wagtails):
    if wagtails is not None:
        UserProfile.objects.bulk_create([UserProfile(user=trainer, current_time_zone=wagtails)])
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    html = client.get(edit).content.decode()
    assert "Los Angeles time (UTC−0" in html
    data = querydict_from_html(html, form_id="page-edit-form")
    data["body-count"] = "0"
    data["go_live_at"] = "2027-01-12 09:00"
    assert client.post(edit, data).status_code == 302
    page.refresh_from_db()
    draft = page.get_latest_revision_as_object()
    assert draft.go_live_at == datetime(2027, 1, 12, 17, 0, tzinfo=UTC)
    assert "2027-01-12 09:00" in client.get(edit).content.decode()


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_day_is_typed_before_its_month_as_it_is_written(client, trainer, page, language):
    User.objects.filter(pk=trainer.pk).update(language=language)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    html = client.get(edit).content.decode()
    assert re.search(r"(written like|se escribe como) \d{4}-\d\d-\d\d \d\d:\d\d", html)
    data = querydict_from_html(html, form_id="page-edit-form")
    data["body-count"] = "0"
    data["go_live_at"] = "05/11/2027 09:00"
    assert client.post(edit, data).status_code == 302
    page.refresh_from_db()
    live_at = page.get_latest_revision_as_object().go_live_at
    assert live_at == datetime(2027, 11, 5, 16, 0, tzinfo=UTC)
    data["go_live_at"] = "next Tuesday"
    refused = client.post(edit, data)
    assert refused.status_code == 200
    assert 'value="next Tuesday"' in refused.content.decode()


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "12 January 2027, 09:00 (UTC-0800)"),
        ("es", "12 de enero de 2027 a las 09:00 (UTC-0800)"),
    ],
)
def test_wagtail_writes_its_own_times_with_their_zone(client, trainer, page, language, shown):
    User.objects.filter(pk=trainer.pk).update(language=language)
    page.go_live_at = datetime(2027, 1, 12, 17, 0, tzinfo=UTC)
    page.save_revision(user=trainer)
    assert shown in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    history = client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert re.search(r'tooltip-content-value="[^"]*\(UTC-0[78]00\)"', history)


def test_every_staff_page_says_in_which_zone_its_times_are(client, trainer):
    assert "Time zone: Los Angeles time" in client.get("/admin/").content.decode()


def test_the_settings_of_the_staff_pages_are_those_of_the_account(client, trainer):
    page = client.get("/admin/account/").content.decode()
    assert "current_time_zone" not in page
    form = {
        "locale-language": "es",
        "locale-time_zone": "Europe/Madrid",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
    }
    assert client.post("/admin/account/", form).status_code == 302
    trainer.refresh_from_db()
    assert (trainer.language, trainer.time_zone) == ("es", "Europe/Madrid")
    profile = UserProfile.objects.get(user=trainer)
    assert (profile.preferred_language, profile.current_time_zone) == ("es", "Europe/Madrid")
    assert 'lang="es"' in client.get("/admin/").content.decode()


def test_the_account_is_mirrored_for_wagtails_letters(client, trainer):
    profile = UserProfile.objects.create(user=trainer, current_time_zone="UTC")
    assert profile.current_time_zone == LOS_ANGELES
    client.post("/accounts/language/", {"language": "es"})
    profile.refresh_from_db()
    assert profile.preferred_language == "es"
    trainer.refresh_from_db()
    trainer.time_zone = "Europe/Madrid"
    trainer.save()
    profile.refresh_from_db()
    assert profile.current_time_zone == "Europe/Madrid"


@pytest.mark.parametrize(
    ("said", "kept"),
    [(LOS_ANGELES, LOS_ANGELES), ("", "UTC"), ("Mars/Olympus", "UTC"), ("../etc", "UTC")],
)
def test_the_zone_of_whoever_joins_is_what_their_browser_says(client, db, said, kept):
    assert "data-time-zone" in client.get("/accounts/signup/").content.decode()
    client.post(
        "/accounts/signup/",
        {
            "email": "new@peerwork.example",
            "full_name": "New Person",
            "password1": make.PASSWORD,
            "agreement": "on",
            "time_zone": said,
        },
    )
    assert User.objects.get().time_zone == kept


def test_a_zone_that_only_the_staff_pages_had_is_taken_over(db):
    known = make.user(time_zone="Asia/Tokyo")
    only_there = make.user()
    for person in (known, only_there):
        row = UserProfile(user=person, current_time_zone=LOS_ANGELES, preferred_language="es")
        UserProfile.objects.bulk_create([row])
    import_module("people.migrations.0005_one_time_zone").take_over_time_zones(apps, None)
    for person, zone in ((known, "Asia/Tokyo"), (only_there, LOS_ANGELES)):
        person.refresh_from_db()
        profile = UserProfile.objects.get(user=person)
        assert (person.time_zone, profile.current_time_zone) == (zone, zone)
        assert profile.preferred_language == "en"


def test_every_moment_in_a_template_is_written_with_its_zone():
    """Or as a day. A design prints what its own code has written out."""
    bare = [
        f"{path.name}: {found}"
        for path in (ROOT / "templates").rglob("*.html")
        for found in re.findall(r"\{\{ [\w.]+_at(?:\|default\w*:[^|}]*)? \}\}", path.read_text())
    ]
    assert bare == []
