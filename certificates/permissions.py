"""What the roles may do with awards and credentials."""

from people.roles import REGISTRARS, Mappings, codenames

PERMISSIONS: Mappings = {
    REGISTRARS: [
        *codenames(
            ["award", "issuer", "statement", "statementversion", "credential"],
            "add",
            "change",
            "view",
        ),
        *codenames(["credentialevent", "credentialreview", "requirement", "attestation"], "view"),
    ]
}
