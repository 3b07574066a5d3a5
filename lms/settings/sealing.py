"""The seal of certificates: where its keys are, and who attests the time."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from .environment import env

__all__ = ["SEAL_KEYS_PASSPHRASE", "SEAL_KEY_STORE", "TIMESTAMP_URL", "seal_keys_folder"]

# The class that holds private keys: one that speaks to a PKCS#11 token or a key service, too.
SEAL_KEY_STORE = (
    env("SEAL_KEY_STORE", default="").strip() or "certificates.sealing.stores.FolderKeyStore"
)
SEAL_KEYS_PASSPHRASE = env("SEAL_KEYS_PASSPHRASE", default="")
# An RFC 3161 service, such as https://freetsa.example/tsr; none, and seals have no such time.
TIMESTAMP_URL = env("TIMESTAMP_URL", default="").strip()
if TIMESTAMP_URL and not TIMESTAMP_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured(
        "TIMESTAMP_URL must be a whole address, such as https://tsa.example.org/."
    )


def seal_keys_folder(var: Path) -> Path:
    """SEAL_KEYS, or a folder of the site's own."""
    folder = Path(env("SEAL_KEYS", default="").strip() or var / "keys")
    if not folder.is_absolute():
        raise ImproperlyConfigured("SEAL_KEYS must be a whole path, such as /etc/peerwork/keys.")
    return folder
