"""What the tests of backups share: a site that makes some, and a key to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deploy.backups import sealing


def set_up(settings: Any, folder: Path) -> Path:
    """Let backups be made into a folder; where the key to them is."""
    key_file = folder / "backups.key"
    settings.BACKUP_KEY = sealing.make_key(key_file)
    settings.BACKUP_DIR = str(folder / "backups")
    return key_file


def own_files(settings: Any, folder: Path) -> Path:
    """Let the site keep its files in folders of this test alone."""
    var = folder / "var"
    var.mkdir(exist_ok=True)
    settings.VAR_DIR = var
    settings.MEDIA_ROOT = str(var / "media")
    settings.STORAGES = settings.STORAGES | {
        "certificates": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": var / "certificates", "base_url": None},
        }
    }
    return var
