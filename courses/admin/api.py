"""Wagtail’s programming interface to pages, which its staff pages ask for lists."""

from __future__ import annotations

from typing import Any, ClassVar

from wagtail.admin.api.views import PagesAdminAPIViewSet


class PagesAPIViewSet(PagesAdminAPIViewSet):
    """As Wagtail's, without copying: no hook is told of it, so what was closed would be open."""

    actions: ClassVar[dict[str, Any]] = {
        name: action for name, action in PagesAdminAPIViewSet.actions.items() if name != "copy"
    }
