"""Everything that differs between places comes from the environment; README, Configure, lists the names.

Safe in production by default. `local` and `demo` are explicit modes for one machine: HTTP on the loopback only,
with generated secrets (`manage.py` sets them, see `wmca_tracker/local`).
"""

import os
from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab

from wmca_tracker.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

MODE = env.choice("WMCA_MODE", ("production", "local", "demo"), "production")
ON_LOOPBACK = MODE != "production"
DEMONSTRATION = MODE == "demo"
LOOPBACK_HOSTS = ["127.0.0.1", "localhost"]

DEBUG = False
SECRET_KEY = env.secret("SECRET_KEY")
# Under which keys for programs are hashed, the newest first; production may keep them apart from the secret key.
API_KEY_PEPPERS = env.peppers("API_KEY_PEPPERS", {"secret-key": SECRET_KEY})
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", LOOPBACK_HOSTS if ON_LOOPBACK else None)
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, least=0, most=9)

INSTALLED_APPS = [
    "accounts",
    "aims",
    "funding",
    "reporting",
    "wmca_tracker",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "pgtrigger",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "wmca_tracker.api.middleware.ProblemMiddleware",  # first: it sees every other's refusal
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "wmca_tracker.api.middleware.EntityTagMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wmca_tracker.addresses.ReadableAddressMiddleware",
    "wmca_tracker.uploads.LargestRequestMiddleware",  # before the form is read: views and the CSRF check come after
    "axes.middleware.AxesMiddleware",  # last: it turns a lock-out that any view met into its answer
]

ROOT_URLCONF = "wmca_tracker.urls"
WSGI_APPLICATION = "wmca_tracker.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "wmca_tracker.context.site",
            ],
        },
    },
]

# Where things are kept

DATABASES = {
    "default": {
        **env.database("DATABASE_URL"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,  # a database that came back is met by a new connection, not by an error
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
REDIS_TIMEOUT = 2  # seconds; a request waits no longer for a cache or a broker that is away
CACHES = {
    "default": {
        "BACKEND": "wmca_tracker.cache.ForgivingRedisCache",
        "LOCATION": env.redis("REDIS_CACHE_URL", REDIS_URL),
        "KEY_PREFIX": "wmca",
        "OPTIONS": {"socket_connect_timeout": REDIS_TIMEOUT, "socket_timeout": REDIS_TIMEOUT},
    },
    # A few rendered pages in each process, before the way to Redis; their keys name all that they depend on.
    "near": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 40}},
    # Answers of the API to readers who are not signed in, in each process; their keys name the data's state.
    "answers": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "answers",
        "OPTIONS": {"MAX_ENTRIES": 100},
    },
}
# In the database: a sign-out holds also where Redis was away at that moment.
SESSION_ENGINE = "django.contrib.sessions.backends.db"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
EVIDENCE_ROOT = Path(env.text("EVIDENCE_ROOT", str(Path(env.text("WMCA_VAR", str(BASE_DIR / "var"))) / "evidence")))
PRIVATE = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is kept but what has a place below
    # Outside everything that is served; replicas share it.
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(EVIDENCE_ROOT), **PRIVATE},
    },
    # Files of the finance system until a worker has read them, in the same shared place.
    "imports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(EVIDENCE_ROOT / "imports"), **PRIVATE},
    },
    # The files of reviews' packs, public and exempt, in the same shared place.
    "packs": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(EVIDENCE_ROOT / "packs"), **PRIVATE},
    },
    "staticfiles": {"BACKEND": "wmca_tracker.static_files.HashedStaticFiles"},
}

# Language and time

FIXTURE_DIRS = [BASE_DIR / "fixtures"]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# Who signs in, and how

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: a locked-out attempt reaches no other backend
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "wmca_tracker.sign_in.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SESSION_REMEMBER = False  # a sign-in ends with the browser, or after half a day
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger's address gets no mail from us, and no invitation to sign up
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the performance office, with an address that it knows
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if ON_LOOPBACK else "https"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "WMCA strategy tracker"

# Wrong passwords from one address are counted by axes: in the database, for all processes, past an outage of the cache.
# allauth counts those of an account wherever they come from, so high that nobody meets it who types their own.
ACCOUNT_RATE_LIMITS = {"login_failed": "60/h/key"}
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "wmca_tracker.sign_in.attempted_email"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "wmca_tracker.sign_in.client_address"
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_VERBOSE = False

# Single sign-on (Microsoft Entra ID at WMCA), where it is configured

SOCIALACCOUNT_ADAPTER = "wmca_tracker.sign_in.KnownPeopleAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {}
SSO_ORIGINS: list[str] = []
if env.together("OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
    SSO_ORIGINS = [env.https_origin("OIDC_SERVER_URL")]
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "EMAIL_AUTHENTICATION": True,  # the authority's own directory has verified the address
        "APPS": [
            {
                "provider_id": "organisation",
                "name": env.text("OIDC_NAME", "your organisation's account"),
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.text("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": env.text("OIDC_SERVER_URL")},
            }
        ],
    }

# What a browser is told

SECURE_SSL_REDIRECT = not ON_LOOPBACK
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]  # a probe asks the process itself, behind the proxy that ends TLS
SECURE_HSTS_SECONDS = 0 if ON_LOOPBACK else env.integer("HSTS_SECONDS", 31_536_000, least=3600, most=63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = not ON_LOOPBACK
SECURE_HSTS_PRELOAD = not ON_LOOPBACK
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not ON_LOOPBACK
SESSION_COOKIE_AGE = 60 * 60 * 12
X_FRAME_OPTIONS = "DENY"

# The two <style> elements that plotly.js 4.1 adds, by the hashes in Chromium's own message: the empty one that it
# fills by script, and its map style sheet.
PLOTLY_STYLE_HASHES = [
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-2GF9hCGTDj/GGFNlQA54jDdMGl2fvoeZmZjAvBSiAtM='",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", *PLOTLY_STYLE_HASHES],
        "img-src": ["'self'", "data:"],  # GOV.UK Frontend's own style sheet draws with data: images
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", *SSO_ORIGINS],  # the sign-in form's answer leads to the identity provider
        "frame-ancestors": ["'none'"],
    }
}

# Mail: by the server that EMAIL_URL names. Without one, into files on this machine, in production to the log. The
# demonstration reaches nobody: its people are invented.

MAIL = None if DEMONSTRATION else env.mail("EMAIL_URL")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", "tracker@localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL else ('console', 'filebased')[ON_LOOPBACK]}.EmailBackend"
EMAIL_FILE_PATH = Path(env.text("WMCA_VAR", str(BASE_DIR / "var"))) / "mail"
EMAIL_TIMEOUT = 10
globals().update({f"EMAIL_{name}": value for name, value in (MAIL or {}).items()})
REMINDERS = ON_LOOPBACK or MAIL is not None  # a log reminds nobody
# Where the links in mails lead; a job knows no request to take the host from.
PUBLIC_URL = ""
if ON_LOOPBACK:
    PUBLIC_URL = env.public_url("PUBLIC_URL", f"http://127.0.0.1:{env.integer('PORT', 8000, least=1, most=65535)}")
elif MAIL:
    PUBLIC_URL = env.public_url("PUBLIC_URL")

# Jobs

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True  # a job's result is what it wrote to the database
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 9 * 60
CELERY_TASK_TIME_LIMIT = 10 * 60
# Longer than any job may run, or Redis would hand a running job to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 20 * 60,
    "socket_connect_timeout": REDIS_TIMEOUT,
    "socket_timeout": 10,
    "max_retries": 0,  # a request that knocks while the broker is away is told so at once; a worker connects again
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False  # a request that wakes a job never waits: beat sweeps what was lost
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "aggregate-events": {"task": "reporting.aggregate_events", "schedule": 30.0, "options": {"expires": 30}},
    "check-drift": {"task": "reporting.check_drift", "schedule": crontab(hour="2", minute="30")},
    "verify-seals": {"task": "reporting.verify_seals", "schedule": crontab(hour="3", minute="0")},
    "reconcile-funding": {"task": "funding.reconcile", "schedule": crontab(hour="2", minute="45")},
    "sweep-imports": {"task": "funding.sweep_imports", "schedule": 60.0, "options": {"expires": 60}},
    "sweep-packs": {"task": "reporting.sweep_packs", "schedule": 60.0, "options": {"expires": 60}},
    "sweep-closings": {"task": "reporting.sweep_closings", "schedule": 60.0, "options": {"expires": 60}},
    "ensure-periods": {"task": "aims.ensure_periods", "schedule": crontab(hour="1", minute="0")},
    "drop-answers": {"task": "accounts.drop_answers", "schedule": crontab(hour="1", minute="30")},
    "drop-workbooks": {"task": "aims.drop_workbooks", "schedule": crontab(hour="1", minute="15")},
    "make-reminders": {"task": "aims.make_reminders", "schedule": crontab(minute="0"), "options": {"expires": 3000}},
    "send-mail": {"task": "aims.send_mail", "schedule": 60.0, "options": {"expires": 60}},
}

# API

# Requests a minute: of one key, one person, one address.
API_LIMITS = {
    "key": env.integer("API_LIMIT_KEY", 600, least=1, most=1_000_000),
    "person": env.integer("API_LIMIT_PERSON", 600, least=1, most=1_000_000),
    "anyone": env.integer("API_LIMIT_ANYONE", 300, least=1, most=1_000_000),
}
# In which lists are told beside pages of JSON, by the Accept header; each is an `accounts.api.whole.WholeListRenderer`.
API_LIST_FORMS = ["wmca_tracker.api.formats.files.CsvFile"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "wmca_tracker.api.authentication.KeyAuthentication",  # first: its 401 says how to ask
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["wmca_tracker.api.limits.RequestLimit"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],  # what is open says so itself
    "DEFAULT_RENDERER_CLASSES": ["accounts.api.renderers.PlainJsonRenderer"],
    "DEFAULT_METADATA_CLASS": "wmca_tracker.api.metadata.Described",
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.StrictJsonParser"],
    "DEFAULT_FILTER_BACKENDS": ["wmca_tracker.api.query.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "wmca_tracker.api.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "wmca_tracker.api.schema.OperationSchema",
    "EXCEPTION_HANDLER": "wmca_tracker.api.handler.answer_with_problem",
    "URL_FORMAT_OVERRIDE": None,  # the Accept header alone says which form is wanted
}
SPECTACULAR_SETTINGS = {
    "TITLE": "WMCA strategy tracker",
    "DESCRIPTION": "The strategy of the West Midlands Combined Authority and its progress, as the Board reads it.",
    "VERSION": "1.1.0",
    "LICENSE": {
        "name": "Open Government Licence v3.0",
        "url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    },
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": "/", "description": "This tracker"}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATIONS": False,  # in the order of the addresses: the strategy first
    "SORT_OPERATION_PARAMETERS": False,
    "AUTHENTICATION_WHITELIST": [],  # open to anyone; a person's session only adds what they may see
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Cause": "aims.choices.Cause",
        "DateField": "aims.choices.DateField",
        "Decision": "aims.choices.Decision",
        "Direction": "reporting.choices.Direction",
        "EventKind": "aims.choices.EventKind",
        "Headline": "reporting.choices.Headline",
        "Kind": "aims.choices.Kind",
        "LineKind": "reporting.choices.LineKind",
        "Mark": "aims.choices.Mark",
        "Membership": "accounts.choices.Membership",
        "OrganisationKind": "accounts.choices.OrganisationKind",
        "PackAudience": "reporting.choices.PackAudience",
        "PackFormat": "reporting.choices.PackFormat",
        "PeriodState": "aims.choices.PeriodState",
        "Rag": "aims.choices.Rag",
        "ReviewStage": "reporting.choices.ReviewStage",
        "ReturnStage": "funding.choices.ReturnStage",
        "Role": "aims.choices.Role",
        "Scope": "reporting.choices.Scope",
        "Sending": "aims.choices.Sending",
        "SpendKind": "funding.choices.SpendKind",
        "Stage": "aims.choices.Stage",
        "State": "aims.choices.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "wmca_tracker.api.schema.name_enumerations",
        "wmca_tracker.api.answers.describe_answers",
        "wmca_tracker.api.schema.tidy_components",
    ],
}

# Log: one calm line to standard error for what somebody should see

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "celery.beat": {"level": "WARNING"},  # "sending due task" twice a minute says nothing
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},  # each page of a pack is no news
        "fontTools": {"level": "WARNING"},
    },
}
