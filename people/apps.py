from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "people"
    default = True

    def ready(self) -> None:
        from allauth.core.internal import ratelimit

        from people import receivers  # noqa: F401  registering is all that is wanted

        # Tries are counted one after another. When a whole class signs in at once on a slow
        # machine, the last of them waits a moment; allauth would turn them away after a second.
        ratelimit.CACHE_LOCK_WAIT_TIMEOUT = 5


class WagtailUsersConfig(WagtailUsersAppConfig):
    """Wagtail's people screens, for accounts that have one full name and no password field."""

    user_viewset = "people.viewsets.UserViewSet"
