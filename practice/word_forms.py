"""The form in which the words of a conversation are written side by side with the first ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.compare import TextFieldComparison
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel

from courses.publishable import PublishFormMixin
from people.http import int_or_none
from practice.scripts import Script
from practice.wording import Text, Wording, texts_by_place, texts_of

MOST_CHARACTERS = 1000


@dataclass(frozen=True)
class Row:
    """A text, what stands beside it in the other language, and what is to be done about it."""

    text: Text
    words: str
    is_stale: bool
    before: str
    is_confirmed: bool

    @property
    def is_missing(self) -> bool:
        return not self.words.strip()

    @property
    def is_long(self) -> bool:
        return len(self.text.words) > 60


@dataclass(frozen=True)
class Given:
    """What somebody wrote: the text at each place, where they say that it still says the same,
    and the stamp of the source that they had before them."""

    texts: Mapping[str, str]
    confirmed: frozenset[str] = frozenset()
    stamp: str = ""


def stamp_of(source: Wording) -> str:
    """A short sign of all that a source says, by which a change of it is noticed."""
    texts = json.dumps(texts_by_place(source), sort_keys=True)
    return sha256(texts.encode()).hexdigest()[:16]


class SideBySide(forms.Widget):
    """Every text of a conversation with a place beside it for the same in another language."""

    template_name = "practice/admin/side_by_side.html"

    def __init__(self, source: Wording, words: Any) -> None:
        super().__init__()
        self.source = source
        self.words = words
        self.stale = words.stale_places(source)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, "", attrs)
        given: Given = (
            value if isinstance(value, Given) else Given(self.words.texts_for(self.source))
        )
        rows = [self._row(text, given) for text in texts_of(self.source)]
        parts = [
            (part, list(group)) for part, group in groupby(rows, key=lambda row: row.text.part)
        ]
        missing, stale = sum(r.is_missing for r in rows), sum(r.is_stale for r in rows)
        return {
            **context,
            "parts": parts,
            "missing": missing,
            "stale": stale,
            "stamp": stamp_of(self.source),
            "language": self.words.language,
            "most": MOST_CHARACTERS,
        }

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Its template is among those of the site, where the renderer of forms does not look."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def _row(self, text: Text, given: Given) -> Row:
        return Row(
            text,
            given.texts.get(text.place, ""),
            text.place in self.stale,
            self.words.translated_from.get(text.place, ""),
            text.place in given.confirmed,
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Given:
        texts = {t.place: data.get(f"{name}-{t.place}", "") for t in texts_of(self.source)}
        confirmed = frozenset(place for place in texts if data.get(f"{name}-same-{place}"))
        return Given(texts, confirmed, data.get(f"{name}-stamp", ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-stamp" not in data

    def id_for_label(self, id_: str) -> str:
        return ""


class WordsField(forms.Field):
    """The texts that somebody wrote beside those of a conversation."""

    widget = SideBySide

    def __init__(self, source: Wording, words: Any) -> None:
        super().__init__(
            required=False,
            label=gettext_lazy("Words side by side"),
            widget=SideBySide(source, words),
        )
        self.source = source

    def clean(self, value: Given) -> Given:
        if value.stamp != stamp_of(self.source):
            raise ValidationError(
                _("The conversation was changed while you wrote. Look at it again, and save again.")
            )
        if any(len(text) > MOST_CHARACTERS for text in value.texts.values()):
            raise ValidationError(
                _("A text may have %(count)s characters at most.") % {"count": MOST_CHARACTERS}
            )
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


class ConversationWordsForm(PublishFormMixin, WagtailAdminModelForm):
    """Which conversation, in which language; and once that is known, its words side by side."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = self._read_source()
        if self.instance.pk:
            del self.fields["conversation"], self.fields["language"]
        if self.source is None:
            self.fields.pop("script", None)
            self.fields.pop("reviewed_by", None)
        elif "script" in self.fields:
            self.fields["script"] = WordsField(self.source, self.instance)
            self.initial.pop("script", None)

    def _read_source(self) -> Wording | None:
        """What is to be translated; None while nobody chose a conversation."""
        conversation = self._conversation()
        return self.instance.read_source(conversation) if conversation else None

    def _conversation(self) -> Any:
        if self.instance.conversation_id:
            return self.instance.conversation
        chosen = int_or_none(self.data.get("conversation")) if self.is_bound else None
        field: Any = self.fields.get("conversation")
        if chosen is None or field is None:
            return None
        return field.queryset.filter(pk=chosen).first()

    def _post_clean(self) -> None:
        """Put what was written in its places, before it is judged whether it can be published."""
        given = self.cleaned_data.pop("script", None)
        if isinstance(given, Given) and self.source is not None:
            self._put(given, self.source)
        elif self.source is not None and not self.instance.script:
            self.instance.put_texts(self.source, {})
        super()._post_clean()

    def _put(self, given: Given, source: Wording) -> None:
        words = self.instance
        before, stale = words.texts_for(source), words.stale_places(source)
        left = {
            place
            for place in stale - given.confirmed
            if given.texts.get(place, "").strip() == before.get(place, "")
        }
        words.translated_from = {
            place: words.translated_from[place] if place in left else text
            for place, text in texts_by_place(source).items()
            if given.texts.get(place, "").strip()
        }
        words.put_texts(source, given.texts)


# In the comparison of two versions -----------------------------------------------------------


class WordsComparison(TextFieldComparison):
    """Two versions of the words, as the lines that somebody reads."""

    def __init__(self, field: Any, obj_a: Any, obj_b: Any) -> None:
        super().__init__(field, obj_a, obj_b)
        stored = (field.value_from_object(each) for each in (obj_a, obj_b))
        self.val_a, self.val_b = map(_as_lines, stored)


def _as_lines(stored: Any) -> str:
    wording = Wording(Script.from_json(stored) if stored else Script())
    return "\n".join(f"{text.part} {text.label}: {text.words}" for text in texts_of(wording))


class WordsPanel(FieldPanel):
    """The words side by side, in the editor of words."""

    def get_comparison_class(self) -> Any:
        return WordsComparison
