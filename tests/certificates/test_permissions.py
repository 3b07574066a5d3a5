"""The mapping that the site gives to its groups names permissions that exist."""

import pytest
from django.contrib.auth.models import Group, Permission

from certificates.permissions import PERMISSIONS

pytestmark = pytest.mark.django_db


def test_each_is_a_permission_of_this_app_in_a_group_that_exists():
    for group, codenames in PERMISSIONS.items():
        assert Group.objects.filter(name=group).exists()
        known = Permission.objects.filter(content_type__app_label="certificates")
        assert set(codenames) <= set(known.values_list("codename", flat=True))
        assert len(codenames) == len(set(codenames))


def test_registrars_have_what_the_mapping_says_and_nothing_beside():
    group = Group.objects.get(name="Registrars")
    held = group.permissions.filter(content_type__app_label="certificates")
    assert set(held.values_list("codename", flat=True)) == set(PERMISSIONS["Registrars"])
