"""The check for programs of organisations: the answers of the check pages, by a key."""
