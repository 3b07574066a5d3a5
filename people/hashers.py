from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane.

    The values of OWASP's Password Storage Cheat Sheet. Django's own need five times the memory,
    and a class that signs in at once would wait.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
