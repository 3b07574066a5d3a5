from __future__ import annotations

from django.apps import AppConfig


class DeployConfig(AppConfig):
    """What it takes to run the site on a machine. It has no tables."""

    name = "deploy"
    verbose_name = "Deployment"
