"""The Merkle tree against RFC 6962, and against somebody else's implementation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from pymerkle import verify_consistency as their_verify_consistency
from pymerkle import verify_inclusion as their_verify_inclusion

from sayso.ledger import merkle
from sayso.ledger.merkle import EMPTY_ROOT, leaf_hash, node_hash, verify_consistency, verify_inclusion

MOST = 70
LEAVES = [f"leaf {number}".encode() for number in range(MOST)]
LEVELS = [[leaf_hash(leaf) for leaf in LEAVES]]
while len(LEVELS[-1]) > 1:
    LEVELS.append([node_hash(*pair) for pair in zip(LEVELS[-1][::2], LEVELS[-1][1::2], strict=False)])


def lookup(level: int, position: int) -> bytes:
    return LEVELS[level][position]


def root(size: int) -> bytes:
    return merkle.root(lookup, size)


def their_tree(size: int) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for leaf in LEAVES[:size]:
        tree.append_entry(leaf)
    return tree


THEIRS = their_tree(MOST)

# RFC 6962's test leaves and roots, as the certificate transparency projects publish them.
CT_LEAVES = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
CT_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

sizes = st.integers(1, MOST)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(sizes)
    return draw(st.integers(0, size)), size


@pytest.mark.parametrize("size", CT_ROOTS)
def test_the_root_is_that_of_the_certificate_transparency_projects(size: int) -> None:
    assert merkle.root_of(map(leaf_hash, CT_LEAVES[:size])).hex() == CT_ROOTS[size]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root_of(()) == root(0) == EMPTY_ROOT


@given(sizes)
def test_the_root_is_somebody_elses(size: int) -> None:
    assert root(size) == merkle.root_of(LEVELS[0][:size]) == THEIRS.get_root(size)


@given(pairs())
def test_an_inclusion_proof_verifies_here_and_with_somebody_else(pair: tuple[int, int]) -> None:
    number, size = min(pair[0], pair[1] - 1), pair[1]
    ours = merkle.inclusion_proof(lookup, number, size)
    assert verify_inclusion(LEVELS[0][number], number, size, ours, root(size))
    theirs = THEIRS.prove_inclusion(number + 1, size)
    assert ours == tuple(theirs.path[1:])
    theirs.path = [LEVELS[0][number], *ours]
    their_verify_inclusion(LEVELS[0][number], root(size), theirs, index=number + 1, size=size)


@given(pairs())
def test_a_consistency_proof_verifies_here_and_with_somebody_else(pair: tuple[int, int]) -> None:
    old, size = pair
    ours = merkle.consistency_proof(lookup, old, size)
    assert verify_consistency(old, size, root(old), root(size), ours)
    if 0 < old < size:
        # Theirs holds the first sibling in pieces and always has the old subtree; the rest is RFC 6962's order.
        theirs = THEIRS.prove_consistency(old, size)
        full = [root(old), *ours] if old & (old - 1) == 0 else list(ours)
        first = theirs.subset.index(1)
        pieces = theirs.path[:first]
        whole = pieces[0]
        for bit, piece in zip(theirs.rule, pieces[1:], strict=False):
            whole = node_hash(piece, whole) if bit else node_hash(whole, piece)
        assert [theirs.path[first], whole, *theirs.path[first + 1 :]] == full
        theirs.path = [*pieces, full[0], *full[2:]]
        their_verify_consistency(root(old), root(size), theirs, prior_size=old, later_size=size)


@given(pairs(), st.data())
def test_an_inclusion_proof_with_anything_changed_does_not_verify(
    pair: tuple[int, int], data: st.DataObject
) -> None:
    number, size = min(pair[0], pair[1] - 1), pair[1]
    proof = merkle.inclusion_proof(lookup, number, size)
    hashed, top = LEVELS[0][number], root(size)
    other = data.draw(st.integers(-1, MOST).filter(lambda each: each != number))
    assert not verify_inclusion(hashed, other, size, proof, top)
    assert not verify_inclusion(leaf_hash(b"another"), number, size, proof, top)
    assert not verify_inclusion(hashed, number, size, proof, EMPTY_ROOT)
    assert not verify_inclusion(hashed, number, size, (*proof, top), top)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not verify_inclusion(hashed, number, size, proof[:place] + proof[place + 1 :], top)
        assert not verify_inclusion(hashed, number, size, (*proof[:place], top, *proof[place + 1 :]), top)


@given(pairs(), st.data())
def test_a_consistency_proof_with_anything_changed_does_not_verify(
    pair: tuple[int, int], data: st.DataObject
) -> None:
    old, size = pair
    proof, before, top = merkle.consistency_proof(lookup, old, size), root(old), root(size)
    assert not verify_consistency(old, size, leaf_hash(b"x"), top, proof)
    assert not verify_consistency(old, size, before, top, (*proof, top))
    assert not verify_consistency(size + 1, size, before, top, proof)
    assert not verify_consistency(-1, size, before, top, proof)
    if old:
        assert not verify_consistency(old, size, before, leaf_hash(b"x"), proof)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not verify_consistency(old, size, before, top, proof[:place] + proof[place + 1 :])
        assert not verify_consistency(old, size, before, top, (*proof[:place], top, *proof[place + 1 :]))
        assert not verify_consistency(old, size, before, top, ())


def test_a_tree_that_changed_its_past_has_no_proof() -> None:
    changed = merkle.root_of([leaf_hash(b"changed"), *LEVELS[0][1:20]])
    assert not verify_consistency(12, 20, root(12), changed, merkle.consistency_proof(lookup, 12, 20))


def test_an_empty_tree_extends_to_itself_alone_when_both_are_empty() -> None:
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, ())
    assert not verify_consistency(0, 0, EMPTY_ROOT, root(1), ())


@given(sizes, sizes)
def test_an_edge_taken_up_from_the_nodes_goes_on_like_the_one_that_grew(first: int, second: int) -> None:
    start, end = sorted((first, second))
    grown, taken = merkle.Frontier(), merkle.Frontier(start, lookup)
    for hashed in LEVELS[0][:start]:
        grown.push(hashed)
    for hashed in LEVELS[0][start:end]:
        done = grown.push(hashed)
        assert done == taken.push(hashed)
        assert all(lookup(node.level, node.position) == node.hash for node in done)
    assert grown.root() == taken.root() == root(end)


def test_questions_about_trees_that_are_not_there_are_refused() -> None:
    for number, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError, match="is not among the first"):
            merkle.inclusion_proof(lookup, number, size)
    for old, size in ((-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="is not a prefix"):
            merkle.consistency_proof(lookup, old, size)
    with pytest.raises(ValueError, match="needs a lookup"):
        merkle.Frontier(3)
    with pytest.raises(ValueError, match="needs a lookup"):
        merkle.root(lookup, -1)
