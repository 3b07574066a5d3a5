"""Addresses of certificates: for their holders, and for anyone who checks one."""

from django.urls import path, re_path

from certificates.views import holding, hours, verify

app_name = "certificates"

urlpatterns = [
    path("certificates/statements/<slug:slug>/", holding.sign, name="sign"),
    path("certificates/<str:number>.pdf", holding.pdf, name="pdf"),
    path("organisations/hours/", hours.hours, name="hours"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:number>/", verify.verify_number, name="verify_number"),
    re_path(r"^[Cc]/(?P<number>[^/]+)/?$", verify.short, name="short"),
]
