"""Settings of the site, read from the environment. README names every variable."""

from pathlib import Path

from buurtgezinnen import environment
from buurtgezinnen.environment import env

BASE_DIR = Path(__file__).resolve().parent.parent

# Demo: invented families on your own machine. Without it every secret must be given.
DEMO = environment.flag("DEMO")
DEBUG = environment.flag("DEBUG")
if DEBUG and not DEMO:
    raise environment.refuse("DEBUG", "only works together with DEMO=1.")

SECRET_KEY = environment.secret(
    "SECRET_KEY", demo=DEMO, demo_value=environment.DEMO_SECRET_KEY
)
FIELD_KEYS = environment.field_keys("FIELD_KEYS", demo=DEMO)
BLIND_INDEX_KEY = environment.secret(
    "BLIND_INDEX_KEY", demo=DEMO, demo_value=environment.DEMO_BLIND_INDEX_KEY
)
if len({SECRET_KEY, BLIND_INDEX_KEY, *FIELD_KEYS}) != len(FIELD_KEYS) + 2:
    raise environment.refuse("BLIND_INDEX_KEY", "must differ from the other keys.")
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", demo=DEMO)

INSTALLED_APPS = [
    "families.apps.FamiliesConfig",
    "matching.apps.MatchingConfig",
    "agreements.apps.AgreementsConfig",
    "buurtgezinnen.apps.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "lucide",
    "phonenumber_field",
]

MIDDLEWARE = [
    # First what puts headers on every answer, so that each redirect and refusal
    # carries them too.
    "csp.middleware.CSPMiddleware",
    "buurtgezinnen.middleware.private_responses",
    # Before the first that may answer with words.
    "buurtgezinnen.middleware.speak_the_language_of_the_address",
    "django.middleware.security.SecurityMiddleware",
    # Hides the length of secrets by random bytes; CSRF tokens differ in every answer.
    "django.middleware.gzip.GZipMiddleware",
    "buurtgezinnen.middleware.refuse_hostile_requests",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "buurtgezinnen.middleware.KeepWhatWasTyped",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Sees the messages before they are kept for the next page.
    "buurtgezinnen.privacy.privacy_mode",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "buurtgezinnen.middleware.RequireSecondFactor",
    "buurtgezinnen.middleware.explain_wrong_method",
    "buurtgezinnen.middleware.audit_reads",
    "buurtgezinnen.middleware.OnlyCoordinatorsAtWork",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "buurtgezinnen.urls"
WSGI_APPLICATION = "buurtgezinnen.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "buurtgezinnen.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["huis"]
CRISPY_TEMPLATE_PACK = "huis"
CRISPY_FAIL_SILENTLY = False

# Database

DATABASES = {
    "default": environment.database(
        "DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"] |= {
        "OPTIONS": {
            # The write lock is taken at BEGIN: writers queue up instead of failing.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;"
                "PRAGMA recursive_triggers=ON;"
            ),
        },
        # A file: threads of a live server cannot share a database in memory.
        "TEST": {
            "NAME": env.str(
                "TEST_DATABASE_NAME", default=str(BASE_DIR / "test.sqlite3")
            )
        },
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes: used one-time codes and login limits must be seen by each.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "buurtgezinnen_cache",
    }
}

# People who log in

AUTH_USER_MODEL = "families.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": (
            "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
        )
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
# Nobody stays logged in on a computer that others use too.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "buurtgezinnen.accounts.AccountAdapter"
# Axes counts wrong passwords; this counts wrong codes of the second factor as well.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
MFA_ADAPTER = "buurtgezinnen.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SECOND_FACTOR_REQUIRED = not DEMO
AXES_USERNAME_CALLABLE = "buurtgezinnen.accounts.login_name"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "password"]
AXES_IPWARE_META_PRECEDENCE_ORDER = ["REMOTE_ADDR"]
AXES_ENABLE_ADMIN = False

# Names in messages and the seed of a second factor on its way stay out of cookies, and
# are not readable in the database.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_SERIALIZER = "buurtgezinnen.accounts.EncryptedSerializer"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_SECURE = not DEMO
SESSION_COOKIE_NAME = "sessionid" if DEMO else "__Host-sessionid"
CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_NAME = "csrftoken" if DEMO else "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "buurtgezinnen.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# What every answer carries

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 3600
# Both speak for other hosts of the domain too, and can hardly be taken back.
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.flag("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = environment.flag("HSTS_PRELOAD")
# For whoever watches over the server from inside.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^healthz$"]
# Only when a proxy of your own sets these headers; anyone else can write them too.
BEHIND_PROXY = environment.flag("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR"]
    AXES_IPWARE_PROXY_COUNT = 1
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# One page takes a file (buurtgezinnen.middleware); it is read in memory, never on disk.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# Languages and time

LANGUAGE_CODE = "nl"
# Of the public pages, as those who speak them write their names; who works here works
# in Dutch.
LANGUAGES = [
    ("nl", "Nederlands"),
    ("en", "English"),
    ("ar", "العربية"),
    ("pl", "Polski"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
]
USE_I18N = True
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
PHONENUMBER_DEFAULT_REGION = "NL"
PHONENUMBER_DB_FORMAT = "E164"

# Static files

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / ".static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEMO
STORAGES = {
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEMO
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    }
}

# Mail and work that takes time

_mail = environment.mail("EMAIL_URL", demo=DEMO)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.told(
    "DEFAULT_FROM_EMAIL", demo=DEMO, demo_value="noreply@buurt.example"
)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
if not DEMO and not SITE_URL.startswith("https://"):
    raise environment.refuse("SITE_URL", "must be the https address of the site.")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# To stderr, for whoever runs the site: classes and places, never what was typed.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"places": {"()": "buurtgezinnen.logs.PlacesOnly"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "places"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Its own handlers mail and print whole errors.
    "loggers": {"django": {"handlers": [], "level": "WARNING"}},
}

# The organisation

ORGANISATION_PHONE = environment.told(
    "ORGANISATION_PHONE", demo=DEMO, demo_value="020 123 45 67"
)
# Where "Sluit snel" leads: a site that anybody may have open.
QUICK_EXIT_URL = environment.elsewhere("QUICK_EXIT_URL", default="https://www.knmi.nl/")
# Working days within which a family that asks, and one that offers, is called.
CALL_WITHIN_DAYS_REQUEST = environment.whole_number(
    "CALL_WITHIN_DAYS_REQUEST", default=5, least=1, most=30
)
CALL_WITHIN_DAYS_SUPPORT = environment.whole_number(
    "CALL_WITHIN_DAYS_SUPPORT", default=10, least=1, most=60
)
DRAFT_DAYS = environment.whole_number("DRAFT_DAYS", default=14, least=1, most=30)
# Weeks a trial lasts unless the coordinator says otherwise.
TRIAL_WEEKS = environment.whole_number("TRIAL_WEEKS", default=6, least=1, most=26)
# Weeks without contact after which a family of a running pairing is called: in its
# first three months, and later.
CONTACT_WEEKS_AT_FIRST = environment.whole_number(
    "CONTACT_WEEKS_AT_FIRST", default=4, least=1, most=26
)
CONTACT_WEEKS = environment.whole_number("CONTACT_WEEKS", default=8, least=1, most=52)
# The moment from which every adult's VOG must have been shown.
VOG_GATE = env.str("VOG_GATE", default="introduction")
if VOG_GATE not in {"introduction", "trial"}:
    raise environment.refuse("VOG_GATE", "is either 'introduction' or 'trial'.")
