from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "people"
    default = True

    def ready(self) -> None:
        from people import receivers  # noqa: F401  registering is all that is wanted


class WagtailUsersConfig(WagtailUsersAppConfig):
    """Wagtail's people screens, for accounts that have one full name and no password field."""

    user_viewset = "people.viewsets.UserViewSet"
