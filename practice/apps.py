from importlib import import_module

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "practice"

    def ready(self) -> None:
        for name in ("fates", "retentions"):  # they register themselves
            import_module(f"practice.{name}")
