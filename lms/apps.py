from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "lms"
    verbose_name = "Peerwork"

    def ready(self) -> None:
        for name in (
            "checks",
            "receivers",
            "fates",
            "retentions",
        ):  # they register themselves, once models are there
            import_module(f"lms.{name}")
        import_module("lms.wagtail_made_once").word_for_each_reader()
