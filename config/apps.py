"""Registers the plumbing's system checks, and every app's tasks: whoever enqueues, sweeps or works must know them.

And which site the admin is.
"""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401 - registers
        from config.work import heartbeats  # noqa: F401 - registers

        autodiscover_modules("tasks")


class DeskAdminConfig(AdminConfig):
    default_site = "organizations.desk_site.DeskSite"
