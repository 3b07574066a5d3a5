"""The tree is that of RFC 6962, and each leaf's path leads to its root and to no other."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.daily_roots.tree import leaf_of, path_of, root_of
from certificates.offline.verify import root_by

# The entries and the roots over the first n of them that the reference implementation of
# Certificate Transparency is tested with.
ENTRIES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LEAVES = [sha256(b"\0" + entry).digest() for entry in ENTRIES]
sizes = st.integers(1, 40)


def leaves_of(size, mark=""):
    return [leaf_of(sha256(f"{mark}{number}".encode()).hexdigest()) for number in range(size)]


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_roots_are_those_of_the_reference(size, root):
    assert root_of(LEAVES[:size]).hex() == root


def test_a_leaf_begins_with_a_byte_that_no_node_has():
    digest = sha256(b"a file").hexdigest()
    assert leaf_of(digest) == sha256(b"\0" + bytes.fromhex(digest)).digest()
    first, second = leaves_of(2)
    assert root_of([first, second]) == sha256(b"\1" + first + second).digest()


@given(size=sizes, data=st.data())
def test_each_path_leads_to_the_root(size, data):
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    path = path_of(index, leaves)
    assert root_by(path, leaves[index], index=index, size=size) == root_of(leaves)
    assert len(path) <= (size - 1).bit_length()


@given(size=sizes, data=st.data())
def test_no_path_leads_another_leaf_there(size, data):
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    path = path_of(index, leaves)
    stranger = leaf_of(sha256(b"a stranger").hexdigest())
    assert root_by(path, stranger, index=index, size=size) != root_of(leaves)
    for other in range(size):
        if other != index:
            assert root_by(path, leaves[index], index=other, size=size) != root_of(leaves)


@given(size=st.integers(2, 40), data=st.data())
def test_a_path_that_is_longer_or_shorter_leads_nowhere(size, data):
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    path = path_of(index, leaves)
    for wrong in (path[:-1], [*path, path[-1]], path[1:]):
        assert root_by(wrong, leaves[index], index=index, size=size) != root_of(leaves)


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (1, 1), (0, 0), (5, 3)])
def test_a_place_outside_the_tree_leads_nowhere(index, size):
    assert root_by([], leaves_of(1)[0], index=index, size=size) is None
