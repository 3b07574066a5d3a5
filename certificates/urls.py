"""Addresses of certificates: for their holders, and for anyone who checks one."""

from django.urls import path, re_path

from certificates.api import page
from certificates.views import (
    badges,
    files,
    held_badge,
    holding,
    hours,
    many,
    marks,
    picture,
    pki,
    receipts,
    renewal,
    sharing,
    signing,
    verify,
    watched,
    watching,
    webhooks,
)

app_name = "certificates"

urlpatterns = [
    path(".well-known/did.json", badges.site_identity, name="site_identity"),
    path(".well-known/jwks.json", badges.jwks, name="jwks"),
    path("achievements/<int:award_id>/", badges.achievement_page, name="achievement"),
    path("achievements/<int:award_id>.json", badges.achievement_json, name="achievement_json"),
    path("achievements/<int:award_id>.png", badges.achievement_picture, name="achievement_picture"),
    path("api/v1/docs/", page.description, name="api_description"),
    path("certificates/statements/<slug:slug>/", signing.sign, name="sign"),
    path("certificates/<str:number>.pdf", holding.pdf, name="pdf"),
    path("certificates/<str:number>.png", picture.picture, name="picture"),
    path("certificates/<str:number>/badge.<slug:ending>", held_badge.badge, name="badge"),
    path("certificates/<str:number>/", holding.held, name="held"),
    path("certificates/<str:number>/correct/", holding.correct, name="correct"),
    path("certificates/<str:number>/renew/", holding.renew, name="renew"),
    path("certificates/<str:number>/contest/", holding.contest, name="contest"),
    path("certificates/<str:number>/reminders/", holding.reminders, name="reminders"),
    path("certificates/<str:number>/strangers/", sharing.strangers, name="strangers"),
    path("certificates/<str:number>/links/", sharing.links, name="share_links"),
    path("certificates/<str:number>/links/<uuid:link_id>/stop/", sharing.stop, name="stop_link"),
    path("shared/<str:token>/", sharing.shared, name="shared"),
    path("certificates/<str:number>/renewal/", renewal.renewal, name="renewal"),
    path("certificates/<str:number>/renewal/sign/", renewal.sign, name="sign_again"),
    path("certificates/<str:number>/renewal/new/<str:kind>/", renewal.enter, name="enter_evidence"),
    path(
        "certificates/<str:number>/renewal/<uuid:evidence_id>/",
        renewal.change,
        name="change_evidence",
    ),
    path(
        "certificates/<str:number>/renewal/<uuid:evidence_id>/remove/",
        renewal.remove,
        name="remove_evidence",
    ),
    path(
        "certificates/<str:number>/renewal/<uuid:evidence_id>/file/",
        renewal.file,
        name="evidence_file",
    ),
    path("certificates/<str:number>/watching/", watched.watched, name="watched"),
    path(
        "certificates/<str:number>/watching/<int:watch_id>/object/", watched.object_, name="object"
    ),
    path("certificates/<str:number>/watching/<int:watch_id>/allow/", watched.allow, name="allow"),
    path("organisations/watch/", watching.from_list, name="watch_from_list"),
    path("organisations/<uuid:organisation_id>/watching/", watching.watching, name="watching"),
    path("organisations/<uuid:organisation_id>/watching/letters/", watching.letters, name="digest"),
    path(
        "organisations/<uuid:organisation_id>/watching/<int:watch_id>/end/",
        watching.end,
        name="end_watch",
    ),
    path("organisations/<uuid:organisation_id>/webhook/", webhooks.webhook, name="webhook"),
    path(
        "organisations/<uuid:organisation_id>/webhook/<slug:act>/",
        webhooks.change,
        name="change_webhook",
    ),
    path(
        "organisations/<uuid:organisation_id>/webhook/deliveries/<int:delivery_id>/again/",
        webhooks.again,
        name="send_again",
    ),
    path("issuers/<int:issuer_id>/did.json", badges.issuer_identity, name="issuer_identity"),
    path("issuers/<int:issuer_id>/profile.json", badges.issuer_profile, name="issuer_profile"),
    path(
        "issuers/<int:issuer_id>/status/<slug:purpose>/<int:number>",
        badges.status_list,
        name="status_list",
    ),
    path("issuers/marks/<str:sha256>.png", marks.mark, name="mark"),
    path("organisations/hours/", hours.hours, name="hours"),
    path("pki/root.pem", pki.root, name="pki_root"),
    path("pki/verify.py", pki.verify_script, name="pki_verify_script"),
    path("pki/<slug:name>.<slug:ending>", pki.pki, name="pki"),
    path("verify/", verify.verify, name="verify"),
    path("verify/files/", files.files, name="verify_files"),
    path("verify/many/", many.many, name="verify_many"),
    path("verify/receipts/", receipts.receipts, name="verify_receipt"),
    path("verify/<str:number>/receipt/", receipts.receipt, name="receipt"),
    path("verify/<str:number>/", verify.verify_number, name="verify_number"),
    re_path(r"^[Cc]/(?P<number>[^/]+)/?$", verify.short, name="short"),
]
