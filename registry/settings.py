"""Django's settings, all derived from registry/env.py."""

import warnings
from typing import Any

import dj_database_url

from registry import env, logs, secrets

ENV = env.load()
DATA = ENV.data
SECRETS = DATA / "secrets"

SECRET_KEY = ENV.secret_key or secrets.read_or_make(SECRETS, "sessions")
QUEUE_KEY = ENV.queue_key or secrets.read_or_make(SECRETS, "queue")
DATA_KEY = ENV.data_key or secrets.read_or_make(SECRETS, "data")
AUDIT_KEY = ENV.audit_key or secrets.read_or_make(SECRETS, "audit")

DEBUG = False
ALLOWED_HOSTS = sorted({*ENV.hosts, ENV.listen[0], "localhost", "127.0.0.1", "[::1]"})
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 << 20  # serving/bridge.py refuses larger bodies
USE_TZ = True
USE_I18N = True
TIME_ZONE = "UTC"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_q",
    "rest_framework",
    "drf_spectacular_sidecar",
    "accounts",
    "registry",
    "console",
]
MIDDLEWARE: list[str] = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "console.middleware.SessionMiddleware",
    "console.cross_site.Guard",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
# What pages may load: what is ours, and no word of script or style that stands in them.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # the small pictures in our style sheets
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "console.pages.faults.cross_site"
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_TRUSTED_ORIGINS = [ENV.external_url] if ENV.external_url else []
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [env.BASE / "console" / "locale"]
SESSION_COOKIE_NAME = "sid"  # SameSite=Lax, Django's default: links from chats and mails find people signed in
ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"
ASGI_APPLICATION = "registry.asgi.application"
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["accounts.hashers.PasswordHasher", "accounts.hashers.HarborHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.BASE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "console.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "console.templatetags.humane",
                "console.templatetags.parts",
            ],
        },
    }
]
# What accounts/configuration.py takes for settled.
CONFIGURATION = ENV.configuration
# Served by ourselves, named by content and compressed: registry/serving/processes/statics.py makes them ready.
STATIC_URL = "/static/"
STATICFILES_DIRS = [env.BASE / "static"]
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
LOGGING = logs.configuration(ENV.log_format)


def database(given: str) -> dict[str, Any]:
    """Django's description of the database at this URL, or of the embedded one. A web process pools
    PostgreSQL connections; a forked worker must not (a pool does not survive the fork)."""
    embedded = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA / "roadstead.sqlite3")}
    parsed: dict[str, Any] = dict(dj_database_url.parse(given)) if given else embedded
    if parsed["ENGINE"].endswith("sqlite3"):
        parsed["CONN_MAX_AGE"] = None
        parsed["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # FULL: with NORMAL a power cut loses commits that were acknowledged.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000;"
            " PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY;",
        }
        return parsed
    pooled = ENV.role == "web"
    parsed["CONN_MAX_AGE"] = 0 if pooled else None
    parsed["CONN_HEALTH_CHECKS"] = not pooled  # a kept connection may have been cut meanwhile
    # Only registry/content/hot.py prepares statements. PgBouncer before 1.21 cannot pool connections that do.
    parsed["OPTIONS"] = {"prepare_threshold": 5, **parsed.get("OPTIONS", {})}
    if pooled:
        parsed["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5}
    return parsed


DATABASES = {"default": database(ENV.database_url)}
STORAGE = ENV.storage_url or (DATA / "registry").as_uri()

# Whom it does not reach, or not in time, looks for himself: nothing is lost with it, so nobody waits for it.
if ENV.redis_url:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "prefix": "roadstead",
                "hosts": [{"address": ENV.redis_url, "socket_connect_timeout": 1, "socket_timeout": 1}],
            },
        }
    }

# django-q2 warns that jobs have no time limit. Theirs is the lease of their row.
warnings.filterwarnings("ignore", "Retry and timeout are misconfigured")

# The ORM broker on the main database: a queue row is inserted in the transaction of its cause. A message
# only says "look at job N", so one delivered twice is harmless, and `retry` may be shorter than a job.
Q_CLUSTER = {
    "name": "roadstead",
    "orm": "default",
    "workers": ENV.job_workers,
    "queue_limit": 1,
    "bulk": 1,
    "timeout": None,
    "retry": 30,
    "ack_failures": True,
    "scheduler": False,
    "save_limit": -1,
    "log_level": "WARNING",
    "label": "jobs",
}

# The modules whose import declares the kinds of jobs.
JOB_KIND_MODULES: list[str] = [
    "registry.upkeep.kinds",
    "registry.upkeep.audit",
    "registry.content.bulk_work",
    "console.exports",
]
# How long a worker owns a job without renewing (it renews at a quarter of this), how often each worker
# looks for lost jobs and due schedules, and how long a job that failed waits first (doubled each time).
JOB_LEASE_SECONDS: float = 60
JOB_TICK_SECONDS: float = 5
JOB_BACKOFF_SECONDS: float = 10
# How often waiting log lines are written while the work itself writes nothing.
JOB_FLUSH_SECONDS: float = 0.5
# After so long a running job makes room where others wait and no worker is free.
JOB_TURN_SECONDS: float = 30

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "console.api.description.Description",
}
# The description of the API, which console/api/description.py makes.
SPECTACULAR_SETTINGS = {
    "TITLE": "Roadstead",
    "DESCRIPTION": "Harbor's API, and some addresses of our own.",
    "VERSION": "2.0",
    "DISABLE_ERRORS_AND_WARNINGS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "APPEND_COMPONENTS": {"securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}},
}
