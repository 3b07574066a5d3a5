"""What is logged: one JSON object a line, with ids and never people."""

import logging

from django.core.exceptions import ImproperlyConfigured

from .environment import env

LOG_LEVEL = env("LOG_LEVEL", default="").strip().upper() or "INFO"
if LOG_LEVEL not in logging.getLevelNamesMapping():
    raise ImproperlyConfigured(
        "LOG_LEVEL is not a level that we know. Set it to DEBUG, INFO, WARNING, ERROR or "
        "CRITICAL, or leave it out."
    )
# The proxy's id for a request is used if it is a UUID. Anything else is ignored.
DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-Id", "EXPOSE_HEADER": False, "UUID_LENGTH": 16}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "deploy.logs.PrivateJsonFormatter"}},
    "filters": {
        "request_id": {
            "()": "django_guid.log_filters.CorrelationId",
            "correlation_id_field": "request_id",
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR", "propagate": True},
        "django.security.DisallowedHost": {"level": "CRITICAL", "propagate": True},
        "django_guid": {"level": "ERROR"},  # it would log what a stranger sent as an id
        "django_tasks_db": {"level": "ERROR"},  # being told to stop is not worth a warning
        # It would log the words of a request that it cannot read.
        "gunicorn.error": {"handlers": [], "level": "ERROR", "propagate": True},
        "wagtail": {"level": "WARNING"},  # it would log the titles of drafts
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
