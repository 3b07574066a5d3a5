from importlib import import_module

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        for name in ("receivers", "fates"):
            import_module(f"assessments.{name}")
