"""The pages of one credential, and a change sent from one."""

from django.urls import reverse

SECRET = "A complaint by a colleague, file 17"


def record_url(credential):
    return reverse("credentials:inspect", args=[credential.pk])


def change_url(credential, name):
    return reverse("credentials:change", args=[credential.pk, name])


def send_change(client, credential, name, **form):
    last_number = credential.events.count()
    return client.post(
        change_url(credential, name),
        {"last_seen": last_number, "reason": SECRET, **form},
        follow=True,
    )
