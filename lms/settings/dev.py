"""For a developer's own machine: the demonstration with tracebacks, and nothing else looser."""

import os

os.environ.setdefault("BASE_URL", "http://127.0.0.1:8000")
os.environ.setdefault("DEMONSTRATION", "1")
# Known to everyone who has the code, and so good for nothing else.
os.environ.setdefault("SECRET_KEY", "for-developing-only-" + "abcdefghijklmnopqrstuvwxyz" * 2)

from .base import *  # noqa: F403
from .base import CACHES, STORAGES

DEBUG = True
CACHES = {**CACHES, "content": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
