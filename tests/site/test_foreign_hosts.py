"""Nobody else learns who studies what: no page names another host, and the site asks none (A20)."""

from __future__ import annotations

import re
import socket

import pytest
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedUnsupportedProviderException
from wagtail.embeds.finders import get_finders

from courses.blocks.prose import PROSE, ProseBlock
from courses.models import LessonPage
from tests import make

pytestmark = pytest.mark.django_db

FILMS_ELSEWHERE = [
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://vimeo.com/76979871",
    "https://www.slideshare.net/haraldf/business-quotes-for-2011",
    "https://soundcloud.com/forss/flickermood",
    "http://127.0.0.1:1/oembed",
]
LOADED = re.compile(
    r"""<(?:img|script|iframe|link|source|video|audio|embed|object|track)\b[^>]*?"""
    r"""\b(?:src|srcset|href|data|poster)=["']((?:https?:)?//[^"'/]+)""",
    re.IGNORECASE,
)


@pytest.fixture
def no_network(monkeypatch):
    """Note every host that this process tries to reach, and let it reach none."""
    asked = []

    def refuse(wire, address):
        asked.append(address)
        raise OSError("the tests have no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return asked


@pytest.mark.parametrize("address", FILMS_ELSEWHERE)
def test_no_address_of_another_site_is_embedded_and_none_is_asked(no_network, address):
    with pytest.raises(EmbedUnsupportedProviderException):
        get_embed(address)
    assert no_network == []


def test_there_is_nobody_who_would_fetch_an_embed():
    assert [finder for finder in get_finders() if finder.accept(FILMS_ELSEWHERE[0])] == []


def test_no_block_of_a_lesson_and_no_prose_can_hold_an_embed():
    assert "embed" not in PROSE
    names = [*LessonPage._meta.get_field("body").stream_block.child_blocks]
    assert not [name for name in names if "embed" in name]
    markup = f'<embed embedtype="media" url="{FILMS_ELSEWHERE[0]}"/><p>Stay.</p>'
    block = ProseBlock()
    page = block.render(block.to_python(markup))
    assert "Stay." in page
    assert "youtube" not in page
    assert "<iframe" not in page


def loaded_from_elsewhere(page: str) -> list[str]:
    """The hosts that a page would have a browser ask, but for this one."""
    return [host for host in LOADED.findall(page) if "127.0.0.1:8000" not in host]


def test_what_a_page_would_load_from_elsewhere_is_seen():
    page = '<img src="//www.gravatar.com/avatar/1"><script src="https://cdn.example/a.js"></script>'
    assert loaded_from_elsewhere(page) == ["//www.gravatar.com", "https://cdn.example"]
    assert loaded_from_elsewhere('<a href="https://example.org">A link is no load.</a>') == []


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/account/",
        "/admin/pages/",
        "/admin/users/",
        "/admin/reports/site-history/",
    ],
)
def test_no_page_of_the_staff_names_another_host(client, settings, no_network, address):
    settings.STAFF_NEED_SECOND_FACTOR = False
    for _ in range(2):
        make.trainer_of()
    client.force_login(make.user(is_superuser=True))
    answer = client.get(address)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert loaded_from_elsewhere(page) == []
    assert "gravatar" not in page
    assert no_network == []


@pytest.mark.parametrize("address", ["/", "/courses/", "/help/", "/accounts/login/", "/verify/"])
def test_no_page_of_a_visitor_loads_from_another_host(client, no_network, address):
    make.catalogue()
    answer = client.get(address)
    assert answer.status_code == 200
    assert loaded_from_elsewhere(answer.content.decode()) == []
    assert no_network == []


def test_a_lesson_of_every_block_loads_nothing_from_elsewhere(client, no_network):
    body = [
        (name, block.get_preview_value())
        for name, block in LessonPage._meta.get_field("body").stream_block.child_blocks.items()
        if name in {"prose", "key_point", "quote", "do_dont", "steps", "scenario", "resources"}
    ]
    course = make.course(order="free")
    lesson = make.lesson(make.module(course), body=body)
    learner = make.user()
    make.enrolment(learner, course)
    client.force_login(learner)
    answer = client.get(lesson.url)
    assert answer.status_code == 200
    assert loaded_from_elsewhere(answer.content.decode()) == []
    assert no_network == []


def test_no_word_leaves_about_which_version_runs_here(settings):
    assert settings.WAGTAIL_ENABLE_UPDATE_CHECK is False
    assert settings.WAGTAIL_ENABLE_WHATS_NEW_BANNER is False
    assert settings.SECURE_REFERRER_POLICY == "same-origin"
