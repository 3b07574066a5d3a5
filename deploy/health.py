"""Is the site up, and is it well? For the machine that watches it, and for nobody else.

`/livez` says that the process answers: it touches nothing, so a full disk or a lost database
does not get a healthy process killed. `/readyz` looks at each part, writes nothing, and says
which is not well. It tells *down* from *degraded*: 503 means that people cannot do what they came
for, or that what they do is not followed up; without the cache, say, all of it works, and slower.
`/metrics` says the same in numbers: see metrics.py.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_tasks_db.models import DBTaskResult

from certificates.models import Credential, SealKey, StatusList
from certificates.sealing import due
from deploy import verifying_log
from deploy.backups import store
from deploy.checking_files import last_check
from deploy.heartbeat import SCHEDULER, last_beat
from deploy.upgrading import OtherDatabase, is_migrated
from lms.owed_letters import oldest_owed_letter

WELL = "ok"
LONGEST_SILENCE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=10)
MOST_SKEW = timedelta(seconds=2)
LONGEST_OWED = timedelta(hours=1)
LONGEST_UNMADE = timedelta(hours=1)
OLDEST_LIST = timedelta(days=1)
OLDEST_BACKUP = timedelta(hours=25)
OLDEST_CHECK = timedelta(days=3)
LEAST_FREE = 0.10
WARN_BELOW = 0.20
CACHE_KEY = "readyz"
CACHE_SECONDS = 10
# A proxy on this machine also comes from loopback, and speaks for anybody.
DOWN = frozenset({"database", "migrations", "worker", "scheduler", "tasks", "disk"})
"""The parts without which the site is down. Any other that is not well leaves it degraded."""
SENT_BY_A_PROXY = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def livez(request: HttpRequest) -> HttpResponse:
    return plain(HttpResponse("ok", content_type="text/plain; charset=utf-8"))


def readyz(request: HttpRequest) -> HttpResponse:
    if not may_ask(request):
        raise Http404
    parts = readiness(at=timezone.now())
    state = state_of(parts)
    # For a monitor that looks at nothing but the status: `/readyz?strict`.
    refused = {"down", "degraded"} if "strict" in request.GET else {"down"}
    answer = {"ready": state != "down", "state": state, "parts": parts}
    return plain(JsonResponse(answer, status=503 if state in refused else 200))


def state_of(parts: dict[str, str]) -> str:
    """ "well", "degraded" or "down"."""
    unwell = {name for name, words in parts.items() if words != WELL}
    if unwell & DOWN:
        return "down"
    return "degraded" if unwell else "well"


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
    parts = {"database": database(), "disk": disk(), "room": room()}
    if parts["database"] == WELL:
        parts["clock"] = clock()
        parts["migrations"] = migrations()
    migrated = parts.get("migrations") == WELL
    if migrated and "database" in settings.TASKS["default"]["BACKEND"].lower():
        parts["worker"] = worker(at=at)
        parts["tasks"] = tasks(at=at)
    if migrated:
        parts["mail"] = mail(at=at)
        parts["certificates"] = certificates(at=at)
        parts["keys"] = keys(at=at)
    if migrated or not cache_is_in_database():
        parts["cache"] = shared_cache()
    return parts | on_disk(at=at)


def on_disk(*, at: datetime) -> dict[str, str]:
    """The parts that are seen without the database."""
    parts = {"files": files(at=at), "log": log(at=at)}
    if last_beat(SCHEDULER) is not None:  # cron may run what is due instead
        parts["scheduler"] = scheduler(at=at)
    if store.is_set_up():
        parts["backup"] = backup(at=at)
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


def scheduler(*, at: datetime) -> str:
    silent = at - (last_beat(SCHEDULER) or at)
    return WELL if silent < LONGEST_SILENCE else f"silent for {minutes(silent)} minutes"


def tasks(*, at: datetime) -> str:
    waited = longest_wait(at=at)
    return WELL if waited < LONGEST_WAIT else f"the oldest has waited {minutes(waited)} minutes"


def longest_wait(*, at: datetime) -> timedelta:
    """How long the oldest task has waited for a worker; nothing where none waits."""
    oldest = DBTaskResult.objects.ready().order_by("enqueued_at").first()
    if oldest is None:
        return timedelta()
    # One that was not put off has the last day there is as its time to run.
    return at - (oldest.enqueued_at if oldest.run_after > at else oldest.run_after)


def mail(*, at: datetime) -> str:
    """Whether letters go out: by how long the oldest is owed. No mail server is asked."""
    owed = longest_owed(at=at)
    return WELL if owed < LONGEST_OWED else f"the oldest letter is owed for {minutes(owed)} minutes"


def longest_owed(*, at: datetime) -> timedelta:
    """For how long the oldest letter is owed; nothing where none is."""
    since = oldest_owed_letter()
    return timedelta() if since is None else max(at - since, timedelta())


def certificates(*, at: datetime) -> str:
    """Whether what was issued gets its file: by how long the oldest has waited. A key of the seal
    that is out of reach is seen here, as no web process has it."""
    waited = longest_unmade(at=at)
    if waited < LONGEST_UNMADE:
        return WELL
    return f"the oldest waits for its file for {minutes(waited)} minutes: the worker's log says why"


def longest_unmade(*, at: datetime) -> timedelta:
    """How long the oldest certificate has waited for its file; nothing where none waits."""
    waiting = Credential.objects.to_prepare().filter(pdf="", issued_at__lte=at)
    since = waiting.order_by("issued_at").values_list("issued_at", flat=True).first()
    return timedelta() if since is None else at - since


def keys(*, at: datetime) -> str:
    """Whether no key of ours, and no list that is signed with one, ends soon or has ended."""
    alarms = due.alarms(list(SealKey.objects.all()), at=at)
    if alarms:
        return f"{'; '.join(alarms)}: see manage.py seal_keys status"
    signed_at = oldest_list()
    if signed_at is None or at - signed_at < OLDEST_LIST:
        return WELL
    hours = minutes(at - signed_at) // 60
    return f"a list of standings was last signed {hours} hours ago: the worker's log says why"


def oldest_list() -> datetime | None:
    """When the list of standings was signed that was not signed for longest."""
    return StatusList.objects.aggregate(oldest=Min("signed_at"))["oldest"]


def backup(*, at: datetime) -> str:
    try:
        age = backup_age(at=at)
    except OSError as error:
        return f"its folder cannot be read ({type(error).__name__})"
    if age is None:
        return "none was made yet"
    return WELL if age < OLDEST_BACKUP else f"the newest is {minutes(age) // 60} hours old"


def backup_age(*, at: datetime) -> timedelta | None:
    """How old the newest whole backup is; None where there is none.

    Raises OSError where the folder of backups cannot be read, such as when its disk is away.
    """
    folder = store.backup_folder()
    os.listdir(folder)
    newest = store.newest(folder)
    return None if newest is None else at - newest.made_at


def files(*, at: datetime) -> str:
    """What the daily `check_files` found. Nothing is read again here."""
    last = last_check()
    if last is None:
        return "never checked: the scheduler does it, or manage.py check_files"
    if last.database:
        return "the database file is damaged: see When it breaks in docs/operators.md"
    if last.lost:
        return f"{last.lost} are lost or damaged: run manage.py check_files"
    checked = at - last.at
    return WELL if checked < OLDEST_CHECK else f"not checked for {checked.days} days"


def log(*, at: datetime) -> str:
    """What the daily `verify_log` found of the log of acts. Nothing is read again here."""
    last = verifying_log.last_check()
    if last is None:
        return "never checked: the scheduler does it, or manage.py verify_log"
    if last.faults:
        return f"{last.faults} faults: run manage.py verify_log"
    checked = at - last.at
    return WELL if checked < OLDEST_CHECK else f"not checked for {checked.days} days"


def disk() -> str:
    free = free_share(settings.VAR_DIR)
    return WELL if free > LEAST_FREE else f"only {free:.0%} is free"


def room() -> str:
    """Whether there is time to make room before the disk is called full."""
    free = free_share(settings.VAR_DIR)
    words = f"only {free:.0%} is free: make room before it is {LEAST_FREE:.0%}"
    return WELL if free >= WARN_BELOW else words


def free_share(folder: Path) -> float:
    space = shutil.disk_usage(folder)
    return space.free / space.total


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
