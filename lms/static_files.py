"""Where the style sheets, scripts and pictures of the site are."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's files, whose names tell their contents.

    The address of each is worked out once: the list of names is read when a process begins.
    """

    _addresses: dict[str, str]

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file. Raises ValueError for one that there is not."""
        known = self.__dict__.setdefault("_addresses", {})
        if name not in known:
            known[name] = super().url(name, force)
        return str(known[name])
