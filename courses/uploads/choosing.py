"""Choosing the captions of a film: only files of captions, each with its first words."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.telepath import register
from wagtail.admin.views.generic.chooser import CreationFormMixin
from wagtail.documents import get_document_model_string
from wagtail.documents.views import chooser

from courses.uploads import captions
from courses.uploads.exceptions import NotCaptions


def captions_of(document: Any) -> captions.Captions:
    """The captions that a document holds, as browsers will show them.

    Raises NotCaptions for any that is not WebVTT as it should be, such as one from before these
    were looked at when they are put in.
    """
    try:
        with document.open_file() as file:
            content = file.read(captions.LONGEST + 1)
    except OSError as problem:
        raise NotCaptions(_("This file is gone. Choose another.")) from problem
    found = captions.read_captions(content)
    if content.decode(errors="replace") != found.as_webvtt():
        raise NotCaptions(
            _(
                "Browsers may show nothing of these captions as they are. Put the file in once "
                "more by “Choose other captions”, and it is mended."
            )
        )
    return found


def title_with_first_cue(document: Any) -> str:
    """What an author sees of the captions that were chosen."""
    try:
        return f"{document.title} · {captions_of(document).first}"
    except NotCaptions as problem:
        return f"{document.title} · {problem}"


def only_captions(documents: QuerySet[Any]) -> QuerySet[Any]:
    names = (Q(file__iendswith=f".{extension}") for extension in captions.EXTENSIONS)
    chosen = next(names)
    for name in names:
        chosen |= name
    return documents.filter(chosen)


class TakesCaptionsMixin(CreationFormMixin):
    """A view whose form takes captions alone, whatever their file is named, and mends them."""

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_creation_form_kwargs()
        return {**kwargs, "only_captions": True}


class ChooseCaptions(TakesCaptionsMixin, chooser.DocumentChooseView):
    """The files of captions that may be chosen, and the form to add one."""

    def get_object_list(self) -> QuerySet[Any]:
        return only_captions(super().get_object_list())


class CaptionsFound(TakesCaptionsMixin, chooser.DocumentChooseResultsView):
    """Those of them that a search finds."""

    def get_object_list(self) -> QuerySet[Any]:
        return only_captions(super().get_object_list())


class CaptionsChosen(chooser.DocumentChosenView):
    """What the editor is told of the captions that were chosen."""

    def get_display_title(self, instance: Any) -> str:
        return title_with_first_cue(instance)


class CaptionsAdded(TakesCaptionsMixin, chooser.DocumentChooserUploadView):
    """What the editor is told of captions that were added, or why they cannot be read."""

    def get_display_title(self, instance: Any) -> str:
        return title_with_first_cue(instance)


class CaptionsWidget(chooser.BaseAdminDocumentChooser):
    """A document in the editor, with its first words beside its name."""

    def get_value_data_from_instance(self, instance: Any) -> dict[str, Any]:
        value: dict[str, Any] = super().get_value_data_from_instance(instance)
        return {**value, "title": title_with_first_cue(instance)}


class CaptionsBlock(chooser.BaseDocumentChooserBlock):
    """The place of a document that is shown as captions."""

    is_for_captions = True


class CaptionsChooserViewSet(chooser.DocumentChooserViewSet):
    """As Wagtail's for documents."""

    choose_view_class = ChooseCaptions
    choose_results_view_class = CaptionsFound
    chosen_view_class = CaptionsChosen
    create_view_class = CaptionsAdded
    base_widget_class = CaptionsWidget
    base_block_class = CaptionsBlock
    register_widget = False
    choose_one_text = gettext_lazy("Choose captions")
    choose_another_text = gettext_lazy("Choose other captions")

    def on_register(self) -> None:
        """Its widget is for this block alone, and not for every document that is chosen."""
        register(chooser.DocumentChooserAdapter(), self.widget_class)


captions_chooser = CaptionsChooserViewSet(
    "captions_chooser", model=get_document_model_string(), url_prefix="captions"
)
CaptionsChooserBlock = captions_chooser.get_block_class(
    name="CaptionsChooserBlock", module_path="courses.uploads.choosing"
)
