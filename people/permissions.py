"""What the roles may do with people and their accounts: administrators alone may.

Registrars see the letters that could not be sent, and have them sent again. They read the log of
acts, which is what an auditor asks them for.
"""

from people.roles import REGISTRARS, Mappings, codenames

PERMISSIONS: Mappings = {
    REGISTRARS: [*codenames(["letter"], "view", "change"), *codenames(["act"], "view")]
}
