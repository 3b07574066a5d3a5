"""The forms by which staff put in pictures, films, recordings and documents.

Every door of the staff pages is made of these: each judges a file by its content when it is
chosen, and hands on what may be stored. Code that makes a row by itself is held to the same
by `courses.uploads.receivers`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm

from courses.uploads import captions, documents, pictures, recordings
from courses.uploads.captioning import is_captions
from courses.uploads.exceptions import NotCaptions, NotCaptionsAnyMore, UnusableFile
from courses.uploads.quota import QuotaMixin


class CleanFile(SimpleUploadedFile):
    """A file that was looked at, and holds what may be stored and nothing else."""


def clean_picture(file: Any) -> CleanFile:
    """A picture as it may be stored, under a name that says what it is. Raises UnusableFile."""
    file.seek(0)
    picture = pictures.read_picture(file.read(), most_dots=settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS)
    return CleanFile(picture.name_after(file.name), picture.content)


def clean_captions(file: Any) -> CleanFile:
    """Captions as every browser reads them. Raises UnusableFile."""
    file.seek(0)
    found = captions.read_captions(file.read(captions.LONGEST + 1))
    stem = re.sub(r"\.\w{1,5}$", "", str(file.name).strip()) or "captions"
    return CleanFile(f"{stem}.vtt", found.as_webvtt().encode())


def clean_successor(file: Any) -> CleanFile:
    """Captions that take the place of captions. Raises UnusableFile for anything else."""
    try:
        return clean_captions(file)
    except NotCaptions as problem:
        raise NotCaptionsAnyMore(problem) from problem


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def usable(read: Callable[..., Any], *args: Any) -> Any:
    """What a reader of files returns; where it cannot, its reason as that of a field."""
    try:
        return read(*args)
    except UnusableFile as problem:
        raise ValidationError(str(problem), code="unusable") from problem


class PictureField(WagtailImageField):
    """A picture, whatever it is named. What is handed on is stored as it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.help_text = _(
            "JPEG, PNG, WebP, GIF, HEIC or AVIF, up to %(size)s. Where and when it was taken, "
            "and by which device and whom, is taken out."
        ) % {"size": self.max_upload_size_text}

    def to_python(self, data: Any) -> CleanFile | None:
        upload = forms.FileField.to_python(self, data)
        if upload is None:
            return None
        self.check_image_file_size(upload)
        clean: CleanFile = usable(clean_picture, upload)
        return clean


class OneReasonMixin(forms.BaseForm):
    """A form for a file, which says once why it was refused."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Without what the model says of a file that was refused: it finds none, and no ending."""
        if field is None and "file" in self.errors:
            refusal = error if isinstance(error, ValidationError) else ValidationError(error)
            error = _without_the_file(refusal)
        if error is not None:
            super().add_error(field, error)


def _without_the_file(refusal: ValidationError) -> ValidationError | None:
    """What a model finds besides its file; wagtailmedia's says of no field what is one's fault."""
    if not hasattr(refusal, "error_dict"):
        return refusal
    further = {
        name: [each for each in errors if each.code != "invalid_extension"]
        for name, errors in refusal.error_dict.items()
        if name != "file"
    }
    further = {name: errors for name, errors in further.items() if errors}
    return ValidationError(further) if further else None


class PictureForm(OneReasonMixin, QuotaMixin, BaseImageForm):
    """A picture for lessons and pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            field = self.fields["file"]
            self.fields["file"] = PictureField(
                label=field.label, required=field.required, widget=field.widget
            )


class RecordingForm(OneReasonMixin, QuotaMixin, BaseMediaForm):
    """A film or a recording. How long and how large it is, is read from it."""

    read_from_it = ("duration", "width", "height")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.read_from_it:
            self.fields.pop(name, None)
        if "file" in self.fields:
            self.fields["file"].help_text = self.what_is_taken()
            self.fields["file"].widget.attrs |= self.words_while_sending()
        if "thumbnail" in self.fields:
            self.fields["thumbnail"].label = _("Picture before it is played")

    @property
    def is_film(self) -> bool:
        return bool(self.instance.type == recordings.FILM)

    def what_is_taken(self) -> str:
        size = filesizeformat(settings.FILM_LIMIT)
        if self.is_film:
            return _("MP4 or WebM, up to %(size)s.") % {"size": size}
        return _("MP3, M4A or OGG, up to %(size)s.") % {"size": size}

    def words_while_sending(self) -> dict[str, Any]:
        """What upload.js says while the file is sent."""
        return {
            "data-most-bytes": settings.FILM_LIMIT,
            "data-too-large": _("This file is too large to send."),
            "data-sending": _("How much of the file is sent"),
            "data-looking": _("All of it is here and is being looked at…"),
            "data-failed": _("The connection broke off. Nothing was saved: send it again."),
        }

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        if (file.size or 0) > settings.FILM_LIMIT:
            raise ValidationError(
                _("This file has %(size)s. We take up to %(most)s: save it smaller.")
                % {
                    "size": filesizeformat(file.size or 0),
                    "most": filesizeformat(settings.FILM_LIMIT),
                }
            )
        path = getattr(file, "temporary_file_path", None)
        recording = usable(
            recordings.read_recording, path() if path else file, str(self.instance.type)
        )
        file.seek(0)
        file.name = recording.name_after(str(file.name))
        self.instance.duration = recording.seconds
        self.instance.width, self.instance.height = recording.width, recording.height
        return file

    def clean_thumbnail(self) -> Any:
        file = self.cleaned_data["thumbnail"]
        return usable(clean_picture, file) if isinstance(file, UploadedFile) else file


class DocumentForm(OneReasonMixin, QuotaMixin, BaseDocumentForm):
    """A document to keep, or the captions of a film.

    Captions alone take the place of captions, whatever page shows them or will show them.
    """

    def __init__(self, *args: Any, only_captions: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only_captions = only_captions
        self.replaces_captions = False
        if "file" in self.fields:
            self.replaces_captions = bool(self.instance.pk and is_captions(self.instance))
            self.fields["file"].help_text = self.what_is_taken()
        first = first_cue(self.instance)
        if first:
            # Wagtail has asked for the bound field already, which remembers what was said then.
            title = self["title"]
            title.help_text = _("The first caption in it: %(cue)s") % {"cue": first}
            title.field.help_text = title.help_text

    def what_is_taken(self) -> str:
        if self.only_captions or self.replaces_captions:
            return _("WebVTT or SubRip, up to %(size)s. It is stored as WebVTT.") % {
                "size": filesizeformat(captions.LONGEST)
            }
        return _(
            "%(kinds)s, up to %(size)s. Captions may be WebVTT or SubRip; they are stored as "
            "WebVTT."
        ) % {
            "kinds": ", ".join(settings.WAGTAILDOCS_EXTENSIONS).upper(),
            "size": filesizeformat(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE),
        }

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        if self.replaces_captions:
            return usable(clean_successor, file)
        extension = extension_of(str(file.name))
        if self.only_captions or extension in captions.EXTENSIONS:
            return usable(clean_captions, file)
        if extension in settings.WAGTAILDOCS_EXTENSIONS:  # of others the model says what is taken
            usable(documents.check_document, file, extension)
        return file


def first_cue(document: Any) -> str:
    """The first caption of a document that holds captions; otherwise nothing."""
    if not document.file or extension_of(document.file.name) not in captions.EXTENSIONS:
        return ""
    try:
        with document.open_file() as file:
            return captions.read_captions(file.read(captions.LONGEST + 1)).first
    except (UnusableFile, OSError):
        return ""
