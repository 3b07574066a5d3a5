"""What each group of the staff may do here. The site gives these after every migrate."""

from __future__ import annotations

REGISTRARS = "Registrars"


def _codenames(models: list[str], *verbs: str) -> list[str]:
    """Such as add_award and view_award."""
    return [f"{verb}_{model}" for model in models for verb in verbs]


PERMISSIONS: dict[str, list[str]] = {
    REGISTRARS: [
        *_codenames(
            ["award", "issuer", "statement", "statementversion", "credential"],
            "add",
            "change",
            "view",
        ),
        *_codenames(["credentialevent", "requirement", "attestation"], "view"),
    ],
}
