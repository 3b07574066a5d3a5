"""Where backups go, and the key that they are encrypted to."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from .environment import env

__all__ = ["BACKUP_DIR", "BACKUP_KEY"]

BACKUP_DIR = env("BACKUP_DIR", default="").strip()
# The public half of a key (age1…). The other half opens the backups, and is not on this machine.
BACKUP_KEY = env("BACKUP_KEY", default="").strip()
if bool(BACKUP_DIR) != bool(BACKUP_KEY):
    raise ImproperlyConfigured(
        "BACKUP_DIR and BACKUP_KEY belong together: set both, or neither. "
        "`manage.py backup --new-key FILE` makes a key."
    )
if BACKUP_DIR and not Path(BACKUP_DIR).is_absolute():
    raise ImproperlyConfigured("BACKUP_DIR must be a whole path, such as /backup/peerwork.")
