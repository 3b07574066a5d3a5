"""A credential as programs check it: an Open Badge, signed, and what the world needs to check one."""
