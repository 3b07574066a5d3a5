"""The pages of an organisation that checks certificates: for its members, and for nobody else."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.http import SignedInRequest, login_required
from people.models import Membership, Organisation, OrganisationInvitation
from people.models.organisations import Role
from people.organisations.exceptions import CannotOrganise
from people.organisations.forms import InvitationForm, OrganisationForm, RoleForm
from people.organisations.joining import (
    INVITATION_LASTS,
    accept_invitation,
    addresses_of,
    change_role,
    decline_invitation,
    end_organisation,
    invite_member,
    is_invited,
    make_organisation,
    remove_member,
    take_back_invitation,
)
from people.page_parts import parts_of

private = cache_control(private=True, no_store=True)
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def own_membership(request: SignedInRequest, organisation_id: UUID) -> Membership:
    """The reader's place in an organisation. Of any other it is not told that it is there."""
    memberships = Membership.objects.select_related("organisation", "person")
    return get_object_or_404(memberships, organisation=organisation_id, person=request.user)


def owned(request: SignedInRequest, organisation_id: UUID) -> Organisation:
    """An organisation that the reader owns."""
    memberships = Membership.objects.owners().select_related("organisation")
    return get_object_or_404(
        memberships, organisation=organisation_id, person=request.user
    ).organisation


@login_required
@require_safe
@private
def home(request: SignedInRequest) -> HttpResponse:
    """Leads to the one organisation of whoever has one; others choose, are asked, or make one."""
    organisations = list(Organisation.objects.of(request.user))
    invitations = list(
        OrganisationInvitation.objects.open(timezone.now())
        .to_addresses(addresses_of(request.user))
        .select_related("organisation")
        .order_by("invited_at", "pk")
    )
    if len(organisations) == 1 and not invitations and "all" not in request.GET:
        return redirect(organisations[0])
    context = {"organisations": organisations, "invitations": invitations}
    return render(request, "people/organisations/home.html", context)


@login_required
@form_methods
@private
def new(request: SignedInRequest) -> HttpResponse:
    """Make an organisation."""
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = make_organisation(form.cleaned_data["name"], by=request.user, at=timezone.now())
        except CannotOrganise as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Your organisation has its home here now."))
            return redirect(made)
    status = 422 if form.is_bound else 200
    return render(request, "people/organisations/name.html", {"form": form}, status=status)


@login_required
@require_safe
@private
def organisation(request: SignedInRequest, organisation_id: UUID) -> HttpResponse:
    """The home of an organisation: what it can do here, and who belongs to it."""
    membership = own_membership(request, organisation_id)
    context = {
        "membership": membership,
        "organisation": membership.organisation,
        "members": membership.organisation.memberships.count(),
        "quota": settings.API_CHECKS_A_DAY,
        "has_others": Organisation.objects.of(request.user).count() > 1,
        "parts": parts_of("people/organisations/organisation.html"),
    }
    return render(request, "people/organisations/organisation.html", context)


@login_required
@form_methods
@private
def rename(request: SignedInRequest, organisation_id: UUID) -> HttpResponse:
    """Give an organisation another name."""
    organisation = owned(request, organisation_id)
    is_sent = request.method == "POST"
    form = OrganisationForm(request.POST if is_sent else None, initial={"name": organisation.name})
    if form.is_bound and form.is_valid():
        Organisation.objects.filter(pk=organisation.pk).update(name=form.cleaned_data["name"])
        messages.success(request, _("The name is kept."))
        return redirect(organisation)
    context = {"form": form, "organisation": organisation}
    status = 422 if is_sent else 200
    return render(request, "people/organisations/name.html", context, status=status)


@login_required
@form_methods
@private
def end(request: SignedInRequest, organisation_id: UUID) -> HttpResponse:
    """Say what ending an organisation does; confirmed, end it."""
    organisation = owned(request, organisation_id)
    if request.method == "POST":
        end_organisation(organisation, by=request.user, at=timezone.now())
        messages.success(request, _("The organisation is ended."))
        return redirect("organisations:home")
    return render(request, "people/organisations/end.html", {"organisation": organisation})


# Members -------------------------------------------------------------------------------------


@login_required
@form_methods
@private
def members(request: SignedInRequest, organisation_id: UUID) -> HttpResponse:
    """Who belongs to an organisation; for owners, the form to ask others."""
    membership = own_membership(request, organisation_id)
    at, is_sent = timezone.now(), request.method == "POST"
    if is_sent:
        owned(request, organisation_id)
    form = InvitationForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            invite_member(membership.organisation, **form.cleaned_data, by=request.user, at=at)
        except CannotOrganise as problem:
            form.add_error("email", str(problem))
        else:
            messages.success(request, _("The letter is on its way."))
            return redirect("organisations:members", organisation_id)
    context = {
        "membership": membership,
        "organisation": membership.organisation,
        "members": _owners_first(membership.organisation),
        "invitations": membership.organisation.invitations.open(at).order_by("-invited_at", "pk")
        if membership.is_owner
        else [],
        "form": form if membership.is_owner else None,
        "days": INVITATION_LASTS.days,
    }
    status = 422 if is_sent else 200
    return render(request, "people/organisations/members.html", context, status=status)


def _owners_first(organisation: Organisation) -> list[Membership]:
    rank = Case(When(role=Role.OWNER, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(organisation.memberships.select_related("person").order_by(rank, "joined_at", "pk"))


@login_required
@require_POST
@private
def role(request: SignedInRequest, organisation_id: UUID, membership_id: int) -> HttpResponse:
    """Give a member another role."""
    organisation = owned(request, organisation_id)
    membership = get_object_or_404(organisation.memberships, pk=membership_id)
    form = RoleForm(request.POST)
    try:
        if form.is_valid():
            change_role(membership, form.cleaned_data["role"], by=request.user, at=timezone.now())
            messages.success(request, _("The role is changed."))
    except CannotOrganise as problem:
        messages.warning(request, str(problem))
    return redirect("organisations:members", organisation_id)


@login_required
@form_methods
@private
def remove(request: SignedInRequest, organisation_id: UUID, membership_id: int) -> HttpResponse:
    """Ask once more, and take somebody out; whoever takes out themselves leaves."""
    own = own_membership(request, organisation_id)
    organisation = own.organisation if own.pk == membership_id else owned(request, organisation_id)
    memberships = organisation.memberships.select_related("person", "organisation")
    membership = get_object_or_404(memberships, pk=membership_id)
    is_own = membership.pk == own.pk
    if request.method == "POST":
        try:
            remove_member(membership, by=request.user, at=timezone.now())
        except CannotOrganise as problem:
            messages.warning(request, str(problem))
            return redirect("organisations:members", organisation_id)
        messages.success(request, _("You have left.") if is_own else _("They are out."))
        return redirect(
            *(["organisations:home"] if is_own else ["organisations:members", organisation_id])
        )
    context = {"membership": membership, "organisation": organisation, "is_own": is_own}
    return render(request, "people/organisations/remove.html", context)


# Invitations ---------------------------------------------------------------------------------


@login_required
@require_POST
@private
def take_back(request: SignedInRequest, organisation_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back; its link leads nowhere from then on."""
    organisation = owned(request, organisation_id)
    take_back_invitation(organisation, invitation_id, at=timezone.now())
    messages.success(request, _("The invitation is taken back."))
    return redirect("organisations:members", organisation_id)


@login_required
@form_methods
@private
def invitation(request: SignedInRequest, invitation_id: UUID) -> HttpResponse:
    """Say yes or no to an invitation. Only whoever has its address reads whose it is."""
    open_ones = OrganisationInvitation.objects.open(timezone.now())
    invitation = open_ones.filter(pk=invitation_id).select_related("organisation").first()
    if invitation is None or not is_invited(request.user, invitation):
        status = 404 if invitation is None else 403
        context = {"is_over": invitation is None, "email": request.user.email}
        return render(request, "people/organisations/no_invitation.html", context, status=status)
    if request.method != "POST":
        context = {"invitation": invitation, "organisation": invitation.organisation}
        return render(request, "people/organisations/invitation.html", context)
    try:
        if "no" in request.POST:
            decline_invitation(invitation, by=request.user)
            messages.success(request, _("You said no. Nobody is told."))
            return redirect("organisations:home")
        membership = accept_invitation(invitation, by=request.user, at=timezone.now())
    except CannotOrganise as problem:
        messages.warning(request, str(problem))
        return redirect("organisations:home")
    messages.success(request, _("You are a member now."))
    return redirect(membership.organisation)
