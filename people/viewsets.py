"""Wagtail's screens for people, adapted to accounts with one name and no password field."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.users.views.users import (
    CreateView,
    DeleteView,
    EditView,
    IndexView,
    UserColumn,
)
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from people.inviting import invite
from people.models import User, words_sought
from people.sessions import end_other_sessions
from people.staff_forms import PersonCreationForm, PersonEditForm


def describe_access(user: User) -> str:
    """The names of a person's groups, or that they are an administrator."""
    if user.is_superuser:
        return str(_("Administrator"))
    return ", ".join(sorted(group.name for group in user.groups.all()))


class PeopleView(IndexView):
    """The list of everyone with an account, searched by name or address."""

    page_title = _("People")
    add_item_label = _("Add a person")
    search_fields = ("search_words",)

    def get_base_queryset(self) -> QuerySet[User]:
        people: QuerySet[User] = super().get_base_queryset().prefetch_related("groups")
        return people

    def search_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        for word in words_sought(self.search_query or ""):
            queryset = queryset.filter(search_words__contains=word)
        return queryset

    @cached_property
    def columns(self) -> list[Column]:
        name_column = self._get_title_column_class(UserColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            name_column(
                "full_name",
                label=_("Name"),
                sort_key="full_name",
                get_url=self.get_edit_url,
                classname="name",
            ),
            Column("email", label=_("Email"), sort_key="email", width="25%"),
            Column(
                "is_superuser",
                accessor=describe_access,
                label=_("Access"),
                sort_key="is_superuser",
                width="15%",
            ),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active", width="10%"),
            DateColumn("last_login", label=_("Last signed in"), sort_key="last_login", width="15%"),
        ]

    def get_delete_url(self, instance: User) -> None:
        return None


class AdministratorFieldMixin:
    """Hides the administrator box from whoever is not an administrator."""

    request: Any

    def get_form(self, *args: Any, **kwargs: Any) -> ModelForm:
        form: ModelForm = super().get_form(*args, **kwargs)  # type: ignore[misc]
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
        return form


class AddPersonView(AdministratorFieldMixin, CreateView):
    """Makes an account, and sends its person an invitation."""

    page_title = _("Add a person")

    def save_instance(self) -> User:
        user: User = super().save_instance()

        # A named function: Django logs the failure of a robust hook by its `__qualname__`.
        def invite_person() -> None:
            invite(user, at=timezone.now())

        transaction.on_commit(invite_person, robust=True)
        return user


class EditPersonView(AdministratorFieldMixin, EditView):
    """Changes an account. Its sessions end when access or address change."""

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.can_delete = False
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied

    def save_instance(self) -> User:
        user: User = super().save_instance()
        if {"is_superuser", "is_active", "email"} & set(self.form.changed_data):
            end_other_sessions(user)
        return user


class RefuseDeleteView(DeleteView):
    """Refuses: an account is closed by making it inactive, since what was earned rests on it."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        raise PermissionDenied


class UserViewSet(WagtailUserViewSet):
    """The screens for people, open to those who may add and change accounts."""

    menu_label = _("People")
    index_view_class = PeopleView
    add_view_class = AddPersonView
    edit_view_class = EditPersonView
    delete_view_class = RefuseDeleteView
    create_template_name = "people/staff/create.html"
    edit_template_name = "people/staff/edit.html"

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return PersonEditForm if for_update else PersonCreationForm
