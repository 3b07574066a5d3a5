"""Forms and pages of the staff that propose a change instead of making it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput

from courses.admin.deleting import DeleteModelView
from courses.exceptions import CoursesError, NothingChanges
from courses.models import ProposedChange
from courses.proposed_values import values_of
from courses.proposing import propose_adding, propose_change, propose_deleting
from people.http import SignedInRequest
from people.saved_values import WatchedForm

REASON_LENGTH = 2000
PROPOSE_DELETING = "courses/admin/propose_deleting.html"
REASON_PANEL = FieldPanel("reason_of_change")


def reason_help() -> str:
    """What becomes of a change here, below the field that asks for its reason."""
    if settings.SECOND_READER:
        return _("Somebody else reads this, and what you propose, before it takes effect.")
    return _(
        "This site has no second reader: the change takes effect at once, and the log says that "
        "nobody else read it."
    )


def reason_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Reason for the change"),
        max_length=REASON_LENGTH,
        required=required,
        widget=AdminAutoHeightTextInput,
    )


class SecondReadForm(WatchedForm):
    """A form of something that is read twice as a whole: sending it proposes it, with a reason."""

    reason_of_change = reason_field(required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason_of_change" in self.fields:
            self.fields["reason_of_change"].help_text = reason_help()

    def propose(self) -> ProposedChange:
        """Propose what was filled in. Raises what `courses.proposing` raises."""
        is_new = not self.instance.pk
        subject = super(WatchedForm, self).save(commit=False)
        context = {
            "reason": self.cleaned_data["reason_of_change"],
            "by": self.for_user,
            "at": timezone.now(),
        }
        change: ProposedChange = (
            propose_adding(subject, **context)
            if is_new
            else propose_change(subject, values_of(subject), **context)
        )
        return change


class PartlySecondReadForm(WatchedForm):
    """A form of something of which some fields are read twice: the others are saved at once, and
    these are proposed. `proposed` is the change that waits then."""

    reason_of_change = reason_field(required=False)
    proposed: ProposedChange | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read_twice_before = values_of(self.instance) if self.instance.pk else None
        if "reason_of_change" in self.fields:
            self.fields["reason_of_change"].help_text = reason_help()

    @property
    def proposes(self) -> bool:
        """Whether what was filled in differs in what is read twice."""
        before = self.read_twice_before
        return before is not None and before != values_of(self.instance)

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.proposes:
            return
        if not self.cleaned_data.get("reason_of_change", "").strip():
            self.add_error(
                "reason_of_change",
                _("Please say why. Whoever reads it next needs to know."),
            )
        if ProposedChange.objects.about(self.instance).waiting().exists():
            self.add_error(None, _("A change of this waits for a second reader already."))

    def save(self, commit: bool = True) -> Any:
        after, before = values_of(self.instance), self.read_twice_before
        if before is None or after == before:
            return super().save(commit=commit)
        for name, value in before.items():
            setattr(self.instance, self.instance._meta.get_field(name).attname, value)
        saved = super().save(commit=commit)
        self.proposed = propose_change(
            saved,
            after,
            reason=self.cleaned_data["reason_of_change"],
            by=self.for_user,
            at=timezone.now(),
        )
        return saved


# Pages --------------------------------------------------------------------------------------


class ProposingMixin:
    """A page whose form is a `SecondReadForm`: sending it leads to what was proposed."""

    submit_button_label = gettext_lazy("Propose this")

    def form_valid(self: Any, form: Any) -> HttpResponse:
        self.form = form
        try:
            change = form.propose()
        except NothingChanges as refusal:
            messages.info(self.request, str(refusal))
            return redirect(self.get_success_url())
        except CoursesError as refusal:
            form.add_error(None, str(refusal))
            self.produced_error_message = self.get_error_message()
            response: HttpResponse = self.form_invalid(form)
            return response
        return lead_to(self.request, change)


class SayWhatWaitsMixin:
    """A page that edits something: it says which change of it waits."""

    def get(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]  # Wagtail's
        say_what_waits(request, self.object)
        return response


class ReasonForm(forms.Form):
    reason = reason_field(required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = reason_help()


class ProposingDeleteView(DeleteModelView):
    """Proposes that something be deleted, on which nothing rests."""

    template_name = PROPOSE_DELETING

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("reason_form", ReasonForm())
        return super().get_context_data(**kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if self.holds:
            return self.refuse()
        reason_form = ReasonForm(self.request.POST)
        if not reason_form.is_valid():
            return self._show(reason_form)
        try:
            change = propose_deleting(
                self.object,
                reason=reason_form.cleaned_data["reason"],
                by=self.request.user,
                at=timezone.now(),
            )
        except CoursesError as refusal:
            reason_form.add_error(None, str(refusal))
            return self._show(reason_form)
        return lead_to(self.request, change)

    def _show(self, reason_form: ReasonForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(reason_form=reason_form), status=422)


def lead_to(request: SignedInRequest, change: ProposedChange) -> HttpResponse:
    """Say what became of what was proposed, and show it."""
    messages.success(request, what_became_of(change))
    return redirect("changes:change", change.pk)


def what_became_of(change: ProposedChange) -> str:
    if change.is_waiting:
        return _("Proposed. It takes effect when somebody else has read it and agreed.")
    return _("It is in effect. This site has no second reader, and the log says so.")


def say_what_waits(request: HttpRequest, subject: Any) -> None:
    """On the page where it is edited: that a change of it waits, and where."""
    for change in ProposedChange.objects.about(subject).waiting():
        messages.info(
            request,
            _("A change of this waits for a second reader."),
            buttons=[messages.button(reverse("changes:change", args=[change.pk]), _("Read it"))],
        )
