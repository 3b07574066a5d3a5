"""The top of a staff page names it, and every page above it with its address."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import override

from people.staff_headers import staff_header

ABOVE = ("/admin/credentials/", "Credentials")


def names_and_addresses(header):
    return [(crumb["label"], crumb["url"]) for crumb in header["breadcrumbs_items"]]


def test_a_page_stands_below_those_above_it():
    header = staff_header("PSW-1", "doc-full", ABOVE)
    assert (header["header_title"], header["header_icon"]) == ("PSW-1", "doc-full")
    assert names_and_addresses(header) == [
        ("Home", reverse("wagtailadmin_home")),
        ("Credentials", "/admin/credentials/"),
        ("PSW-1", ""),
    ]


def test_a_list_itself_is_named_once():
    labels = [label for label, _url in names_and_addresses(staff_header("Credentials", "x", ABOVE))]
    assert labels == ["Home", "Credentials"]


def test_a_page_of_the_menu_has_home_above_it_alone():
    assert names_and_addresses(staff_header("Translations", "globe"))[1:] == [("Translations", "")]


def test_home_is_named_in_the_language_of_whoever_reads():
    with override("es"):
        [home, _own] = names_and_addresses(staff_header("Títulos", "x"))
    assert home[0] == "Inicio"
