"""A module kept on a phone: what its copy holds, so that it can be read without a connection."""
