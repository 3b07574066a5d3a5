"""The templates of an app name no page and no template of an app that builds on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

ROOT = Path(__file__).resolve().parents[2]
APPS = ["people", "courses", "assessments", "practice", "certificates", "lms"]
"""Each may name those before it."""
HOME = "learn"
"""My learning, where whoever signs in arrives: every app leads back to it."""
NAMED = re.compile(r"""\{%-? *(url|include|extends) +['"]([^'"]+)['"]""")


def apps_of_addresses(resolver=None, prefix="") -> Iterator[tuple[str, str]]:
    """The full name of each address of the site, and the app that answers it."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            view = getattr(entry.callback, "view_class", entry.callback)
            yield f"{prefix}{entry.name}", view.__module__.partition(".")[0]
        else:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from apps_of_addresses(entry, inner)


def templates() -> Iterator[tuple[str, str]]:
    """The app and the text of each template that belongs to one."""
    for app in APPS:
        for folder in (ROOT / "templates" / app, ROOT / app):
            for file in folder.rglob("*.html"):
                yield app, file.read_text()


def named_in(text, addresses) -> Iterator[tuple[str, str]]:
    """The app of each address and template that a template names, and what it names."""
    for tag, name in NAMED.findall(text):
        app = addresses.get(name, "") if tag == "url" else name.partition("/")[0]
        if app in APPS:
            yield app, name


@pytest.fixture(scope="module")
def addresses():
    return dict(apps_of_addresses())


def test_a_template_names_what_stands_before_it_alone(addresses):
    arrows = [(app, *named) for app, text in templates() for named in named_in(text, addresses)]
    assert {app for app, _named, _name in arrows} == set(APPS)
    wrong = [
        (app, named, name)
        for app, named, name in arrows
        if APPS.index(named) > APPS.index(app) and name != HOME
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "app"),
    [
        ("{% url 'certificates:verify' %}", "certificates"),
        ('{% url "transcript" as there %}', "lms"),
        ('{% include "practice/_returns_due.html" with due=due only %}', "practice"),
        ('{% extends "courses/page.html" %}', "courses"),
    ],
)
def test_what_a_template_names_is_noticed(addresses, text, app):
    [(named, _name)] = named_in(text, addresses)
    assert named == app
