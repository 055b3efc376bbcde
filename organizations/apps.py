from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models.signals import post_migrate, pre_migrate
from django.utils import timezone


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        from authentication.signals import password_chosen
        from organizations.append_only import drop_history_guards, install_history_guards
        from organizations.tenancy import drop_tenant_triggers, install_tenant_guards

        pre_migrate.connect(drop_tenant_triggers, dispatch_uid="tenant triggers")
        post_migrate.connect(install_tenant_guards, dispatch_uid="tenant guards")
        pre_migrate.connect(drop_history_guards, sender=self, dispatch_uid="history's guards, before")
        post_migrate.connect(install_history_guards, sender=self, dispatch_uid="history's guards")
        password_chosen.connect(hear_password, dispatch_uid="history of passwords")
        user_logged_in.connect(hear_sign_in, dispatch_uid="history of sign-ins")
        user_login_failed.connect(hear_refused_sign_in, dispatch_uid="history of refused sign-ins")


def hear_sign_in(*, request: Any, user: Any, **_: object) -> None:
    from organizations.services.sign_ins import record_sign_in

    record_sign_in(user=user, address=read_address(request), now=timezone.now())


def hear_password(*, user: Any, **_: object) -> None:
    from organizations.services.sign_ins import record_password

    record_password(user=user, now=timezone.now())


def hear_refused_sign_in(*, credentials: Any, request: Any = None, **_: object) -> None:
    from organizations.services.sign_ins import record_refused_sign_in

    record_refused_sign_in(
        email=str(credentials.get("username", "")), address=read_address(request), now=timezone.now()
    )


def read_address(request: Any) -> str:
    return str(getattr(request, "META", {}).get("REMOTE_ADDR") or "")
