"""Redis gone is slower and never down: every page answers, an answer is saved, limits hold."""

from __future__ import annotations

import shutil
import subprocess
import time

import pytest
from django.core.cache import caches

from people import shared_cache
from people.shared_cache import RedisCache
from tests import make
from tests.servers import free_port
from tests.site.clients import Client, all_at_once
from tests.site.test_races import LEARNER

REDIS = shutil.which("redis-server") or shutil.which("valkey-server") or ""

PAGES = ["/", "/courses/", "/verify/", "/help/", "/search/?q=listening", "/accounts/login/"]
OWN_PAGES = ["/learn/", "/accounts/profile/", *PAGES[:5]]


class Redis:
    """A Redis of one test."""

    def __init__(self, folder):
        assert REDIS, "Redis is not installed. On Debian: apt-get install -y redis-server"
        self.folder, self.port = folder, free_port()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [
                REDIS,
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                str(self.folder),
            ],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while b"PONG" not in self.ping():
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def ping(self):
        done = subprocess.run(
            ["redis-cli", "-p", str(self.port), "ping"], capture_output=True, check=False
        )
        return done.stdout

    def stop(self):
        self.process.kill()
        self.process.wait()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def redis_cache(settings, redis, db):
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "people.shared_cache.RedisCache", "LOCATION": redis.url},
    }
    RedisCache.ask_again_at = 0.0
    yield caches["default"]
    RedisCache.ask_again_at = 0.0


def test_the_database_counts_while_redis_is_away_and_redis_again_when_it_is_back(
    redis_cache, redis, monkeypatch, caplog
):
    redis_cache.set("count", 1, 60)
    assert redis_cache.incr("count") == 2
    redis.stop()
    assert redis_cache.get("count") is None
    assert "Redis does not answer" in caplog.text
    assert redis_cache.add("count", 1, 60)
    assert not redis_cache.add("count", 1, 60)
    assert redis_cache.incr("count") == 2
    redis_cache.set_many({"a": 1, "b": 2})
    assert redis_cache.get_many(["a", "b"]) == {"a": 1, "b": 2}
    redis_cache.delete("a")
    assert redis_cache.has_key("b")
    assert not redis_cache.has_key("a")
    redis.start()
    RedisCache.ask_again_at = 0.0
    assert redis_cache.get("count") is None
    redis_cache.set("count", 7, 60)
    assert redis_cache.get("count") == 7


def test_a_limit_is_never_open_because_redis_is_gone(redis_cache, redis, client):
    redis.stop()
    ada = make.user("ada@peerwork.example")
    for n in range(5):
        client.post("/accounts/login/", {"login": ada.email, "password": f"no-{n}"})
    client.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    assert "_auth_user_id" not in client.session


def test_readyz_says_that_redis_is_gone(redis_cache, redis, client):
    assert client.get("/readyz").json()["parts"]["cache"] == "ok"
    redis.stop()
    assert client.get("/readyz").json()["parts"]["cache"].startswith("does not answer")


def test_sessions_are_in_the_database_whatever_counts(settings):
    assert settings.SESSION_ENGINE == "people.signed_in"
    text = (settings.BASE_DIR / "lms" / "settings" / "base.py").read_text()
    assert "cached_db" not in text
    assert shared_cache.SECONDS_LEFT_ALONE == 10


@pytest.mark.race
def test_redis_stopped_under_load_stops_nobody(fresh_site_server, redis):
    """Visitors and a learner walk on while it goes; an answer is saved and somebody signs in."""
    server = fresh_site_server
    server.env["CACHE_URL"] = redis.url
    server.restart()
    email = "walks@peerwork.example"
    attempt = server.ask(
        LEARNER
        + """
attempt = open_quiz(learner(arguments[0]))
item = next(i for i in attempt.paper.items if i.kind in {"single_choice", "true_false"})
answer = {"id": attempt.pk, "field": item.field_name, "option": item.options[0].id,
          "key": session_of(arguments[0])}
""",
        email,
    )
    learner = Client(server.port, attempt["key"])
    sitting = f"/quizzes/{attempt['id']}/"
    spent, refused = [], []

    def walk(number):
        client, pages = (
            (learner, [*OWN_PAGES, sitting])
            if number % 2
            else (
                Client(server.port),
                PAGES,
            )
        )
        for turn in range(6):
            if number == 0 and turn == 2:
                redis.stop()
            for page in pages:
                started = time.monotonic()
                reply = client.get(page)
                spent.append(time.monotonic() - started)
                if reply.status >= 400:
                    refused.append((page, reply.status))

    all_at_once([lambda number=number: walk(number) for number in range(4)])
    assert refused == []
    assert sorted(spent)[int(len(spent) * 0.95)] < 1
    saved = learner.post(f"{sitting}save/", base=0, **{attempt["field"]: attempt["option"]})
    assert saved.status < 400
    stored = "answer = ResponseStep.objects.filter(item__attempt=arguments[0]).count()"
    assert server.ask(LEARNER + stored, attempt["id"]) == 1
    wrong = Client(server.port).post("/accounts/login/", login=email, password="not-this-one")
    assert wrong.status == 200
    assert "many times" not in wrong.body
