"""By which rules awards are renewed, in the staff pages: a list, and a form for each award."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from certificates.access import may_see_renewal_rules, may_set_renewal_rules
from certificates.admin.pages import render_staff_page
from certificates.admin.rule_form import RuleForm, initial_of
from certificates.exceptions import CannotBeDone
from certificates.models import Award, RenewalRule, Statement, version_in_force
from certificates.renewal.rules import Rule
from certificates.renewal.shipped import BY_NAME, SHIPPED
from certificates.renewal_exceptions import RuleInThePast
from certificates.renewal_rules import set_rule
from certificates.renewal_words import rule_in_words
from people.http import SignedInRequest

TITLE = gettext_lazy("Renewal rules")


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every award, with the rule that certificates issued today are renewed by."""
    if not may_see_renewal_rules(request.user):
        raise PermissionDenied
    awards = Award.objects.select_related("issuer").prefetch_related("renewal_rules")
    lines = [(award, _in_force_today(award)) for award in awards]
    context = {"lines": lines}
    return render_staff_page(request, "certificates/admin/rules.html", str(TITLE), context)


@require_http_methods(["GET", "HEAD", "POST"])
def award(request: SignedInRequest, award_id: int) -> HttpResponse:
    """The versions of the rule of an award, and a form for a new one."""
    if not may_see_renewal_rules(request.user):
        raise PermissionDenied
    row = get_object_or_404(
        Award.objects.select_related("issuer").prefetch_related("renewal_rules__created_by"),
        pk=award_id,
    )
    versions = list(row.renewal_rules.all())
    may_set = may_set_renewal_rules(request.user)
    form = RuleForm(request.POST or None, initial=_initial(request, row, versions))
    if request.method == "POST":
        if not may_set:
            raise PermissionDenied
        if form.is_valid() and _is_set(request, row, form):
            return redirect("renewal_rules:award", row.pk)
    return _award_page(request, row, versions, form, may_set=may_set)


def _award_page(
    request: SignedInRequest,
    row: Award,
    versions: list[RenewalRule],
    form: RuleForm,
    *,
    may_set: bool,
) -> HttpResponse:
    titles = dict(Statement.objects.values_list("slug", "title"))
    in_force = _in_force_today(row)
    context = {
        "award": row,
        "versions": [
            (each, rule_in_words(each.rule, statement=titles.get(each.rule.statement, "")))
            for each in versions
        ],
        "in_force": in_force,
        "form": form,
        "may_set": may_set,
        "shipped": SHIPPED,
        "began_as": BY_NAME.get(str(form["began_as"].value() or "")),
    }
    return render_staff_page(
        request,
        "certificates/admin/rule.html",
        _("Renewal rule: %(award)s") % {"award": row},
        context,
        status=422 if form.is_bound else 200,
    )


def _in_force_today(row: Award) -> RenewalRule | None:
    """The version that counts for what is issued today."""
    today = row.issuer.date_at(timezone.now())
    return version_in_force(list(row.renewal_rules.all()), issued_on=today, today=today)


def _initial(request: SignedInRequest, row: Award, versions: list[RenewalRule]) -> dict[str, Any]:
    """What the form begins with: the shipped rule that was chosen, the newest version, or the
    months and the window of the award."""
    today = row.issuer.date_at(timezone.now())
    newest = max(versions, key=lambda each: each.version, default=None)
    seen = newest.version if newest else 0
    chosen = BY_NAME.get(request.GET.get("from", ""))
    if chosen is not None:
        return initial_of(chosen.rule, last_seen=seen, today=today, began_as=chosen.name)
    if newest is not None:
        return initial_of(newest.rule, last_seen=seen, today=today, began_as=newest.began_as)
    plain = Rule(months=row.valid_months or 24, opens_days=row.renewal_opens_days)
    return initial_of(plain, last_seen=seen, today=today)


def _is_set(request: SignedInRequest, row: Award, form: RuleForm) -> bool:
    began_as = form.cleaned_data["began_as"]
    try:
        set_rule(
            row,
            form.rule,
            effective_on=form.cleaned_data["effective_on"],
            for_holders_too=form.cleaned_data["for_holders_too"],
            began_as=began_as if began_as in BY_NAME else "",
            last_seen=form.cleaned_data["last_seen"],
            by=request.user,
            at=timezone.now(),
        )
    except RuleInThePast as problem:
        form.add_error("effective_on", str(problem))
    except CannotBeDone as problem:
        form.add_error(None, str(problem))
    else:
        messages.success(request, _("The rule is set, as a new version."))
        return True
    return False


app_name = "renewal_rules"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("<int:award_id>/", award, name="award"),
]
