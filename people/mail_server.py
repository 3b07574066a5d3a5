"""The mail server, to which nothing is said in the clear that was to be encrypted."""

from __future__ import annotations

from django.core.mail.backends.smtp import EmailBackend as DjangoEmailBackend


class EmailBackend(DjangoEmailBackend):
    """Django's way to send by SMTP, which forgets a connection that could not be encrypted.

    Django would keep it, and the next letter of the same batch would go by it as it is.
    """

    def open(self) -> bool | None:
        try:
            return super().open()
        except Exception:
            connection, self.connection = self.connection, None
            if connection is not None:
                connection.close()
            raise
