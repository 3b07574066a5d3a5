"""The web server: `gunicorn -c deploy/gunicorn.conf.py lms.wsgi:application`.

PORT (8000), LISTEN_ON (127.0.0.1), WEB_WORKERS (2) and WEB_THREADS (4) are read. Whoever sends
or reads slowly is the proxy's work: see docs/operators.md.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.urls import get_resolver

from deploy import environment, ownership, running, upgrading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
try:
    host, port = environment.listening_host(), environment.port()
    workers = environment.whole_number("WEB_WORKERS", 2)
    threads = environment.whole_number("WEB_THREADS", 4)
    ownership.insist_on_the_sites_own_folder(Path(environment.__file__).parents[1])
    settings.configured or settings.DEBUG  # noqa: B018  reads the settings, and so checks them
except (
    environment.UnreadableSetting,
    ownership.WrongAccount,
    ImproperlyConfigured,
) as reason:
    sys.exit(f"Peerwork cannot start. {reason}")

bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
worker_class = "gthread"
# Django is loaded once and the web processes are forked from it: they share its memory.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
# As Django's LOGGING has it. A warning about a request that cannot be read would repeat it.
loglevel = "error"
control_socket_disable = True
# Who sent a request, and by which scheme, is for Django's settings to say.
forwarded_allow_ips = ""
proc_name = "peerwork"
if os.path.isdir("/dev/shm"):  # noqa: S108  memory: a slow disk must not look like a hang
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def on_starting(server: Any) -> None:
    """Refuse a database or static files that are older or newer than this code."""
    try:
        running.take_part("web server")
        upgrading.insist_on_being_up_to_date()
    except (upgrading.CannotServe, running.InUse) as reason:
        sys.exit(f"Peerwork cannot start. {reason}")
    finally:
        # A connection must not be shared with the processes that are forked from this one.
        connections.close_all()
    if environment.proxy_is_missing(settings.TRUSTED_PROXIES):
        logging.getLogger("deploy").warning(environment.NO_PROXY)
    get_resolver().url_patterns  # noqa: B018  reading it loads every view, once for all processes
    gc.collect()
    gc.freeze()
    # A page makes some ten thousand objects and leaves hardly a circle among them. With Python's
    # own threshold of 700, it is searched for them a dozen times.
    gc.set_threshold(10_000, 20, 50)
