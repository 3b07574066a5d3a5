from importlib import import_module

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        for name in ("receivers", "uploads.receivers", "fates"):  # they register themselves
            import_module(f"courses.{name}")
