"""Every setting of the site, read from the environment through typed readers (config/env.py).

Nothing configured gives the embedded stack: one process, SQLite, no broker. `DB_NAME` (or STACK=full) gives the full
stack: PostgreSQL, Redis, Celery. Every variable read here stands in `.env.example` with a line of why; a test keeps
the two in step.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

from config.admin_theme import UNFOLD as UNFOLD
from config.api_description import SPECTACULAR
from config.api_parts import REST, read_rates
from config.capacity import read_capacity
from config.database_parts import read_databases
from config.env import Environment
from config.language_models import read_language_models
from config.log_parts import configure_logs
from config.phone_voices import read_phone_voices
from config.rooms import read_rooms
from config.storage_parts import read_storages

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")
env = Environment()

# --- Site ------------------------------------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG", True)
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set and DEBUG is off. Set SECRET_KEY to a long random text, for example the output of: "
            'python -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    SECRET_KEY = "development-only-key-candidate-links-made-with-it-are-not-secret"  # noqa: S105
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]") if DEBUG else ())
PORT = env.integer("PORT", 4545, maximum=65535)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", (PUBLIC_URL,))
VAR_DIR = env.folder("VAR_DIR", "var", base=BASE_DIR)  # all that the site writes: database, media, static files

STACK = env.choice("STACK", "full" if env.text("DB_NAME") else "embedded", ("embedded", "full"))

INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "config.apps.ConfigConfig",
    "unfold.apps.BasicAppConfig",  # its default one would put its own site in place of ours
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "import_export",
    "config.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "authentication",
    "organizations",
    "questionbank",
    "interviewpanel",
    "reports",
]
MIDDLEWARE = [
    "config.page_headers.add_page_headers",  # first: it is to see the answers of all the others
    "config.streaming.StreamInThreads",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organizations.admin.clocks.use_own_clock",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # outside the two below: it answers what its backend refused
    "organizations.admin.once.AnswerOnce",
    "config.lost_locks.RepeatLostDeeds",  # last: it calls the view
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
AUTH_USER_MODEL = "authentication.User"
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # of the candidate's page, and of panels
TIME_ZONE = "UTC"  # the desk shows times in the organization's (organizations/admin/clocks.py)
FORMAT_MODULE_PATH = ["config.formats"]  # 21 Nov 2026, 18:00
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there before the first collectstatic
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = read_storages(env, is_debug=DEBUG)
WHITENOISE_USE_FINDERS = DEBUG

# --- Browser security ------------------------------------------------------------------------------------------------
IS_BEHIND_TLS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_BEHIND_TLS
SECURE_SSL_REDIRECT = IS_BEHIND_TLS and not DEBUG
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("TRUST_PROXY_HEADERS", False) else None
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000 if IS_BEHIND_TLS and not DEBUG else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked by the machine next door, which speaks plain HTTP
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- API -------------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = env.integer("SIGN_IN_FAILURES", 8, minimum=3)
AXES_COOLOFF_TIME = timedelta(minutes=env.integer("SIGN_IN_LOCK_MINUTES", 15, minimum=1))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # by account alone, anybody could lock anybody out
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # sign-ins stand in the history
AXES_ENABLE_ADMIN = False
AXES_USERNAME_FORM_FIELD = "username"  # what the admin's form and the API call the address
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "authentication.lockouts.tell_locked_out"
AXES_IPWARE_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else None
AXES_IPWARE_META_PRECEDENCE_ORDER = [*(["HTTP_X_FORWARDED_FOR"] if SECURE_PROXY_SSL_HEADER else []), "REMOTE_ADDR"]

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=10),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "USER_ID_FIELD": "uuid",
    "USER_ID_CLAIM": "sub",
    "ISSUER": PUBLIC_URL,
    "ALGORITHM": "HS256",
    "SIGNING_KEY": SECRET_KEY,
}
API_RATES = read_rates(env)
# Events are sent to public addresses by https alone, unless this is on.
WEBHOOKS_ALLOW_PRIVATE = env.flag("WEBHOOKS_ALLOW_PRIVATE", False)
REST_FRAMEWORK = {**REST, "NUM_PROXIES": 1 if SECURE_PROXY_SSL_HEADER else 0}
SPECTACULAR_SETTINGS = {**SPECTACULAR, "SERVERS": [{"url": PUBLIC_URL, "description": "This site."}]}

# --- Database --------------------------------------------------------------------------------------------------------
DATABASES = read_databases(env, STACK, VAR_DIR)

# --- Redis, channel layer, Celery ------------------------------------------------------------------------------------
REDIS_HOST = env.text("REDIS_HOST", "localhost")
REDIS_PORT = env.integer("REDIS_PORT", 6379, minimum=1, maximum=65535)
REDIS_URL = env.text("REDIS_URL", f"redis://{REDIS_HOST}:{REDIS_PORT}/1")
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "config.channel_layer.OneProcessChannelLayer"}
    if STACK == "embedded"
    else {
        # Publish/subscribe survives a Redis restart. Messages are hints ("there is news"); the rows are the truth.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "interviewbot"},
    }
}
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", f"redis://{REDIS_HOST}:{REDIS_PORT}/0")
CELERY_RESULT_BACKEND = env.text("CELERY_RESULT_BACKEND") or None  # results are rows; nothing reads a result backend

# --- Work (config/work.py) -------------------------------------------------------------------------------------------
# celery: publish to the broker. threads: a pool in this process. sweeper: publish nothing; whoever sweeps does it.
_transport = "celery" if STACK == "full" else "threads"
WORK_TRANSPORT = env.choice("WORK_TRANSPORT", _transport, ("celery", "threads", "sweeper"))
if STACK == "embedded" and WORK_TRANSPORT == "celery":
    raise ImproperlyConfigured(
        "WORK_TRANSPORT is celery on the embedded stack, where no server could tell whether a worker lives. "
        "Set DB_NAME and the other DB_ variables for the full stack, or leave WORK_TRANSPORT out."
    )
WORK_THREADS = env.integer("WORK_THREADS", 4, minimum=1, maximum=64)
WORK_SWEEP_SECONDS = env.number("WORK_SWEEP_SECONDS", 15, minimum=0.05)

# --- Live interviews -------------------------------------------------------------------------------------------------
INTERVIEW_LINK_HOURS = env.integer("INTERVIEW_LINK_HOURS", 24, minimum=1)
SHUTDOWN_DRAIN_SECONDS = env.number("SHUTDOWN_DRAIN_SECONDS", 10)
(IS_INTERVIEW_LIMIT_SET, INTERVIEW_LIMIT, QUEUE_HOLD_SECONDS, QUEUE_TOLD_SECONDS, SLOT_MINUTES, SLOT_PLACES) = (
    read_capacity(env)
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Engines ---------------------------------------------------------------------------------------------------------
TRANSCRIPTION_ENGINE = env.choice("TRANSCRIPTION_ENGINE", "auto", ("auto", "whisper", "pocketsphinx"))
WHISPER_MODEL = env.text("WHISPER_MODEL", "small")
WHISPER_DEVICE = env.text("WHISPER_DEVICE", "auto")
WHISPER_COMPUTE_TYPE = env.text("WHISPER_COMPUTE_TYPE", "default")
WHISPER_BEAM_SIZE = env.integer("WHISPER_BEAM_SIZE", 5, minimum=1, maximum=20)
WHISPER_DOWNLOAD = env.flag("WHISPER_DOWNLOAD", True)

EMBEDDING_MODEL = env.text("EMBEDDING_MODEL", "sentence-transformers/all-MiniLM-L6-v2")
EMBEDDING_DOWNLOAD = env.flag("EMBEDDING_DOWNLOAD", True)

SPEECH_ENGINE = env.choice("SPEECH_ENGINE", "auto", ("auto", "piper", "espeak-ng", "off"))
SPEECH_VOICES = env.text("SPEECH_VOICES")

LLM = read_language_models(env)
OLLAMA_BASE_URL, OLLAMA_MODEL = LLM.services["ollama"].address, LLM.services["ollama"].model
REQUEST_TIMEOUT = env.number("REQUEST_TIMEOUT", 60, minimum=1)
MONTHLY_TOKENS = env.integer("MONTHLY_TOKENS", 0, minimum=0)
SECOND_OPINION_MARGIN = env.number("SECOND_OPINION_MARGIN", 10, minimum=0)  # points above the embedded interval
ENABLE_QUESTION_CACHE = env.flag("ENABLE_QUESTION_CACHE", default=True)  # docs/question-bank.md
CACHE_SIMILARITY_THRESHOLD = env.number("CACHE_SIMILARITY_THRESHOLD", 0.85, minimum=0.5, maximum=1)
QUESTION_CACHE_SIZE = env.integer("QUESTION_CACHE_SIZE", 2000, minimum=1)

# --- E-mail and SMS --------------------------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, minimum=1, maximum=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", EMAIL_PORT == 587)
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", EMAIL_PORT == 465)
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured(
        "EMAIL_USE_TLS and EMAIL_USE_SSL are both on. Choose one: EMAIL_USE_SSL for port 465, EMAIL_USE_TLS for others."
    )
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20, minimum=1, maximum=300)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"interviews@{urlsplit(PUBLIC_URL).hostname}")
_mail = "smtp" if EMAIL_HOST else "console" if DEBUG else "dummy"
EMAIL_BACKEND = f"django.core.mail.backends.{_mail}.EmailBackend"

TWILIO_ACCOUNT_SID = env.text("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKEN = env.text("TWILIO_AUTH_TOKEN")
TWILIO_FROM_NUMBER = env.text("TWILIO_FROM_NUMBER")
TWILIO_API_URL = env.text("TWILIO_API_URL", "https://api.twilio.com")
LIVEKIT = read_rooms(env)

# --- Phone calls -----------------------------------------------------------------------------------------------------
# Whoever opens this opens the way to what calls cost: without it no number can be called, whatever else is set.
PHONE_CALL_PREFIXES = env.words("PHONE_CALL_PREFIXES", ())
TWILIO_VOICE_NUMBER = env.text("TWILIO_VOICE_NUMBER", TWILIO_FROM_NUMBER)
PHONE_RING_SECONDS = env.integer("PHONE_RING_SECONDS", 30, minimum=5, maximum=600)
PHONE_CALL_MINUTES = env.integer("PHONE_CALL_MINUTES", 120, minimum=1, maximum=240)  # Twilio ends a call after that
PHONE_RECORDS_CALLS = env.flag("PHONE_RECORDS_CALLS", True)
# stream: every word is heard as it is said. record: each answer is recorded by Twilio, fetched, and heard then.
PHONE_LISTENS_BY = env.choice("PHONE_LISTENS_BY", "stream", ("stream", "record"))
PHONE_TAKES_CALLS = env.flag("PHONE_TAKES_CALLS", default=False)
PHONE_VOICES = read_phone_voices(env)
PHONE_REMOVES_RECORDINGS = env.flag("PHONE_REMOVES_RECORDINGS", True)  # at Twilio, once they are here

# --- Watching the site -----------------------------------------------------------------------------------------------
METRICS_TOKEN = env.text("METRICS_TOKEN")

# --- Demo ------------------------------------------------------------------------------------------------------------
DEMO_PASSWORD = env.text("DEMO_PASSWORD")  # of the staff that `manage.py seed_demo` makes

# --- Logging ---------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error"))
LOGGING = configure_logs(LOG_LEVEL)
