"""Whether the roots that were signed are what the register holds, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from asn1crypto import x509 as asn1_x509

from certificates.daily_roots.publishing import hash_of, statement_of
from certificates.daily_roots.tree import leaf_of, root_of
from certificates.models import Credential, DailyRoot, SealKey
from certificates.offline.verify import NotUsable, Trust, read_statement


def own_trust() -> Trust:
    """What this site itself believes: each of its root keys that was not taken back."""
    keys = SealKey.objects.filter(role=SealKey.Role.ROOT).exclude(state=SealKey.State.COMPROMISED)
    return Trust([asn1_x509.Certificate.load(bytes(key.certificate)) for key in keys])


def faults_of_roots() -> Iterator[str]:
    """What is wrong with the roots of days, in words; nothing where all are whole."""
    trust, previous = own_trust(), None
    for root in DailyRoot.objects.order_by("number").iterator(chunk_size=50):
        for fault in _faults_of(root, previous, trust):
            yield f"The root of {root.day}: {fault}."
        previous = root


def _faults_of(root: DailyRoot, previous: DailyRoot | None, trust: Trust) -> Iterator[str]:
    if root_of([bytes.fromhex(leaf) for leaf in root.leaves]).hex() != root.root:
        yield "its leaves give another root"
    if previous is not None and root.number != previous.number + 1:
        yield "one before it is missing"
    try:
        claims = read_statement(root.statement, trust)
    except NotUsable as problem:
        yield str(problem)
        return
    expected = statement_of(root, previous)
    names = ("number", "day", "size", "root", "previous")
    if previous is not None and claims.get("previous") != hash_of(previous):
        yield "it does not name the one before"
    elif any(claims.get(name) != expected[name] for name in names):
        yield "what was signed says something else"
    yield from _missing(root, root.leaves)


def _missing(root: DailyRoot, leaves: Sequence[str]) -> Iterator[str]:
    """Files that say they are under a root and are not, as after their hash was changed."""
    known = set(leaves)
    rows = Credential.objects.filter(daily_root=root).exclude(pdf_sha256="")
    for code, digest in rows.values_list("code", "pdf_sha256"):
        if leaf_of(digest).hex() not in known:
            yield f"the file of {code} is not under it"
