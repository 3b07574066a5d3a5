"""The addresses of organisations that check certificates."""

from django.urls import path

from people.organisations import key_views, views

app_name = "organisations"

urlpatterns = [
    path("home/", views.home, name="home"),
    path("new/", views.new, name="new"),
    path("invitations/<uuid:invitation_id>/", views.invitation, name="invitation"),
    path("<uuid:organisation_id>/", views.organisation, name="organisation"),
    path("<uuid:organisation_id>/name/", views.rename, name="rename"),
    path("<uuid:organisation_id>/end/", views.end, name="end"),
    path("<uuid:organisation_id>/keys/", key_views.keys, name="keys"),
    path("<uuid:organisation_id>/keys/<int:key_id>/end/", key_views.end, name="end_key"),
    path("<uuid:organisation_id>/members/", views.members, name="members"),
    path(
        "<uuid:organisation_id>/members/<int:membership_id>/role/",
        views.role,
        name="role",
    ),
    path(
        "<uuid:organisation_id>/members/<int:membership_id>/remove/",
        views.remove,
        name="remove",
    ),
    path(
        "<uuid:organisation_id>/invitations/<uuid:invitation_id>/take-back/",
        views.take_back,
        name="take_back",
    ),
]
