"""The addresses of an account that allauth does not have."""

from django.urls import path
from django.views.generic import RedirectView

from people import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="account_profile"), name="account_home"),
    path("profile/", views.profile, name="account_profile"),
    path("language/", views.set_language, name="set_language"),
    path("start-again/", views.start_again, name="account_start_again"),
    path("set-aside/", views.set_aside_forms, name="account_set_aside"),
    path("set-aside/<uuid:form_id>/let-go/", views.let_go, name="account_let_go"),
    path("2fa/webauthn/login/", views.PasskeyView.as_view(), name="mfa_login_webauthn"),
    path("confirm-email/", views.confirm_email, name="account_email_verification_sent"),
]
