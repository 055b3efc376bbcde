from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        from organizations.tenancy import drop_tenant_triggers, install_tenant_guards

        pre_migrate.connect(drop_tenant_triggers, dispatch_uid="tenant triggers")
        post_migrate.connect(install_tenant_guards, dispatch_uid="tenant guards")
