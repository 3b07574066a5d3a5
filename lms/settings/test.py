"""For the test suite: production, made quick and kept from the network."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("BASE_URL", "http://127.0.0.1:8000")
os.environ.setdefault("SECRET_KEY", "for-testing-only-" + "abcdefghijklmnopqrstuvwxyz" * 2)
os.environ.setdefault("EMAIL_URL", "memorymail://")
if "VAR_DIR" not in os.environ:
    # The first process of a run makes it, and takes it away.
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="peerwork-test-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
if os.environ.get("PYTEST_XDIST_WORKER", "") not in {"", os.path.basename(os.environ["VAR_DIR"])}:
    # Each process of pytest-xdist has a folder of its own in it, so that none counts the files
    # of another. What such a process starts has the same folder as it.
    os.environ["VAR_DIR"] = os.path.join(os.environ["VAR_DIR"], os.environ["PYTEST_XDIST_WORKER"])

from .base import *  # noqa: F403
from .base import DATABASES, STATIC_ROOT, STORAGES, VAR_DIR

# Two threads of one test need the same database, which an in-memory one is not.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CERTIFICATES_RENDERED_APART = False  # its own tests turn it on: the rest need not wait for it
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
