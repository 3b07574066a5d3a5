"""The pages of one credential, and a change sent from one."""

from django.urls import reverse

SECRET = "A complaint by a colleague, file 17"


def record_url(credential):
    return reverse("credentials:inspect", args=[credential.pk])


def change_url(credential, name):
    return reverse("credentials:change", args=[credential.pk, name])


def send_change(client, credential, name, **form):
    sent = {"last_seen": credential.events.count(), "reason": SECRET, **form}
    if name in {"suspend", "revoke"}:
        sent.setdefault("explanation", "A form is missing. Please send it.")
    return client.post(change_url(credential, name), sent, follow=True)
