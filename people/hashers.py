from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane.

    The first choice of OWASP's Password Storage Cheat Sheet: strong, and light enough that
    two processors sign in a whole class at once.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
