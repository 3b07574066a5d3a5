from importlib import import_module

from allauth.core.internal import ratelimit
from django.apps import AppConfig
from django.db.models.signals import post_migrate
from wagtail.users.apps import WagtailUsersAppConfig

from people.roles import sync_roles_after_migrate

# Seconds that a request waits to be counted. When a class signs in at once on a slow machine,
# allauth would turn the last of them away after one second. It has no setting for it.
LOCK_TIMEOUT = 5


class PeopleConfig(AppConfig):
    name = "people"
    default = True

    def ready(self) -> None:
        for name in ("receivers", "act_receivers", "checks", "fates_of_people", "retentions"):
            import_module(f"people.{name}")
        import_module("people.spreadsheets").guard_exports()
        post_migrate.connect(sync_roles_after_migrate)
        ratelimit.CACHE_LOCK_WAIT_TIMEOUT = LOCK_TIMEOUT


class WagtailUsersConfig(WagtailUsersAppConfig):
    """Wagtail's people screens, for accounts that have one full name and no password field."""

    user_viewset = "people.viewsets.UserViewSet"
