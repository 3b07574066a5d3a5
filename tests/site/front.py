"""Who may open the addresses of the front of the site: a part of the table in sections.py."""

from __future__ import annotations

ANYONE = "anyone"
SIGNED_IN = "whoever is signed in, about themselves"
OWN = "the one whose record it is; for all others it is not there"
MACHINES = "the machine that watches the site"
PROGRAMS = "a program with the key of an organisation"
NOBODY = "nobody: it is turned off"

FRONT = {
    ANYONE: [
        "accent.css",
        "robots.txt",
        "site.webmanifest",
        "offline/worker.js",
        ".well-known/security.txt",
        "favicon.ico",
        "search/",
        "help/",
        "help/card/",
        "help/lines/",
        "glossary/",
        "livez",
        "verify/",
        "verify/files/",
        "verify/many/",
        "verify/<str:number>/",
        # For whoever has a link that its holder made; its secret is in it.
        "shared/<str:token>/",
        "organisations/hours/",
        *("api/v1/", "api/v1/docs/", "api/v1/openapi.json"),
        r"^[Cc]/(?P<number>[^/]+)/?$",
        # A picture beside a name. Its address is its hash.
        "issuers/marks/<str:sha256>.png",
        # Certificates of the seal and lists of what was taken back, for programs.
        "pki/root.pem",
        # Open Badges: what programs need to check one, the same for everyone.
        ".well-known/did.json",
        ".well-known/jwks.json",
        "achievements/<int:award_id>/",
        "achievements/<int:award_id>.json",
        "achievements/<int:award_id>.png",
        "issuers/<int:issuer_id>/did.json",
        "issuers/<int:issuer_id>/profile.json",
        "issuers/<int:issuer_id>/status/<slug:purpose>/<int:number>",
        "verify/receipts/",
        "verify/<str:number>/receipt/",
        "verify/proofs/<str:sha256>.json",
        # Hashes of days, signed, for whoever keeps them.
        "pki/roots.json",
        "pki/roots/<int:root>.jws",
        "pki/verify.py",
        "pki/<slug:name>.<slug:ending>",
        # Pages. What is said inside a lesson is for those with a place on its course.
        r"^((?:[\w\-]+/)*)$",
        r"^(?!_util/authenticate_with_password/)((?:[\w\-]+/)*)$",
        # Files of pages: each is there for those who may read a page that shows it, and for
        # nobody else. tests/site/test_media.py asks it of every kind.
        "documents/*",
        "media/<path:path>",
        "_util/authenticate_with_password/*",
        # Signing in and up, in its steps.
        "accounts/language/",
        "accounts/login/*",
        "accounts/logout/",
        "accounts/start-again/",
        # Whether the page that asks was made for whoever asks.
        "accounts/whose-page/",
        # It says the same to everyone: that an account is closed.
        "accounts/closed/",
        "accounts/signup/",
        "accounts/inactive/",
        "accounts/confirm-email/",
        "accounts/password/reset/*",
        "accounts/^password/reset/*",
        "accounts/2fa/authenticate/",
        "accounts/2fa/webauthn/login/",
        "admin/login/",
        # Icons and words of the staff pages, the same for everyone.
        "admin/sprite/",
        "admin/jsi18n/",
    ],
    SIGNED_IN: [
        "accounts/",
        "accounts/profile/",
        "accounts/email/",
        "accounts/password/change/",
        "accounts/password/set/",
        "accounts/reauthenticate/",
        "accounts/sessions/",
        "accounts/sessions/end-all/",
        # Each asks first who it is: tests/site/test_own_copy.py.
        "accounts/your-data/",
        "accounts/your-data/copy/",
        "accounts/close/",
        "accounts/prove/",
        "accounts/2fa/*",
        "accounts/set-aside/",
        "learn/*",
        "offline/",
        "organisations/home/",
        "organisations/new/",
        "organisations/watch/",
        "practice/minutes/",
        "certificates/statements/<slug:slug>/",
    ],
    OWN: [
        "learn/<uuid:enrolment_id>/again/",
        "learn/<uuid:enrolment_id>/withdraw/",
        "learn/reflections/<int:reflection_id>/delete/",
        "learn/bookmarks/<int:bookmark_id>/remove/",
        "learn/notes/<int:note_id>/delete/",
        "offline/modules/<uuid:module_key>/*",
        "learn/modules/<uuid:module_key>/workbook/<slug:size>.pdf",
        "accounts/set-aside/<uuid:form_id>/let-go/",
        # Its members', and of what is for owners theirs: tests/people/organisations/.
        "organisations/<uuid:organisation_id>/*",
        "organisations/invitations/<uuid:invitation_id>/",
        "quizzes/start/<uuid:page_key>/",
        "quizzes/<uuid:attempt_id>/*",
        "practice/start/<uuid:page_key>/",
        "practice/text/<uuid:page_key>/",
        "practice/bring/<uuid:page_key>/",
        "practice/<uuid:play_id>/",
        "practice/minutes/<uuid:return_id>/*",
        "certificates/<str:number>.pdf",
        "certificates/<str:number>.png",
        "certificates/<str:number>/*",
    ],
    MACHINES: ["readyz", "metrics"],
    # tests/certificates/api/ asks who gets what.
    PROGRAMS: ["api/v1/certificates/<number>", "api/v1/checks"],
    # Wagtail's own ways to sign in and to change a password know no second factor.
    NOBODY: ["demonstration/mail/", "admin/password_reset/*", "_util/login/"],
}
