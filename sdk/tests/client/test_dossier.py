"""Evidence that an exchange hands out about the log of another one, which has the same origin and log key."""

import json
from pathlib import Path

import pytest

from lading.acts.exchange import LogKeyRange
from lading.acts.policy import Policy as GatePolicy
from lading.client import dossier
from lading.client.peer import Peer
from lading.errors import Dishonest
from lading.evidence import file as evidence_file
from lading.statement.envelope import statement_id
from lading.statement.words import Id

EXAMPLES = Path(__file__).parents[3] / "spec" / "examples"
DATA = (EXAMPLES / "receipt.evidence.json").read_bytes()
SUBJECT = Id(json.loads(DATA)["subject"])
VKEY = (EXAMPLES / "trust.policy").read_text().split()[1]


def peer(exchange: Id) -> Peer:
    """An exchange with the example's log key."""
    keys = (LogKeyRange(vkey=VKEY, from_size=1),)
    return Peer(
        exchange,
        "Example",
        "https://exchange.example",
        VKEY.partition("+")[0],
        keys,
        GatePolicy(onboarding="open"),
        1,
    )


def test_evidence_of_the_exchange_s_own_log_is_read() -> None:
    first = evidence_file.parse(DATA).logs[0].entries[0].statement
    assert first is not None
    assert dossier.read(DATA, SUBJECT, peer(statement_id(first.encode()))).subject == SUBJECT


def test_evidence_of_a_log_with_another_entry_0_is_dishonest() -> None:
    with pytest.raises(Dishonest, match="another exchange"):
        dossier.read(DATA, SUBJECT, peer(Id("sha256:" + "1" * 64)))
