"""What `/readyz` says in words, in numbers: `/metrics`, in the text form that Prometheus reads.

Every number is worked out when it is asked for, from the records and the disk, so all processes give
the same. Alarms on them are in deploy/prometheus/alarms.yml; docs/operators.md says what each means.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from certificates.models import SealKey
from certificates.sealing import due
from deploy import health, verifying_log
from deploy.backups import store
from deploy.checking_files import last_check
from deploy.heartbeat import SCHEDULER, WORKER, last_beat
from lms import __version__


def metrics(request: HttpRequest) -> HttpResponse:
    if not health.may_ask(request):
        raise Http404
    content = generate_latest(measured(at=timezone.now()))
    return health.plain(HttpResponse(content, content_type=CONTENT_TYPE_PLAIN_0_0_4))


def measured(*, at: datetime) -> CollectorRegistry:
    """Every number, as it is now. One that cannot be had is left out, and its part is not well."""
    registry = CollectorRegistry()
    parts = health.readiness(at=at)
    gauge(registry, "info", "The version that runs.", version=__version__).set(1)
    up = health.state_of(parts) != "down"
    gauge(registry, "ready", "Whether people can be sent here: 1 or 0.").set(up)
    well = Gauge(
        "peerwork_part_well", "Whether a part is well: 1 or 0.", ["part"], registry=registry
    )
    for name, words in parts.items():
        well.labels(name).set(words == health.WELL)
    if parts.get("migrations") == health.WELL:
        with suppress(DatabaseError):
            measure_records(registry, at=at)
    measure_disk(registry, at=at)
    measure_log(registry, at=at)
    measure_backups(registry, at=at)
    return registry


def gauge(registry: CollectorRegistry, name: str, words: str, **labels: str) -> Gauge:
    """One number under its name, which begins with `peerwork_`."""
    made = Gauge(f"peerwork_{name}", words, list(labels), registry=registry)
    return made.labels(**labels) if labels else made


def measure_records(registry: CollectorRegistry, *, at: datetime) -> None:
    waiting = DBTaskResult.objects.ready().count()
    gauge(registry, "tasks_waiting", "Tasks that no worker has taken.").set(waiting)
    words = "How long the oldest task has waited, in seconds."
    gauge(registry, "oldest_task_seconds", words).set(health.longest_wait(at=at).total_seconds())
    words = "For how long the oldest letter is owed, in seconds."
    gauge(registry, "oldest_letter_seconds", words).set(health.longest_owed(at=at).total_seconds())
    words = "How long the oldest certificate has waited for its file, in seconds."
    unmade = health.longest_unmade(at=at).total_seconds()
    gauge(registry, "oldest_certificate_seconds", words).set(unmade)
    measure_keys(registry, at=at)


def measure_keys(registry: CollectorRegistry, *, at: datetime) -> None:
    rows = list(SealKey.objects.all())
    ends = Gauge(
        "peerwork_key_ends_seconds",
        "In how many seconds a key in use ends; below nought once it has.",
        ["key"],
        registry=registry,
    )
    for name, end in due.key_ends(rows).items():
        ends.labels(name).set((end - at).total_seconds())
    lists = Gauge(
        "peerwork_key_list_ends_seconds",
        "In how many seconds the list of what a key took back ends; below nought once it has.",
        ["key"],
        registry=registry,
    )
    for name, end in due.list_ends(rows, at=at).items():
        lists.labels(name).set((end - at).total_seconds())
    age = Gauge(
        "peerwork_key_age_seconds",
        "How old a key is that is rotated each year, in seconds.",
        ["key"],
        registry=registry,
    )
    for key in rows:
        if key.state == SealKey.State.ACTIVE and key.role in due.YEARLY:
            age.labels(key.name).set((at - key.made_at).total_seconds())
    signed_at = health.oldest_list()
    if signed_at is not None:
        words = "How long ago the lists of standings were signed, in seconds."
        gauge(registry, "standings_age_seconds", words).set((at - signed_at).total_seconds())


def measure_disk(registry: CollectorRegistry, *, at: datetime) -> None:
    silence = Gauge(
        "peerwork_silent_seconds",
        "How long since a part that runs in the background gave a sign of life.",
        ["part"],
        registry=registry,
    )
    for part in (WORKER, SCHEDULER):
        beat = last_beat(part)
        if beat is not None:
            silence.labels(part).set((at - beat).total_seconds())
    free = Gauge(
        "peerwork_disk_free_ratio",
        "How much of a disk is free, from 0 to 1.",
        ["folder"],
        registry=registry,
    )
    for name, folder in (("var", settings.VAR_DIR), ("backup", settings.BACKUP_DIR)):
        with suppress(OSError):
            if folder:
                free.labels(name).set(health.free_share(Path(folder)))
    last = last_check()
    if last is not None:
        words = "Stored files that are lost or damaged, by the last check_files."
        gauge(registry, "files_lost", words).set(last.lost)
        words = "Whether the last check found the SQLite file damaged: 1 or 0."
        gauge(registry, "database_damaged", words).set(bool(last.database))
        words = "How long ago the files were last checked, in seconds."
        gauge(registry, "files_check_age_seconds", words).set((at - last.at).total_seconds())


def measure_log(registry: CollectorRegistry, *, at: datetime) -> None:
    last = verifying_log.last_check()
    if last is not None:
        words = "What the last verify_log found wrong with the log of acts."
        gauge(registry, "log_faults", words).set(last.faults)
        words = "How many acts the log held when it was last checked."
        gauge(registry, "log_acts", words).set(last.head.number)
        words = "How long ago the log was last checked, in seconds."
        gauge(registry, "log_check_age_seconds", words).set((at - last.at).total_seconds())


def measure_backups(registry: CollectorRegistry, *, at: datetime) -> None:
    words = "Whether a backup is set up: 1 or 0."
    gauge(registry, "backup_set_up", words).set(store.is_set_up())
    if not store.is_set_up():
        return
    with suppress(OSError):
        age = health.backup_age(at=at)
        if age is not None:
            words = "How old the newest whole backup is, in seconds."
            gauge(registry, "backup_age_seconds", words).set(age.total_seconds())
