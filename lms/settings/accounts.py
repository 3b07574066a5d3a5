"""How people sign up and sign in: what django-allauth is told, the same on every site."""

ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_FORMS = {
    "add_email": "people.forms.AddEmailForm",
    "change_password": "people.forms.ChangePasswordForm",
    "confirm_email_verification_code": "people.forms.ConfirmEmailVerificationCodeForm",
    "confirm_login_code": "people.forms.ConfirmLoginCodeForm",
    "login": "people.forms.LoginForm",
    "reauthenticate": "people.forms.ReauthenticateForm",
    "request_login_code": "people.forms.RequestLoginCodeForm",
    "reset_password": "people.forms.ResetPasswordForm",
    "reset_password_from_key": "people.forms.ResetPasswordKeyForm",
    "set_password": "people.forms.SetPasswordForm",
    "signup": "people.forms.SignupForm",
}
# Digits, so that a phone can show its number keys: docs/decisions/0044.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A choice at signing in: people/adapter.py ends a session with the browser unless it was made.
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_USER_DISPLAY = "people.models.display_name"
# Where a limit of allauth's is None, ours of the next line takes its place: see people/doors.py
# and docs/decisions/0078.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "sign_in": "120/m/ip",
    "login_failed": "5/5m/key",
    "signup": "60/m/ip",
    "reset_password": None,
    "reset_link": "60/m/ip,5/h/key",
    "request_login_code": None,
    "sign_in_code": "60/m/ip,5/5m/key,20/d/key",
    # A device that its owner signed in on before, at each door.
    "known_device": "5/5m/key",
    # The link in a letter cannot be guessed, and whoever has it is let through.
    "reset_password_from_key": None,
    "passkey_failed": "60/m/ip",
    # Whoever starts again at once gets a new code, and not a page that says to wait.
    "confirm_email": "3/m/key,20/d/key",
    # Tries at one code, whatever the number of windows.
    "code": "5/15m/key",
}
# A passkey that is right is never counted; a wrong one is, as "passkey_failed".
MFA_RATE_LIMITS = {"webauthn_login": None}
USERSESSIONS_TRACK_ACTIVITY = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Peerwork"
MFA_ADAPTER = "people.adapter.MFAAdapter"
MFA_FORMS = {
    "activate_totp": "people.forms.ActivateTOTPForm",
    "add_webauthn": "people.forms.AddWebAuthnForm",
    "authenticate": "people.forms.AuthenticateForm",
    "edit_webauthn": "people.forms.EditWebAuthnForm",
    "reauthenticate": "people.forms.MFAReauthenticateForm",
}
