"""Addresses of certificates: for their holders, and for anyone who checks one."""

from django.urls import path, re_path

from certificates.views import files, holding, hours, many, marks, pki, signing, verify

app_name = "certificates"

urlpatterns = [
    path("certificates/statements/<slug:slug>/", signing.sign, name="sign"),
    path("certificates/<str:number>.pdf", holding.pdf, name="pdf"),
    path("certificates/<str:number>/", holding.held, name="held"),
    path("certificates/<str:number>/correct/", holding.correct, name="correct"),
    path("certificates/<str:number>/renew/", holding.renew, name="renew"),
    path("issuers/marks/<str:sha256>.png", marks.mark, name="mark"),
    path("organisations/hours/", hours.hours, name="hours"),
    path("pki/root.pem", pki.root, name="pki_root"),
    path("pki/<slug:name>.<slug:ending>", pki.pki, name="pki"),
    path("verify/", verify.verify, name="verify"),
    path("verify/files/", files.files, name="verify_files"),
    path("verify/many/", many.many, name="verify_many"),
    path("verify/<str:number>/", verify.verify_number, name="verify_number"),
    re_path(r"^[Cc]/(?P<number>[^/]+)/?$", verify.short, name="short"),
]
