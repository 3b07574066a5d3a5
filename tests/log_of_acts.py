"""What a line in the log of acts costs, for tests that count the queries of whoever writes one."""

from django.db import connection

COST_OF_AN_ACT = 2 if connection.vendor == "sqlite" else 3
"""In queries: PostgreSQL is asked for the lock as well."""
