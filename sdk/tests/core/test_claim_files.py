"""Every claim of the vectors, put into a whole claim file with its evidence, comes to the same judgement."""

from collections.abc import Mapping

import pytest

from lading.evidence.claims import judge
from lading.keys.seal import SealKey
from lading.log import policy
from sdk.tests.core.vectors import load
from tools.vectors.evidence.building import policies
from tools.vectors.judgement.disputes import Dispute, disputes
from tools.vectors.judgement.files import whole
from tools.vectors.primitives import canonical, seed

NEVER_REGISTERED = ("honest-chunk-number-4", "honest-key-number-4")
"""Claims about a chunk that the content does not have: a log that holds one is INVALID (LAD-CLM-003)."""


@pytest.fixture(scope="module")
def made() -> Mapping[str, Dispute]:
    """The claims by name."""
    return {dispute.name: dispute for dispute in disputes()}


@pytest.mark.parametrize("name", [case["name"] for case in load("judgement/claims").cases])
def test_a_whole_file_is_judged_as_its_pieces_are(made: Mapping[str, Dispute], name: str) -> None:
    dispute = made[name]
    keys = [] if dispute.key is None else [SealKey.from_seed(seed(dispute.key))]
    found = judge(canonical(whole(dispute)), policy.parse(policies()["plain"]), keys=keys)
    expected = "evidence-not-valid" if name in NEVER_REGISTERED else dispute.code
    assert found.code == expected, found.detail
