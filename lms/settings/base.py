"""Production. Everything a deployment may change comes from the environment; what has
no safe default has none, so a server that is not told does not start."""

import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from .accounts import *  # noqa: F403
from .backups import *  # noqa: F403
from .environment import env, is_a_secret, on_or_off, parts_of, read_setting, whole_number
from .logs import *  # noqa: F403
from .mail import *  # noqa: F403
from .sealing import *  # noqa: F403  settings are what a module of settings holds
from .sealing import seal_keys_folder

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env("VAR_DIR", default="") or BASE_DIR / "var")

# Who we are on the network ------------------------------------------------------------


BASE_URL = env("BASE_URL", default="").strip().rstrip("/")
if not BASE_URL:
    raise ImproperlyConfigured(
        "BASE_URL is not set. Set it to the address people use, such as "
        "https://learn.example.org. To try the site on this machine, use `make run`."
    )
try:
    _base = parts_of(BASE_URL)
except ValueError as error:
    # It is not repeated: where it names a user, it may hold their password.
    raise ImproperlyConfigured(
        "BASE_URL must be a whole address with nothing after the host and its port, "
        "such as https://learn.example.org."
    ) from error
BASE_URL = f"{_base.scheme}://{_base.netloc.lower().rstrip(':')}"
LOOPBACK = _base.hostname in {"127.0.0.1", "localhost", "::1"}
if _base.scheme != "https" and not LOOPBACK:
    raise ImproperlyConfigured(
        f"BASE_URL is {BASE_URL!r}. Outside this machine the site must be served by https."
    )
HTTPS = _base.scheme == "https"

SECRET_KEY = env("SECRET_KEY", default="")
if not is_a_secret(SECRET_KEY):
    raise ImproperlyConfigured(
        "SECRET_KEY must be at least 50 random characters that nobody else knows, without "
        "spaces or a comment behind them, such as this prints: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_base.hostname])
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS must name the hosts of this site; * would let a stranger choose the "
        "address that our mail links to."
    )
if LOOPBACK:
    ALLOWED_HOSTS = sorted({*ALLOWED_HOSTS, "127.0.0.1", "localhost", "[::1]"})
CSRF_TRUSTED_ORIGINS = [BASE_URL] if HTTPS else []
TRUSTED_PROXIES = whole_number("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A demonstration may be signed in to with a public password, so it may only be reached
# from the machine it runs on.
DEMONSTRATION = on_or_off("DEMONSTRATION", False)
if DEMONSTRATION and not LOOPBACK:
    raise ImproperlyConfigured(
        "DEMONSTRATION is on, and BASE_URL can be reached by others. The demonstration's "
        "passwords are public: turn it off, or use a loopback BASE_URL."
    )
STAFF_NEED_SECOND_FACTOR = on_or_off("STAFF_NEED_SECOND_FACTOR", not DEMONSTRATION)
# What certificates rest on is changed by two people. A site that one person runs turns it off:
# then a change takes effect at once, and the log says that nobody else read it.
SECOND_READER = on_or_off("SECOND_READER", True)

# What the site is made of -------------------------------------------------------------

INSTALLED_APPS = [
    # Before django_tasks_db, whose db_worker it adds a sign of life to.
    "deploy.apps.DeployConfig",
    "lms.apps.SiteConfig",
    "certificates",
    "practice",
    "assessments",
    "courses",
    "people",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "people.apps.WagtailUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.locales",
    "wagtail.admin",
    "wagtail",
    "wagtailmedia",
    "modelcluster",
    "taggit",
    "polymorphic",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
    "django_guid",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "deploy.middleware.HealthMiddleware",
    # Before whatever reads a cookie: programs bring a key, and no cookie opens anything to them.
    "certificates.api.middleware.ProgramsMiddleware",
    "people.middleware.LanguageMiddleware",
    "people.devices.KnownDeviceMiddleware",
    "lms.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lms.middleware.InputGuardMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.middleware.CompressedPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Django's own check behind it never sees what this one accepted.
    "people.owner_middleware.PageOwnerMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.middleware.PersonalResponseMiddleware",
    "people.middleware.StaffSecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "lms.moved.MovedPagesMiddleware",
    # Further in: where a page has moved to comes before what is said of one that is down.
    "lms.away_pages.AwayPagesMiddleware",
    "lms.middleware.NotAllowedMiddleware",
    "lms.refusing.RefusalMiddleware",
    "lms.middleware.NoHollowFilesMiddleware",
    "lms.pages.VisitorPageMiddleware",
    "lms.pages.PageRouteMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "lms.templatetags.pages",
                # Every form of ours, of Wagtail and of allauth says whose page it is on.
                "people.templatetags.page_owners",
                "people.templatetags.moments",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.context.site",
            ],
        },
    },
    {
        # A kind of question keeps its templates in its own folder: kinds/<kind>/ask.html.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "questions",
        "DIRS": [BASE_DIR / "assessments"],
        "OPTIONS": {"environment": "lms.question_templates.environment"},
    },
]

# Where things are kept ----------------------------------------------------------------

DATABASES = {
    "default": read_setting(
        "DATABASE_URL",
        lambda: env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'peerwork.sqlite3'}"),
        "postgres://name:password@db.example.org:5432/peerwork",
    )
}
if DATABASES["default"].get("ENGINE") not in {
    "django.db.backends.sqlite3",
    "django.db.backends.postgresql",
}:
    raise ImproperlyConfigured(
        "DATABASE_URL must begin with postgres:// or sqlite:///. Peerwork runs on these two."
    )
DATABASES["default"]["CONN_MAX_AGE"] = whole_number("CONN_MAX_AGE", 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        # Take the write lock first: a transaction that upgrades ignores the timeout.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
            "PRAGMA cache_size=-20000; PRAGMA journal_size_limit=67108864;"
        ),
    }

# What processes share (rate limits) is in the database or in Redis; what each can work
# out again for itself (rendered lessons, course outlines) is in its own memory.
CACHES: dict[str, dict[str, Any]] = {
    "default": read_setting(
        "CACHE_URL",
        lambda: env.cache("CACHE_URL", default="dbcache://people_cache"),
        "redis://cache.example.org:6379/0",
    ),
    "content": {
        "BACKEND": "courses.value_cache.ValueCache",
        "LOCATION": "content",
        "TIMEOUT": 24 * 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
if CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
    CACHES["default"]["BACKEND"] = "people.shared_cache.DatabaseCache"
    # A rate limit must not be forgotten to make room, however many addresses there are.
    CACHES["default"].setdefault("OPTIONS", {})["MAX_ENTRIES"] = 100_000
elif "redis" in CACHES["default"]["BACKEND"].lower():
    # While it does not answer, the database takes its place.
    CACHES["default"]["BACKEND"] = "people.shared_cache.RedisCache"
    # One that has gone must be noticed, not waited for.
    for _wait in ("socket_connect_timeout", "socket_timeout"):
        CACHES["default"].setdefault("OPTIONS", {}).setdefault(_wait, 5)
# In the database, wherever limits are counted: nobody is signed out when Redis is gone.
SESSION_ENGINE = "people.signed_in"
# For whoever chose to stay signed in; and without a request, for whoever did not.
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_IDLE_SECONDS = 60 * 60 * 2
# For how long an account that was closed can be had back by signing in.
ERASURE_PAUSE_DAYS = whole_number("ERASURE_PAUSE_DAYS", 14)
STAFF_IDLE_SECONDS = 30 * 60
# For trials alone: webhooks may then go to this machine itself, and without TLS.
WEBHOOKS_TO_THIS_MACHINE = env.bool("WEBHOOKS_TO_THIS_MACHINE", default=False)
# How many numbers all keys of one organisation may ask for in a day. It is no more than the guesses
# that anybody has without a key: 60 a minute from one address.
API_CHECKS_A_DAY = whole_number("API_CHECKS_A_DAY", 10_000)

TASKS = {
    "default": {
        "BACKEND": read_setting(
            "TASKS",
            lambda: {
                "database": "django_tasks_db.DatabaseBackend",
                "immediate": "django_tasks.backends.immediate.ImmediateBackend",
            }[env("TASKS", default="database")],
            "database",
        ),
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "lms" / "static",
    # A kind of question keeps its script in its own folder: kinds/<kind>/kind.js.
    *(
        (f"kinds/{folder.parent.name}", folder)
        for folder in sorted((BASE_DIR / "assessments" / "kinds").glob("*/static"))
    ),
]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "lms.static_files.StaticFilesStorage"},
    # Certificates are never under a public address.
    "certificates": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "certificates", "base_url": None},
    },
}
SEAL_KEYS = seal_keys_folder(VAR_DIR)
# In a process of its own, with limits to its time and memory: docs/decisions/0080.
CERTIFICATES_RENDERED_APART = True
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
REQUEST_BODY_LIMIT = 1024 * 1024
UPLOAD_BODY_LIMIT = 25 * 1024 * 1024
# Two hundred certificates are seven.
CHECKED_FILES_LIMIT = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_BODY_LIMIT
# Films and recordings, and what stands around them in a form. Only staff who are signed in send
# them, and they go straight to the disk on which they stay.
FILM_LIMIT = 1024 * 1024 * 1024
FILM_BODY_LIMIT = FILM_LIMIT + UPLOAD_BODY_LIMIT
UPLOADS_PER_PERSON_A_DAY = 5 * FILM_LIMIT
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
with suppress(OSError):  # Django's own check says what is wrong with it
    FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)

# Mail ---------------------------------------------------------------------------------

if not env("EMAIL_URL", default="").strip():
    if DEMONSTRATION:
        EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        EMAIL_FILE_PATH = VAR_DIR / "mail"
    else:
        raise ImproperlyConfigured(
            "EMAIL_URL is not set. Set it to your mail server, such as "
            "smtp+tls://name:password@mail.example.org:587."
        )
DEFAULT_FROM_EMAIL = (
    env("DEFAULT_FROM_EMAIL", default="").strip() or f"Peerwork <no-reply@{_base.hostname}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# People and signing in ----------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.signed_in.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "people.hashers.OwaspArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "people.validators.DemonstrationPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/learn/"

ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOOPBACK

# Languages and time -------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("es", "Español")]
FORMAT_MODULE_PATH = ["lms.formats"]
LOCALE_PATHS = [BASE_DIR / "lms" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Security -----------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
# It says on which devices somebody has signed in before: see people/devices.py.
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
CSRF_FAILURE_VIEW = "lms.views.errors.csrf_failure"
# Who may ask /readyz and /metrics from another machine: it brings this as a bearer token.
READYZ_TOKEN = env("READYZ_TOKEN", default="")
# Whom to tell of a fault in private: addresses of mail or of the web, separated by commas. It is
# what /.well-known/security.txt says.
SECURITY_CONTACT = [
    address if ":" in address else f"mailto:{address}"
    for address in (each.strip() for each in env.list("SECURITY_CONTACT", default=[]))
    if address
]
X_FRAME_OPTIONS = "DENY"
# The staff's previews are framed by the staff's own pages and by nothing else; the
# middleware loosens this for those addresses alone.
SILENCED_SYSTEM_CHECKS = (
    []
    if HTTPS
    else [
        "security.W004",
        "security.W008",
        "security.W012",
        "security.W016",
    ]
)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Wagtail ------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Peerwork"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_NOTIFICATION_USE_HTML = True
WAGTAIL_I18N_ENABLED = True
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_REQUIRED_TEMPLATE = "courses/page_password.html"  # noqa: S105  a template
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("es", "Español")]
# A machine's own zone is in the list of the library, and no browser knows it.
WAGTAIL_USER_TIME_ZONES = sorted(available_timezones() - {"Factory", "localtime"})
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
# What becomes of each is in courses.uploads: a picture is written anew as JPEG, PNG or WebP.
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "heif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.uploads.forms.PictureForm"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "srt", "txt", "vtt", "xlsx"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "courses.uploads.forms.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 24 * 1024 * 1024
WAGTAILDOCS_INLINE_CONTENT_TYPES = ["text/vtt"]
WAGTAILEMBEDS_FINDERS: list[dict] = []
# Indexing all anew in one transaction would keep everybody from saving meanwhile on SQLite.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "lms.search", "ATOMIC_REBUILD": False}}
WAGTAILMEDIA = {
    "AUDIO_EXTENSIONS": ["mp3", "m4a", "ogg"],
    "VIDEO_EXTENSIONS": ["mp4", "webm"],
    "MEDIA_FORM_BASE": "courses.uploads.forms.RecordingForm",
}
TAGGIT_CASE_INSENSITIVE = True

# An address typed without a scheme is taken to be https, as it will be in Django 6, where
# this setting is gone; until then Django warns that it is there.
warnings.filterwarnings("ignore", "The FORMS_URLFIELD_ASSUME_HTTPS transitional setting")
FORMS_URLFIELD_ASSUME_HTTPS = True

SITE_NAME = _("Peerwork")
