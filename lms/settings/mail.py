"""How letters leave: by which server, encrypted, and how many at most."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from .environment import env, read_setting, whole_number

IN_THE_CLEAR = "letters may be read on the way"


def mail_server() -> dict[str, Any]:
    url = env("EMAIL_URL", default="").strip() or "consolemail://"
    chosen: dict[str, Any] = env.email_url_config(url)
    if chosen["EMAIL_BACKEND"].endswith("smtp.EmailBackend") and not chosen["EMAIL_HOST"]:
        raise ValueError("no host")
    return chosen


def mail_is_private(config: dict[str, Any]) -> bool:
    """Whether nobody on the way can read the mail: it is encrypted, or leaves no machine."""
    if not config["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        return True
    is_here = config["EMAIL_HOST"] in {"127.0.0.1", "localhost", "::1"}
    return is_here or bool(config.get("EMAIL_USE_TLS") or config.get("EMAIL_USE_SSL"))


EMAIL_CONFIG = read_setting(
    "EMAIL_URL", mail_server, "smtp+tls://name:password@mail.example.org:587"
)
vars().update(EMAIL_CONFIG)
if not mail_is_private(EMAIL_CONFIG) and env("EMAIL_IN_THE_CLEAR", default="") != IN_THE_CLEAR:
    raise ImproperlyConfigured(
        "EMAIL_URL names a mail server on another machine and does not ask for encryption, so "
        "sign-in codes could be read on the way. Begin it with smtp+tls:// or smtp+ssl://. If "
        f'letters really may be read, set EMAIL_IN_THE_CLEAR="{IN_THE_CLEAR}".'
    )
EMAIL_TIMEOUT = 20
# What one person is sent in a day, and all together in an hour; beyond that letters wait.
LETTERS_PER_PERSON_A_DAY = whole_number("LETTERS_PER_PERSON_A_DAY", 20)
LETTERS_AN_HOUR = whole_number("LETTERS_AN_HOUR", 1000)
