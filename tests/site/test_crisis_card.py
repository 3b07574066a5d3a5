"""The crisis card: the steps, the lines of the reader's country, and who has reviewed it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from lms.models import HelpLine, SiteSettings
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site():
    make.home()
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    settings.emergency = "In danger, call the emergency number."
    settings.help_lines = [
        HelpLine(
            country="UK",
            name="Samaritans",
            contact="Call 116 123",
            href="tel:116123",
            country_codes="GB",
            sort_order=0,
        ),
        HelpLine(
            country="US",
            name="988",
            contact="Call 988",
            href="tel:988",
            country_codes="US",
            sort_order=1,
        ),
    ]
    settings.save()
    return settings


def card(language="en-GB", browser=None):
    response = (browser or Client()).get(
        reverse("crisis_card"), headers={"accept-language": language}
    )
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").find(class_="crisis-card")


def test_it_holds_the_lines_of_the_readers_country_and_no_others():
    text = card().get_text()
    assert "Samaritans" in text
    assert "988" not in text
    assert "In danger, call the emergency number." in text
    assert "988" in card("en-US").get_text()


def test_where_no_line_is_known_it_says_so_and_leads_to_all_of_them():
    shown = card("is-IS")
    assert "We know of no line where you are." in shown.get_text()
    assert shown.find("a", href=reverse("help"))
    assert "116 123" not in shown.get_text()


def test_what_was_chosen_for_this_browser_counts_before_its_language():
    browser = Client()
    browser.post(reverse("help"), {"country": "US"})
    assert "988" in card("en-GB", browser).get_text()


def test_it_says_that_nobody_has_reviewed_it_until_somebody_has(site):
    assert "has reviewed this card yet" in card().get_text()
    site.card_reviewed_by = "Maya, peer supporter"
    site.save()
    text = card().get_text()
    assert "Reviewed by Maya, peer supporter" in text
    assert "has reviewed this card yet" not in text


def test_the_steps_are_those_of_the_lesson_in_its_order():
    steps = [step.get_text(" ", strip=True) for step in card().find_all("li", recursive=True)]
    steps = [step for step in steps if "116" not in step]
    names = ("Ask by name", "Yes?", "Already?", "Now? Near? Who?", "Stay", "Afterwards")
    assert len(steps) == len(names)
    assert all(step.startswith(name) for step, name in zip(steps, names, strict=True))
    assert "emergency number, now" in steps[2]


def test_nothing_can_be_typed_into_it():
    shown = card()
    assert len(shown.find(class_="crisis-card__own").find_all("dt")) == 6
    assert not shown.find_all(["input", "textarea", "form"])


def test_the_page_of_help_lines_leads_to_it():
    assert reverse("crisis_card") in Client().get(reverse("help")).content.decode()
