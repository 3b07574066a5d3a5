from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "lms"
    verbose_name = "Peerwork"

    def ready(self) -> None:
        from lms import checks, receivers  # noqa: F401  registering is all that is wanted
