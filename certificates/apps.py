from importlib import import_module

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        for name in ("receivers", "fates", "retentions"):  # they register themselves
            import_module(f"certificates.{name}")
