"""What the roles may do with people and their accounts: administrators alone may.

Registrars see the letters that could not be sent, and have them sent again.
"""

from people.roles import REGISTRARS, Mappings, codenames

PERMISSIONS: Mappings = {REGISTRARS: codenames(["letter"], "view", "change")}
