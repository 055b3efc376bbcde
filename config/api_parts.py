"""The parts that every call of the API goes through, in their order: Django REST framework's settings. Read by
config/settings.py.
"""

from config.env import Environment

REST = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "organizations.api.authentication.KeyAuthentication",
        "authentication.api.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["organizations.api.callers.IsCaller"],
    "DEFAULT_THROTTLE_CLASSES": [
        "authentication.api.throttles.AddressThrottle",
        "authentication.api.throttles.AccountThrottle",
        "organizations.api.throttles.KeyThrottle",
        "organizations.api.throttles.TenantThrottle",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.parsers.BoundedJsonParser"],
    "DEFAULT_FILTER_BACKENDS": [
        "config.api.lists.KnownParameters",
        "django_filters.rest_framework.DjangoFilterBackend",
        "config.api.lists.BoundedSearch",
        "config.api.lists.StrictOrdering",
    ],
    "DEFAULT_PAGINATION_CLASS": "config.api.pages.Pages",
    "DEFAULT_SCHEMA_CLASS": "config.api.schema.PlainSchema",
    "EXCEPTION_HANDLER": "config.api.problems.answer_problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}


def read_rates(env: Environment) -> dict[str, tuple[int, int]]:
    """How many requests in how many seconds, of each."""
    return {
        "address": (env.integer("API_RATE_ADDRESS", 60, minimum=1), 60),
        "account": (env.integer("API_RATE_ACCOUNT", 600, minimum=1), 60),
        "key": (env.integer("API_RATE_KEY", 1200, minimum=1), 60),
        "tenant": (env.integer("API_RATE_TENANT", 3000, minimum=1), 60),
    }
