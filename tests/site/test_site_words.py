"""What a site says of itself on every page: its own words, or ours where it has none."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site

from lms.context import current_link, look_for, read_look
from lms.models import HelpLine, SiteSettings, StandardPage
from lms.templatetags.look import help_lines_of
from lms.templatetags.pages import contact_address
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    make.catalogue()
    return Site.objects.get(is_default_site=True)


def write_words(site, **fields):
    words = SiteSettings.for_site(site)
    for name, value in fields.items():
        setattr(words, name, value)
    words.save()
    return words


def faults_of(row):
    """The fields of a row that hold what they may not."""
    try:
        row.full_clean()
    except ValidationError as problem:
        return set(problem.message_dict)
    return set()


def standing_page(title, **fields):
    page = StandardPage(title=title, slug=title.lower(), body=[("prose", "<p>x</p>")], **fields)
    return make.home().add_child(instance=page)


# Words ------------------------------------------------------------------------------------


def test_a_site_that_said_nothing_is_called_as_it_comes(site):
    look = read_look(site)
    assert look.site_settings.name == "Peerwork"
    assert look.site_settings.emergency
    assert look.help_lines == ()
    assert look.accent_url == ""
    assert look.logo is None


def test_even_without_any_site_there_is_a_look():
    look = read_look(None)
    assert (look.home_url, look.catalogue_url, look.menu) == ("/", "", ())
    assert look.site_settings.name == "Peerwork"


def test_a_site_is_called_what_its_editors_call_it(site):
    write_words(site, name="House of peers", accent="#2F6F62", contact_email="a@b.example")
    look = read_look(site)
    assert look.site_settings.name == "House of peers"
    assert look.accent_url == f"{reverse('accent')}?v=2f6f62"
    assert contact_address() == "a@b.example"


def test_nobody_is_given_an_address_that_nobody_chose(site):
    assert contact_address() == ""


def test_help_lines_stand_in_the_order_of_their_editors(site):
    words = write_words(site)
    for place, country in enumerate(["UK", "Australia", "Spain"]):
        HelpLine.objects.create(
            settings=words, country=country, contact="1", href="tel:1", sort_order=place
        )
    assert [line.country for line in read_look(site).help_lines] == ["UK", "Australia", "Spain"]


def test_a_text_that_is_rendered_for_everyone_has_the_lines_of_the_default_site(site):
    words = write_words(site, help_introduction="You matter.")
    HelpLine.objects.create(settings=words, country="UK", contact="1", href="tel:1")
    look = help_lines_of(None)
    assert look.site_settings.help_introduction == "You matter."
    assert [line.country for line in look.help_lines] == ["UK"]


@pytest.mark.parametrize(
    ("href", "fits"),
    [
        ("tel:116123", True),
        ("sms:85258", True),
        ("https://example.org/help", True),
        ("http://example.org/help", False),
        ("javascript:alert(1)", False),
        ("116123", False),
        ("tel:116 123", False),
    ],
)
def test_a_help_line_leads_to_a_call_a_message_or_a_safe_page(site, href, fits):
    line = HelpLine(settings=write_words(site), country="UK", contact="Call", href=href)
    assert ("href" not in faults_of(line)) is fits


@pytest.mark.parametrize(
    ("accent", "fits"),
    [("", True), ("#2f6f62", True), ("#2F6F62", True), ("2f6f62", False), ("#fff", False)],
)
def test_a_colour_is_six_figures(site, accent, fits):
    assert ("accent" not in faults_of(SiteSettings(site=site, accent=accent))) is fits


# Menus ------------------------------------------------------------------------------------


def test_the_menu_is_the_standing_pages_that_editors_put_there(site):
    standing_page("About", show_in_menus=True)
    standing_page("Hidden", show_in_menus=False)
    standing_page("Draft", show_in_menus=True, live=False)
    make.catalogue()
    assert [link.title for link in read_look(site).menu] == ["About"]


def test_the_catalogue_is_linked_once_it_is_published(site):
    catalogue = make.catalogue()
    assert read_look(site).catalogue_url == catalogue.url
    catalogue.unpublish()
    assert read_look(site).catalogue_url == ""


@pytest.mark.parametrize(
    ("path", "is_marked"),
    [("/courses/", True), ("/about/", True), ("/learn/", True), ("/x/", False)],
)
def test_the_link_to_the_page_that_is_open_is_marked(site, path, is_marked):
    standing_page("About", show_in_menus=True)
    request = RequestFactory().get(path)
    assert current_link(request) == (path if is_marked else "")


def test_the_look_is_read_once_in_a_request(site, django_assert_num_queries):
    request = RequestFactory().get("/")
    look = look_for(request)
    with django_assert_num_queries(0):
        assert look_for(request) is look


# Logos ------------------------------------------------------------------------------------


def test_a_logo_whose_file_is_gone_leaves_our_own_mark(site, monkeypatch):
    def fail(image, size):
        raise FileNotFoundError(image.file.name)

    image = get_image_model().objects.create(title="Logo", file=get_test_image_file())
    monkeypatch.setattr(get_image_model(), "get_rendition", fail)
    write_words(site, logo=image)
    assert read_look(site).logo is None
