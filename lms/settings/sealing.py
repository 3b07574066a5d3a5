"""The seal of certificates: where its keys are, and who attests the time."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from .environment import env, on_or_off

__all__ = [
    "SEAL_KEYS_PASSPHRASE",
    "SEAL_KEY_STORE",
    "SEAL_SERVICE_CA",
    "SEAL_SERVICE_MOUNT",
    "SEAL_SERVICE_NAMESPACE",
    "SEAL_SERVICE_TOKEN",
    "SEAL_SERVICE_TOKEN_FILE",
    "SEAL_SERVICE_URL",
    "SEAL_TOKEN_LABEL",
    "SEAL_TOKEN_LIBRARY",
    "SEAL_TOKEN_PIN",
    "SIGNING_KEYS_IN_FOLDER",
    "TIMESTAMP_URL",
    "seal_keys_folder",
]


def words_of(name: str) -> str:
    return str(env(name, default="").strip())


def required(store: str, *alternatives: str) -> None:
    """Raises ImproperlyConfigured where none of some settings is there."""
    if not any(words_of(name) for name in alternatives):
        names = " or ".join(alternatives)
        raise ImproperlyConfigured(
            f"SEAL_KEY_STORE={store} needs {names}. docs/operators.md, The keys of the seal, says "
            "what it is."
        )


# Where private keys are: "folder", "token" (PKCS#11), "service" (the transit interface of Vault and
# OpenBao), or the path of a class of one's own.
SEAL_KEY_STORE = words_of("SEAL_KEY_STORE") or "folder"
SEAL_KEYS_PASSPHRASE = env("SEAL_KEYS_PASSPHRASE", default="")
# For a token or a service that knows P-256 alone: the keys of badges and receipts are in SEAL_KEYS.
SIGNING_KEYS_IN_FOLDER = on_or_off("SIGNING_KEYS_IN_FOLDER", False)

# The library of the token's maker, which token, and what opens it.
SEAL_TOKEN_LIBRARY = words_of("SEAL_TOKEN_LIBRARY")
SEAL_TOKEN_LABEL = words_of("SEAL_TOKEN_LABEL")
SEAL_TOKEN_PIN = words_of("SEAL_TOKEN_PIN")

SEAL_SERVICE_URL = words_of("SEAL_SERVICE_URL").rstrip("/")
SEAL_SERVICE_MOUNT = words_of("SEAL_SERVICE_MOUNT").strip("/") or "transit"
SEAL_SERVICE_NAMESPACE = words_of("SEAL_SERVICE_NAMESPACE")
# What the site shows the service: a token, or a file that an agent keeps a fresh one in.
SEAL_SERVICE_TOKEN = words_of("SEAL_SERVICE_TOKEN")
SEAL_SERVICE_TOKEN_FILE = words_of("SEAL_SERVICE_TOKEN_FILE")
# The authority that vouches for the service's certificate, where it is a private one.
SEAL_SERVICE_CA = words_of("SEAL_SERVICE_CA")

if SEAL_KEY_STORE == "token":
    for each in ("SEAL_TOKEN_LIBRARY", "SEAL_TOKEN_LABEL", "SEAL_TOKEN_PIN"):
        required("token", each)
if SEAL_KEY_STORE == "service":
    required("service", "SEAL_SERVICE_URL")
    required("service", "SEAL_SERVICE_TOKEN_FILE", "SEAL_SERVICE_TOKEN")
    if not SEAL_SERVICE_URL.startswith(
        ("https://", "http://127.0.0.1:", "http://localhost:", "http://[::1]:")
    ):
        raise ImproperlyConfigured(
            "SEAL_SERVICE_URL must begin with https://, such as https://vault.example.org:8200. Only "
            "an agent on this machine may be asked without encryption: http://127.0.0.1:8200."
        )

# An RFC 3161 service, such as https://freetsa.example/tsr; none, and seals have no such time.
TIMESTAMP_URL = words_of("TIMESTAMP_URL")
if TIMESTAMP_URL and not TIMESTAMP_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured(
        "TIMESTAMP_URL must be a whole address, such as https://tsa.example.org/."
    )


def seal_keys_folder(var: Path) -> Path:
    """SEAL_KEYS, or a folder of the site's own."""
    folder = Path(words_of("SEAL_KEYS") or var / "keys")
    if not folder.is_absolute():
        raise ImproperlyConfigured("SEAL_KEYS must be a whole path, such as /etc/peerwork/keys.")
    return folder
