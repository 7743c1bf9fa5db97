"""Settings: every value that differs between machines comes from the environment, with a safe default."""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

from django.utils.translation import gettext_lazy as _

from motcua.kit.folders import PACKAGE, data_folder


def _master_key(folder: Path) -> str:
    """Return the key from the environment, else the one kept (0600) in the data folder, made on first use."""
    if given := os.environ.get("MOTCUA_KEY"):
        return given
    path = folder / "key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _database(url: str) -> dict[str, object]:
    parts = urlparse(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "motcua",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 600,
        # Compiling a statement costs the figures more than running it.
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": "motcua",
            "options": "-c jit=off",
            # Statements are planned once per connection. Behind a pooler that shares connections between
            # transactions that must be off.
            "server_side_binding": os.environ.get("MOTCUA_PREPARED", "1") == "1",
            "prepare_threshold": 3 if os.environ.get("MOTCUA_PREPARED", "1") == "1" else None,
        },
        "TEST": {"NAME": os.environ.get("MOTCUA_TEST_DATABASE") or None},
    }


DATA = data_folder()
DEBUG = os.environ.get("MOTCUA_DEBUG") == "1"
MOTCUA_KEY = _master_key(DATA)
SECRET_KEY = "django:" + MOTCUA_KEY
ALLOWED_HOSTS = os.environ.get("MOTCUA_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("MOTCUA_ORIGINS", "").split(",") if o]
# The address printed in QR codes and messages.
MOTCUA_ADDRESS = os.environ.get(
    "MOTCUA_ADDRESS", f"http://127.0.0.1:{os.environ.get('MOTCUA_PORT', '8000')}"
).rstrip("/")
_HTTPS = MOTCUA_ADDRESS.startswith("https://")

DATABASES = {"default": _database(os.environ.get("MOTCUA_DATABASE_URL", "postgresql:///motcua"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "procrastinate.contrib.django",
    "motcua.kit.apps.KitConfig",
    "motcua.journal.apps.JournalConfig",
    "motcua.accounts.apps.AccountsConfig",
    "motcua.organisation.apps.OrganisationConfig",
    "motcua.calendars.apps.CalendarsConfig",
    "motcua.documents.apps.DocumentsConfig",
    "motcua.notifications.apps.NotificationsConfig",
    "motcua.catalogue.apps.CatalogueConfig",
    "motcua.workflow.apps.WorkflowConfig",
    "motcua.dossiers.apps.DossiersConfig",
    "motcua.reporting.apps.ReportingConfig",
    "motcua.portal.apps.PortalConfig",
    "motcua.desk.apps.DeskConfig",
    "motcua.office.apps.OfficeConfig",
    "motcua.api.apps.ApiConfig",
    "motcua.ops.apps.OpsConfig",
    "motcua.config.apps.ConfigConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "motcua.kit.web.BrowserSafety",
    "motcua.kit.web.ChosenLanguage",
    "motcua.kit.web.PlainFailures",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "motcua.config.urls"
WSGI_APPLICATION = "motcua.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "motcua.kit.web.site",
            ],
        },
    }
]
FORM_RENDERER = "motcua.kit.forms.Renderer"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["motcua.accounts.access.PasswordBackend"]
# scrypt needs no further package and costs a fraction of PBKDF2's time at the same strength.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "portal:sign_in"
SESSION_ENGINE = "motcua.kit.sessions"
SESSION_COOKIE_AGE = int(os.environ.get("MOTCUA_SESSION_SECONDS", 8 * 3600))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # the proxy in front ends TLS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
CSRF_FAILURE_VIEW = "motcua.kit.web.csrf_failed"
if _HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
LANGUAGE_COOKIE_NAME = "motcua_language"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "d/m/Y"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("MOTCUA_STATIC", DATA / "static"))
STATICFILES_DIRS = [PACKAGE / "config" / "static"]
_MANIFEST = STATIC_ROOT / "staticfiles.json"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if _MANIFEST.exists() or "collectstatic" in sys.argv
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not _MANIFEST.exists()

# Papers of dossiers: the store's root, the largest single file, the largest request.
MOTCUA_FILES = Path(os.environ.get("MOTCUA_FILES", DATA / "files"))
MOTCUA_LARGEST_FILE = int(os.environ.get("MOTCUA_LARGEST_FILE", 10 * 1024 * 1024))
MOTCUA_MESSAGES = Path(os.environ.get("MOTCUA_MESSAGES", DATA / "messages"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "motcua.kit.web.BoundedUpload",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# The legal basis on which the whole due day counts as on time; empty: the exact due time decides.
MOTCUA_WHOLE_DAYS = os.environ.get("MOTCUA_WHOLE_DAYS", "")

# The second factor for staff: in the model and the sign-in path, required where the deployment says so.
MOTCUA_SECOND_FACTOR = os.environ.get("MOTCUA_SECOND_FACTOR") == "1"
MOTCUA_DEMONSTRATION = os.environ.get("MOTCUA_DEMONSTRATION", "1") == "1"
# Days that a demonstration runs ahead of the present. Where real dossiers lie, time is never moved.
MOTCUA_DAYS_AHEAD = int(os.environ.get("MOTCUA_DAYS_AHEAD") or 0) if MOTCUA_DEMONSTRATION else 0
# The name in the header of every page.
MOTCUA_PROVINCE = os.environ.get("MOTCUA_PROVINCE", "Tỉnh Đắk Lắk")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("MOTCUA_LOG", "WARNING")},
}
