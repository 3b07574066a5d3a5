"""Many clients of one running site, released at one moment."""

from __future__ import annotations

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

TOKEN = "c" * 32  # a form's token and its cookie are the same secret

SIGN_IN = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from people.signed_in import SessionStore
from people.models import User

def session_of(email):
    user = User.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
"""


@dataclass(frozen=True)
class Reply:
    status: int
    location: str
    body: str


@dataclass(frozen=True)
class Client:
    """Someone with a browser: a session, and forms that carry their token."""

    port: int
    session: str = ""

    def post(self, path: str, **fields: Any) -> Reply:
        return self._send(
            "POST", path, urlencode({"csrfmiddlewaretoken": TOKEN, **fields}, doseq=True)
        )

    def get(self, path: str) -> Reply:
        return self._send("GET", path, "")

    def _send(self, method: str, path: str, body: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        headers = {
            "Cookie": f"csrftoken={TOKEN}" + (f"; sessionid={self.session}" if self.session else "")
        }
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            return Reply(
                response.status, response.headers.get("Location", ""), response.read().decode()
            )
        finally:
            connection.close()


def all_at_once(calls: list[Any]) -> list[Any]:
    """What each call gave, all released by one barrier."""
    barrier = threading.Barrier(len(calls))

    def released(call: Any) -> Any:
        barrier.wait(timeout=60)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(released, calls))
