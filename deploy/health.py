"""Is the site up, and is it well? For the machine that watches it, and for nobody else.

`/livez` says that the process answers: it touches nothing, so a full disk or a lost database
does not get a healthy process killed. `/readyz` looks at each part, writes nothing, and says
which is not well; 503 means "send no one here until it is".
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_tasks_db.models import DBTaskResult

from deploy.heartbeat import last_beat
from deploy.upgrading import OtherDatabase, is_migrated

GetResponse = Callable[[HttpRequest], HttpResponse]

WELL = "ok"
LONGEST_SILENCE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=10)
MOST_SKEW = timedelta(seconds=2)
LEAST_FREE = 0.10
CACHE_KEY = "readyz"
CACHE_SECONDS = 10
# A proxy on this machine also comes from loopback, and speaks for anybody.
SENT_BY_A_PROXY = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class HealthMiddleware:
    """Answers the machine that watches the site, by whatever name it calls us.

    It asks by address, from inside, where the host names and the https of visitors do not hold.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = VIEWS.get(request.path, self.get_response)
        return view(request)


def livez(request: HttpRequest) -> HttpResponse:
    return plain(HttpResponse("ok", content_type="text/plain; charset=utf-8"))


def readyz(request: HttpRequest) -> HttpResponse:
    if not may_ask(request):
        raise Http404
    parts = readiness(at=timezone.now())
    ready = all(state == WELL for state in parts.values())
    return plain(JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503))


VIEWS = {"/livez": livez, "/readyz": readyz}


def plain(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def may_ask(request: HttpRequest) -> bool:
    """Whether this is somebody on this machine, or with the token; a proxy's visitors are not."""
    token = settings.READYZ_TOKEN
    credentials = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and constant_time_compare(credentials, token):
        return True
    if any(header in request.META for header in SENT_BY_A_PROXY):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def readiness(*, at: datetime) -> dict[str, str]:
    """Each part of the site: "ok", or what is wrong with it."""
    parts = {"database": database(), "disk": disk()}
    if parts["database"] == WELL:
        parts["clock"] = clock()
        parts["migrations"] = migrations()
    migrated = parts.get("migrations") == WELL
    if migrated and "database" in settings.TASKS["default"]["BACKEND"].lower():
        parts["worker"] = worker(at=at)
        parts["tasks"] = tasks(at=at)
    if migrated or not cache_is_in_database():
        parts["cache"] = shared_cache()
    return parts


def database() -> str:
    """Whether it answers and would take a write. Nothing is written to find out."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SHOW transaction_read_only")
                return WELL if cursor.fetchone() == ("off",) else "is read-only"
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError as error:
        return f"does not answer ({type(error).__name__})"
    file = str(settings.DATABASES["default"]["NAME"])
    if not os.access(file, os.W_OK) or not os.access(os.path.dirname(file) or ".", os.W_OK):
        return "cannot be written: check who owns the file and its folder"
    return WELL


def clock() -> str:
    """Whether this machine and the database agree on the time, by which deadlines are judged."""
    if connection.vendor != "postgresql":
        return WELL
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        database_time = cursor.fetchone()[0]
    return clocks_agree(before, database_time, timezone.now())


def clocks_agree(before: datetime, database_time: datetime, after: datetime) -> str:
    """Whether a database's time lies between two of ours, give or take two seconds."""
    if before - MOST_SKEW <= database_time <= after + MOST_SKEW:
        return WELL
    apart = abs((database_time - after).total_seconds())
    return f"is {apart:.0f} seconds apart from the database's: let both follow one time server"


def cache_is_in_database() -> bool:
    return settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")


def shared_cache() -> str:
    """Whether it answers; and takes a write, where that is not a write to the database."""
    try:
        if cache_is_in_database():
            cache.get(CACHE_KEY)
            return WELL
        if hasattr(cache, "ask_redis_itself"):
            is_well = cache.ask_redis_itself(CACHE_KEY, WELL, CACHE_SECONDS)
            return WELL if is_well else "forgets what it was given"
        cache.set(CACHE_KEY, WELL, CACHE_SECONDS)
        return WELL if cache.get(CACHE_KEY) == WELL else "forgets what it was given"
    except Exception as error:  # each kind of cache has its own
        return f"does not answer ({type(error).__name__})"


_seen_migrated = False


def migrations() -> str:
    """Looked up until they are all there; they do not go away while this process lives."""
    global _seen_migrated
    try:
        _seen_migrated = _seen_migrated or is_migrated()
    except OtherDatabase:
        return "the database is of another version than this code"
    return WELL if _seen_migrated else "some are not applied: run manage.py upgrade"


def worker(*, at: datetime) -> str:
    beat = last_beat()
    if beat is None:
        return "has never run: start manage.py db_worker"
    silent = at - beat
    return WELL if silent < LONGEST_SILENCE else f"silent for {minutes(silent)} minutes"


def tasks(*, at: datetime) -> str:
    oldest = DBTaskResult.objects.ready().order_by("enqueued_at").first()
    if oldest is None:
        return WELL
    # One that was not put off has the last day there is as its time to run.
    waited = at - (oldest.enqueued_at if oldest.run_after > at else oldest.run_after)
    return WELL if waited < LONGEST_WAIT else f"the oldest has waited {minutes(waited)} minutes"


def disk() -> str:
    space = shutil.disk_usage(settings.VAR_DIR)
    free = space.free / space.total
    return WELL if free > LEAST_FREE else f"only {free:.0%} is free"


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
