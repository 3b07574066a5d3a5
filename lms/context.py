from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """What every template may say: the site's name, look and help lines, and the menus."""
    return {"demonstration": settings.DEMONSTRATION}
