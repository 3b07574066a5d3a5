"""How a moving picture is shown: as it was stored, since every other size of it stands still."""

from __future__ import annotations

from typing import Any

from wagtail.images.image_operations import FilterOperation
from willow.image import WebPImageFile


class StoredFile:
    """A picture that is written as it is."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def save_as_webp(self, file: Any, **options: Any) -> WebPImageFile:
        file.write(self.content)
        return WebPImageFile(file)


class AsItMoves(FilterOperation):
    """The size `moving`, of a picture whose name says that it moves."""

    def construct(self) -> None:
        """It is asked for without a width."""

    def run(self, willow: Any, image: Any, env: dict[str, Any]) -> StoredFile:
        env["output-format"] = "webp"
        with image.open_file() as file:
            return StoredFile(file.read())
