"""Settings of the site, all of them read from the environment.

Every variable is described in ``docs/reference/settings.md``; a variable that begins with
``ENTREGENT_`` and is not in `KNOWN` is refused, because a misspelt setting is a silent one.
"""

import difflib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from entregent.site.database import databases

KNOWN = {
    "DATABASE_URL": "the database of the working set, where it is not SQLite in the data folder",
    "ENTREGENT_HOME": "the data folder",
    "ENTREGENT_LEDGER": "the ledger of erasures, a file outside the data folder",
    "ENTREGENT_SECRET_KEY": "the key that signs sessions and links",
    "ENTREGENT_SECRET_KEY_FILE": "a file that holds this key",
    "ENTREGENT_HOSTS": "the host names the site answers to, separated by commas",
    "ENTREGENT_DEBUG": "shows the details of an error in the browser",
    "ENTREGENT_SECURE": "the site is only reached by https",
    "ENTREGENT_FETCH_PRIVATE": "feeds on private addresses may be fetched",
    "ENTREGENT_LAKE": "the record, where it is not in the data folder",
    "ENTREGENT_ENGINE": "the engine that named queries of the record are answered by",
    "ENTREGENT_SPARK": "the cluster where that engine is Spark",
}


def refuse_unknown(environ: Mapping[str, str]) -> None:
    """Raise `ImproperlyConfigured` for the first ``ENTREGENT_`` variable not in `KNOWN`."""
    for name in sorted(environ):
        if name.startswith("ENTREGENT_") and name not in KNOWN:
            nearest = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0)[0]
            raise ImproperlyConfigured(
                f"The setting {name} is not known; did you mean {nearest}? "
                "All settings are in docs/reference/settings.md."
            )


def flag(environ: Mapping[str, str], name: str) -> bool:
    """Return whether a variable says yes; absent or empty means no."""
    word = environ.get(name, "").strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"", "0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {word!r}; write 1 for yes or 0 for no.")


def data_folder(environ: Mapping[str, str]) -> Path:
    """Return the data folder, created with access for its owner alone where it is missing."""
    share = environ.get("XDG_DATA_HOME") or "~/.local/share"
    home = Path(environ.get("ENTREGENT_HOME") or f"{share}/entregent").expanduser().absolute()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {home} cannot be made ({error.strerror}); "
            "give another one with ENTREGENT_HOME."
        ) from error
    return home


def lake_address(environ: Mapping[str, str]) -> str:
    """Return where the record is kept; empty for the data folder."""
    given = environ.get("ENTREGENT_LAKE", "").strip().rstrip("/")
    if not given:
        return ""
    if "://" not in given:
        return str(Path(given).expanduser().absolute())
    if not given.startswith("s3://") or not given.removeprefix("s3://"):
        raise ImproperlyConfigured(
            f"ENTREGENT_LAKE is {given!r}; give a folder, or an address like s3://bucket/prefix."
        )
    return given


def engine_name(environ: Mapping[str, str]) -> str:
    """Return the engine of named queries: duckdb, or spark."""
    given = environ.get("ENTREGENT_ENGINE", "").strip().lower() or "duckdb"
    if given not in {"duckdb", "spark"}:
        raise ImproperlyConfigured(f"ENTREGENT_ENGINE is {given!r}; write duckdb or spark.")
    return given


def spark_address(environ: Mapping[str, str]) -> str:
    """Return the cluster that Spark answers on: this machine alone where none is named."""
    given = environ.get("ENTREGENT_SPARK", "").strip() or "local[*]"
    if not given.startswith(("local", "spark://", "sc://", "yarn", "k8s://")):
        raise ImproperlyConfigured(
            f"ENTREGENT_SPARK is {given!r}; give a master, like spark://host:7077, or an address "
            "of Spark Connect, like sc://host:15002."
        )
    return given


def ledger_place(environ: Mapping[str, str], home: Path) -> tuple[Path | None, Path]:
    """Return the ledger of erasures where one is named, and the folder where it is otherwise."""
    state = Path(environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser().absolute()
    named = environ.get("ENTREGENT_LEDGER")
    path = Path(named).expanduser().absolute() if named else None
    if (path or state / "entregent").resolve().is_relative_to(home.resolve()):
        raise ImproperlyConfigured(
            f"The ledger of erasures would stand in the data folder {home}, and be restored with "
            "it; name a file elsewhere with ENTREGENT_LEDGER."
        )
    return path, state / "entregent"


def secret_key(environ: Mapping[str, str], home: Path) -> str:
    """Return the signing key: given, read from the file named, or made once in the data folder."""
    given, file_name = environ.get("ENTREGENT_SECRET_KEY"), environ.get("ENTREGENT_SECRET_KEY_FILE")
    if given and file_name:
        raise ImproperlyConfigured(
            "Give ENTREGENT_SECRET_KEY or ENTREGENT_SECRET_KEY_FILE, not both."
        )
    if given:
        return given
    path = Path(file_name).expanduser() if file_name else home / "secret.key"
    try:
        if not file_name and not path.exists():
            _make_key(path)
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise ImproperlyConfigured(f"The key file {path} cannot be used: {reason}.") from error
    if len(key) < 32:
        raise ImproperlyConfigured(
            f"The key in {path} is shorter than 32 characters; write a longer one, or remove it."
        )
    return key


def _make_key(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(secrets.token_urlsafe(50) + "\n", encoding="utf-8")
    try:
        # A link appears whole or not at all, so two first starts agree on one key.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


refuse_unknown(os.environ)

HOME = data_folder(os.environ)
LAKE = lake_address(os.environ)
ENGINE = engine_name(os.environ)
SPARK = spark_address(os.environ)
LEDGER, STATE = ledger_place(os.environ, HOME)
SECRET_KEY = secret_key(os.environ, HOME)
DEBUG = flag(os.environ, "ENTREGENT_DEBUG")
SECURE = flag(os.environ, "ENTREGENT_SECURE")
FETCH_PRIVATE = flag(os.environ, "ENTREGENT_FETCH_PRIVATE")
ALLOWED_HOSTS = [
    host.strip()
    for host in (os.environ.get("ENTREGENT_HOSTS") or "localhost,127.0.0.1,[::1]").split(",")
    if host.strip()
]

INSTALLED_APPS = [
    "entregent.site",
    "entregent.apps.organisation",
    "entregent.apps.listen",
    "entregent.apps.understand",
    "entregent.apps.remember",
    "entregent.apps.outbox",
    "entregent.apps.coordinate",
    "entregent.apps.address",
    "entregent.apps.measure",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "entregent.site.alive.Alive",
    "entregent.site.timing.Timing",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "entregent.site.middleware.StaticFiles",
    "entregent.site.middleware.TextAlone",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "entregent.site.middleware.SignInFirst",
    "entregent.site.middleware.TheirLanguageAndZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "entregent.site.urls"
ASGI_APPLICATION = "entregent.site.asgi.application"
WSGI_APPLICATION = "entregent.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "entregent.site.context.house",
            ],
        },
    }
]

DATABASES = databases(os.environ, HOME)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Members and how they sign in
AUTH_USER_MODEL = "organisation.Member"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:today"
ACCOUNT_ADAPTER = "entregent.site.account.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "entregent.site.account.SignInForm",
    "change_password": "entregent.site.account.ChangePasswordForm",
    "reset_password": "entregent.site.account.AskForPasswordForm",
    "reset_password_from_key": "entregent.site.account.ChoosePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "entregent.site.account.tried_email"
AXES_LOCKOUT_TEMPLATE = "locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# No address of a mail server is asked for yet: letters wait as files in the data folder.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HOME / "mail"
DEFAULT_FROM_EMAIL = "entregent@localhost"

# Languages, dates and numbers
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
FORMAT_MODULE_PATH = ["entregent.site.formats"]
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

# Files of ours, found where they are installed: nothing to collect, nothing from elsewhere.
STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "entregent.site.static_files.MarkedStaticFiles"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 30 * 24 * 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

# What a page may do
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Warnings and worse, to standard error, without what people typed.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Its warnings quote the address asked for, and an address may hold a one-time link.
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        # They quote the e-mail address that was tried.
        "axes": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
