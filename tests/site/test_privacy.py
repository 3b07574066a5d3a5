"""What is made for one person stays with them: caches, cookies and logs."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.urls import reverse

from deploy.logs import PrivateJsonFormatter
from people.models import User
from tests import make
from tests.site.addresses import filled, one_of_each

pytestmark = pytest.mark.django_db

# The same for everyone, whoever asks.
SHARED = {"accent", "favicon", "livez", "media", "metrics", "readyz", "robots", "security_txt"}
# Programs and lists for everybody, the same whoever asks.
SHARED |= {f"certificates:{name}" for name in ("jwks", "site_identity", "issuer_identity")}
SHARED |= {f"certificates:{name}" for name in ("issuer_profile", "achievement_json")}
SHARED |= {"certificates:achievement_picture", "certificates:status_list"}
SHARED |= {"certificates:daily_roots", "certificates:daily_root"}
SHARED |= {"offline_worker", "manifest", "certificates:pki_verify_script"}
# One fails on purpose; the other has the browser forget who was signed in.
NOT_LOOKED_AT = {"wagtailadmin_error_test", "wagtailadmin_logout"}


# Caches ------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", ["learner", "registrar"])
def test_what_a_signed_in_person_gets_is_kept_by_no_cache(actor, world, browser_of):
    browser = browser_of(actor)
    cacheable = {}
    for address in one_of_each():
        if address.name in SHARED | NOT_LOOKED_AT:
            continue
        response = browser.get(filled(address, world.real))
        if response.streaming:
            list(response.streaming_content)  # to the end, so that its file is closed
        policy = response.headers.get("Cache-Control", "")
        if (
            "no-store" not in policy
            or "public" in policy
            or (
                response.status_code == 200
                and not address.name.startswith("certificates:")
                and "private" not in policy
            )
        ):
            cacheable[str(address)] = policy
    assert not cacheable


def test_a_page_that_depends_on_who_asks_says_so(world, browser_of):
    for url in ("/", world.course.url, world.lesson.url):
        for actor in ("visitor", "learner"):
            vary = browser_of(actor).get(url).headers["Vary"]
            assert "Cookie" in vary, (actor, url)
            assert "Accept-Language" in vary, (actor, url)


# Cookies -----------------------------------------------------------------------------------


def public_urls(world):
    pages = (world.course, world.module, world.lesson, world.quiz_page, world.course.get_parent())
    number = world.credentials["learner"].number
    return [
        "/",
        *(page.url for page in pages),
        "/search/",
        "/search/?q=silence",
        "/verify/",
        f"/verify/{number}/",
        f"/C/{number}",
        "/verify/PSW-0000-0000-0000/",
        "/there-is-no-such-page/",
        "/accent.css",
        "/livez",
    ]


def test_a_visitor_who_reads_is_given_no_cookie_and_no_token(world, browser_of):
    browser = browser_of("visitor")
    for url in public_urls(world):
        response = browser.get(url)
        assert not response.cookies, url
        assert "csrfmiddlewaretoken" not in response.content.decode(), url


def test_two_visitors_are_shown_the_same_page(world, browser_of):
    for url in ("/", world.course.url, world.lesson.url, "/verify/"):
        first, second = (browser_of("visitor").get(url).content for _ in range(2))
        assert first == second, url


def test_a_visitor_is_sent_to_sign_in_without_a_cookie(world, browser_of):
    response = browser_of("visitor").get("/learn/")
    assert response.headers["Location"] == "/accounts/login/?next=/learn/"
    assert not response.cookies


# Logs --------------------------------------------------------------------------------------

CANARIES = {
    "name": "Xantippe Quorumbard",
    "email": "canary-xq7@peerwork.example",
    "typed email": "canary-typed-zz9@elsewhere.example",
    "password": "canary-password-7731",
    "search": "canary search about grief",
    "reflection": "canary reflection about my brother",
    "evidence": "canary evidence from the registrar",
    "query": "canary-in-the-query",
}


@pytest.fixture
def log_stream():
    """What the site would write to its log, with everything turned on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrivateJsonFormatter())
    root = logging.getLogger()
    level, root.level = root.level, logging.INFO
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def test_the_logs_never_hold_a_person_or_their_words(
    world, browser_of, log_stream, settings, client
):
    person = make.user(CANARIES["email"], full_name=CANARIES["name"])
    visitor, registrar = browser_of("visitor"), browser_of("registrar")
    browser_of("superuser").post(
        f"/admin/users/edit/{person.pk}/",
        {"email": person.email, "full_name": f"{person.full_name} II", "language": "en"},
    )
    sign_in = {"login": CANARIES["email"], "password": CANARIES["password"]}
    visitor.post("/accounts/login/", sign_in)
    visitor.post("/accounts/login/", {**sign_in, "password": make.PASSWORD})
    browser_of("visitor").post(
        "/accounts/signup/",
        {
            "email": CANARIES["typed email"],
            "password1": CANARIES["password"],
            "full_name": CANARIES["name"],
        },
    )
    client.post("/accounts/password/reset/", {"email": CANARIES["email"]})
    client.force_login(person)
    client.post(reverse("courses:enrol"), {"course": world.course.pk})
    client.post(
        reverse("courses:save_reflection"),
        {
            "lesson": world.lesson.pk,
            "block": world.lesson.body[1].id,
            f"text-{world.lesson.body[1].id}": CANARIES["reflection"],
        },
    )
    client.get("/search/", {"q": CANARIES["search"]})
    client.get(f"/{CANARIES['query']}/", {"q": CANARIES["query"]})
    client.get("/verify/", {"number": CANARIES["query"]})
    client.post("/learn/enrol/", {"course": CANARIES["query"]})
    client.get(f"/admin/?q={CANARIES['query']}")
    browser_of("visitor", enforce_csrf_checks=True).post("/accounts/login/", sign_in)
    client.get("/", headers={"Host": f"{CANARIES['query']}.example"})
    registrar.post(
        "/admin/credentials/issue/",
        {
            "award": world.award.pk,
            "email": CANARIES["email"],
            "evidence": CANARIES["evidence"],
            "confirmed": "1",
        },
    )
    lines = log_stream.getvalue()
    assert [json.loads(line) for line in lines.splitlines()]
    leaks = {name: words for name, words in CANARIES.items() if words.lower() in lines.lower()}
    assert not leaks


def test_a_fault_is_logged_by_where_it_was_and_not_by_what_it_held(log_stream):
    try:
        User.objects.get(email=CANARIES["email"], full_name=CANARIES["name"])
        raise AssertionError("nobody has this name")
    except User.DoesNotExist:
        pass
    try:
        raise ValueError(f"could not write to {CANARIES['email']}")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/learn/")
    line = log_stream.getvalue()
    assert "test_privacy.py" in line
    assert CANARIES["email"] not in line
