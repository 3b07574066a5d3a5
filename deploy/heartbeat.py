"""The background worker's sign of life: a file it touches, which /readyz looks at."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

BEAT_SECONDS = 20


def heartbeat_file() -> Path:
    return settings.VAR_DIR / "worker.heartbeat"


def start_beating() -> None:
    """Touch the file every 20 seconds for as long as this process lives."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=beat, name="heartbeat", daemon=True).start()


def beat() -> None:
    never = threading.Event()
    while True:
        heartbeat_file().touch()
        never.wait(BEAT_SECONDS)


def last_beat() -> datetime | None:
    """When a worker was last known to be alive; None where none ever was."""
    try:
        return datetime.fromtimestamp(heartbeat_file().stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
