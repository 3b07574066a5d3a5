"""What the roles may do with awards and credentials."""

from people.roles import REGISTRARS, Mappings, codenames

WRITE = ["award", "issuer", "statement", "statementversion", "credential", "renewalrule"]
VIEW = ["credentialevent", "credentialreview", "holderrequest", "requirement", "attestation"]

PERMISSIONS: Mappings = {
    REGISTRARS: [*codenames(WRITE, "add", "change", "view"), *codenames(VIEW, "view")],
}
