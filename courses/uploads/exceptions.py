"""Why a file that somebody chose cannot be taken. Each says it in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _


class UnusableFile(ValueError):
    """A file is not what it is meant to be."""


class NotAPicture(UnusableFile):
    """Nothing in the file is a picture that we can read."""

    def __str__(self) -> str:
        return _(
            "This is not a picture that we can read. Choose a JPEG, PNG, WebP, GIF, HEIC or AVIF."
        )


class PictureNotWhole(UnusableFile):
    """The file begins as a picture and does not go on as one."""

    def __str__(self) -> str:
        return _(
            "This picture did not arrive whole. Open it once on your own device, then choose it "
            "again."
        )


class PictureTooLarge(UnusableFile):
    """More dots than a server should hold at once."""

    def __init__(self, dots: int, most: int) -> None:
        super().__init__(dots, most)
        self.dots, self.most = dots, most

    def __str__(self) -> str:
        return _(
            "This picture has %(dots)s million dots, and we take up to %(most)s million. "
            "Save it smaller, then choose it again."
        ) % {"dots": -(-self.dots // 10**6), "most": self.most // 10**6}


class PictureTooLong(UnusableFile):
    """A picture that moves for so long that it is better a film."""

    def __str__(self) -> str:
        return _(
            "This moving picture is too large or too long. Make it smaller or shorter, or put "
            "it in as a film."
        )


class NotCaptions(UnusableFile):
    """The file holds no captions, or some that cannot be mended without guessing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class NotCaptionsAnyMore(UnusableFile):
    """What is to take the place of captions is something else."""

    def __init__(self, problem: NotCaptions) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return _(
            "Only captions can take the place of captions. %(reason)s Anything else is put in as "
            "a document of its own."
        ) % {"reason": self.problem}


class NotARecording(UnusableFile):
    """The file is no film, or no sound, that browsers play."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class NotTheDocumentItIsNamed(UnusableFile):
    """What is in a document does not agree with the end of its name."""

    def __init__(self, extension: str) -> None:
        super().__init__(extension)
        self.extension = extension

    def __str__(self) -> str:
        return _(
            "The name of this file ends in .%(extension)s, and what is in it is something else, "
            "or did not arrive whole. Open it once on your own device, then choose it again."
        ) % {"extension": self.extension}
