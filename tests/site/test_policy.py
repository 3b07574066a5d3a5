"""The content security policy, word by word: what a page may load, and what it never may (X03)."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import make

pytestmark = pytest.mark.django_db

OPEN_PAGES = [
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/courses/",
    "/help/",
    "/learn/",
    "/search/?q=tea",
    "/verify/",
    "/verify/PSW-2222-2222-2222/",
    "/no/such/page/",
]
LOOSE = {"'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "'strict-dynamic'", "*"}
SCHEMES = {"data:", "blob:", "http:", "https:", "filesystem:"}
NOTHING_BUT_OURS = {"'self'", "'none'"}


def policy_of(response) -> dict[str, set[str]]:
    """Each directive of an answer's policy, and what it lets in."""
    directives = {}
    for directive in response.headers["Content-Security-Policy"].split(";"):
        name, *sources = directive.split()
        assert name not in directives, f"{name} is said twice, and a browser reads the first"
        directives[name] = set(sources)
    return directives


def script_sources(policy: dict[str, set[str]]) -> set[str]:
    """All that may become a script, by whichever directive a browser looks at."""
    names = ("script-src", "script-src-elem", "script-src-attr", "worker-src", "object-src")
    return set().union(*(policy.get(name, policy["default-src"]) for name in names))


@pytest.mark.parametrize("address", OPEN_PAGES)
def test_no_page_lets_in_an_inline_script_or_a_foreign_one(client, address):
    make.catalogue()
    policy = policy_of(client.get(address, follow=True))
    assert script_sources(policy) <= NOTHING_BUT_OURS
    assert policy["default-src"] == {"'none'"}
    assert policy["base-uri"] == {"'none'"}
    assert policy["frame-ancestors"] == {"'none'"}
    assert policy["form-action"] == {"'self'"}
    assert policy["style-src"] == {"'self'"}
    for name, sources in policy.items():
        assert not sources & LOOSE, f"{name} lets in {sources & LOOSE}"
        assert not {each for each in sources if "." in each}, f"{name} names another host"


def test_pictures_alone_may_be_within_a_page(client):
    policy = policy_of(client.get("/accounts/login/"))
    with_schemes = {name for name, sources in policy.items() if sources & SCHEMES}
    assert with_schemes == {"img-src"}
    assert policy["img-src"] == {"'self'", "data:"}


@pytest.mark.parametrize("address", ["/learn/", "/accounts/profile/", "/accounts/close/"])
def test_whoever_is_signed_in_has_the_same_policy(client, address):
    visitor = policy_of(Client().get("/accounts/login/"))
    client.force_login(make.user())
    assert policy_of(client.get(address)) == visitor


def test_an_error_page_has_the_same_policy(client):
    good = policy_of(client.get("/accounts/login/"))
    for answer in (
        client.get("/no/such/page/"),
        client.post("/learn/"),
        client.get("/learn/%00"),
        client.post("/accounts/login/", b"x" * 2_000_000, content_type="text/plain"),
    ):
        assert answer.status_code >= 300
        assert policy_of(answer) == good


def test_the_staff_pages_let_in_an_element_and_never_a_handler_or_a_word(client, settings):
    """What Wagtail's date and page choosers write is an element; nothing needs more."""
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.user(is_superuser=True))
    policy = policy_of(client.get("/admin/"))
    assert policy["script-src-elem"] == {"'self'", "'unsafe-inline'"}
    assert policy["script-src"] == {"'self'"}
    assert policy["style-src"] == {"'self'"}
    assert policy["default-src"] == {"'none'"}
    assert policy["frame-ancestors"] == {"'none'"}
    assert "'unsafe-eval'" not in script_sources(policy)
    assert not [each for sources in policy.values() for each in sources if "." in each]


@pytest.mark.parametrize("address", ["/", "/learn/", "/verify/", "/no/such/page/"])
def test_every_answer_says_what_else_a_browser_must_not_do(client, address):
    make.catalogue()
    answer = client.get(address)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    for sense in ("camera", "microphone", "geolocation"):
        assert f"{sense}=()" in answer.headers["Permissions-Policy"]
