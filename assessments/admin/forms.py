"""What staff fill in about one learner: a reason always, and what it is for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateTimeInput

from assessments.models import EnrolmentException, Quiz, QuizException


class TalkedThroughForm(forms.Form):
    """How it went when a red line was talked through aloud."""

    reason = forms.CharField(
        label=_("How it went"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=_(
            "In a sentence: when and how you talked, and that they can say what they would do. "
            "Kept with your name and the time; the learner may ask to read it."
        ),
    )


class TakeBackForm(forms.Form):
    """Why what was recorded as talked through is taken back."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=_("In a sentence. Kept beside the record with your name and the time."),
    )


class SeenForm(forms.ModelForm):
    """A form that names the latest row its writer had before them."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class QuizExceptionForm(SeenForm):
    """What one learner is given at one quiz. Only what the quiz limits can be eased."""

    class Meta:
        model = QuizException
        fields = [*QuizException.TERMS, "reason"]
        widgets = {
            "reason": AdminAutoHeightTextInput,
            "opens_at": AdminDateTimeInput,
            "closes_at": AdminDateTimeInput,
        }

    def __init__(self, *args: Any, quiz: Quiz, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limited = {
            "extra_attempts": quiz.attempts_allowed,
            "no_wait": quiz.wait_minutes or quiz.tries_before_pause,
            "talked": quiz.tries_before_pause or quiz.tries_before_talk or quiz.held_back,
            "extra_minutes": quiz.time_limit_minutes,
            "opens_at": quiz.opens_at,
            "closes_at": quiz.closes_at,
        }
        for name, limit in limited.items():
            self.fields[name].required = False
            if not limit:
                del self.fields[name]

    @property
    def terms(self) -> dict[str, Any]:
        """What is given, as the verb takes it."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in QuizException.TERMS and value is not None
        }


class MoveEndForm(SeenForm):
    """When one person's time on a course ends, and why it was moved."""

    class Meta:
        model = EnrolmentException
        fields = ["ends_at", "reason"]
        widgets = {"reason": AdminAutoHeightTextInput, "ends_at": AdminDateTimeInput}
        help_texts = {
            "ends_at": _("Empty: there is no end. Records are kept either way."),
            "reason": _("Kept with your name and the time."),
        }
