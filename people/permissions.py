"""What the roles may do with people and their accounts: nothing. Administrators alone may."""

from people.roles import Mappings

PERMISSIONS: Mappings = {}
