"""The addresses of an account that allauth does not have."""

from django.urls import path
from django.views.generic import RedirectView

from people import own_views, views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="account_profile"), name="account_home"),
    path("profile/", views.profile, name="account_profile"),
    path("your-data/", own_views.own_data, name="account_own_data"),
    path("your-data/copy/", own_views.copy, name="account_copy"),
    path("close/", own_views.close_account, name="account_close"),
    path("closed/", own_views.closed, name="account_closed"),
    path("prove/", own_views.prove, name="account_prove"),
    path("sessions/end-all/", own_views.end_all_sessions, name="account_end_sessions"),
    path("language/", views.set_language, name="set_language"),
    path("start-again/", views.start_again, name="account_start_again"),
    path("set-aside/", views.set_aside_forms, name="account_set_aside"),
    path("set-aside/<uuid:form_id>/let-go/", views.let_go, name="account_let_go"),
    path("whose-page/", views.whose_page, name="account_whose_page"),
    path("2fa/webauthn/login/", views.PasskeyView.as_view(), name="mfa_login_webauthn"),
    path("confirm-email/", views.confirm_email, name="account_email_verification_sent"),
]
