from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        from organizations.tenancy import install_tenant_guards

        post_migrate.connect(install_tenant_guards, dispatch_uid="tenant guards")
