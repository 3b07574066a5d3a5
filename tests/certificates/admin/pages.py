"""The pages of one credential, and a change sent from one."""

from django.urls import reverse

SECRET = "A complaint by a colleague, file 17"


def record_url(credential):
    return reverse("credentials:inspect", args=[credential.pk])


def change_url(credential, name):
    return reverse("credentials:change", args=[credential.pk, name])


def send_change(client, credential, name, **form):
    seen = credential.events.count()
    return client.post(
        change_url(credential, name), {"last_seen": seen, "reason": SECRET, **form}, follow=True
    )
