"""A sign of life of what runs in the background: a file it touches, which /readyz looks at."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

BEAT_SECONDS = 20
WORKER = "worker"
SCHEDULER = "scheduler"


def heartbeat_file(part: str = WORKER) -> Path:
    return settings.VAR_DIR / f"{part}.heartbeat"


def start_beating(part: str = WORKER) -> None:
    """Touch the file every 20 seconds for as long as this process lives."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=beat, args=(part,), name="heartbeat", daemon=True).start()


def beat(part: str = WORKER) -> None:
    never = threading.Event()
    while True:
        heartbeat_file(part).touch()
        never.wait(BEAT_SECONDS)


def last_beat(part: str = WORKER) -> datetime | None:
    """When such a part was last known to be alive; None where none ever was."""
    try:
        return datetime.fromtimestamp(heartbeat_file(part).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
