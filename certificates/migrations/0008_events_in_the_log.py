"""What happened to credentials before there was a log of acts is taken into it, in its order."""

from itertools import chain

from django.db import migrations
from django.utils import timezone

from people.act_kinds import ActKind
from people.acts import NO_HASH, Entry, link_hash

BATCH = 1000


def take_over(apps, schema_editor):
    Event = apps.get_model("certificates", "CredentialEvent")
    Act = apps.get_model("people", "Act")
    events = Event.objects.order_by("at", "credential", "number").values_list(
        "kind", "at", "actor", "credential__holder", "credential"
    )
    if Act.objects.filter(kind=ActKind.TAKEN_OVER).exists() or not events.exists():
        return
    last = Act.objects.order_by("-number").values_list("number", "hash").first()
    number, previous = last or (0, NO_HASH)
    acts = []
    entries = (
        Entry(f"credential.{kind}", at, actor, holder, "certificates.credential", str(credential))
        for kind, at, actor, holder, credential in events.iterator(chunk_size=BATCH)
    )
    ending = Entry(str(ActKind.TAKEN_OVER), timezone.now(), None, None, "people.act", str(number + 1))
    for entry in chain(entries, [ending]):
        number += 1
        previous = link_hash(previous, number, entry)
        acts.append(
            Act(
                number=number,
                at=entry.at,
                kind=entry.kind,
                actor_id=entry.actor_id,
                person_id=entry.person_id,
                subject_kind=entry.subject_kind,
                subject_id=entry.subject_id,
                hash=previous,
            )
        )
        if len(acts) == BATCH:
            Act.objects.bulk_create(acts)
            acts = []
    Act.objects.bulk_create(acts)


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0007_conversations_requirement'),
        ('people', '0012_acts_are_never_changed'),
    ]

    operations = [
        # There is no way to take an act out of the log. Going on again adds none a second time.
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
