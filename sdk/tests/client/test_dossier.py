"""Evidence that an exchange hands out about the log of another one, which has the same origin and log key."""

import json
from pathlib import Path

import pytest

from lading.acts.exchange import LogKeyRange
from lading.acts.policy import Policy as GatePolicy
from lading.cli.output import exit_code
from lading.client import dossier
from lading.client.peer import Peer
from lading.errors import Dishonest, Insufficient
from lading.evidence import file as evidence_file
from lading.statement import canonical
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


def test_evidence_that_lacks_something_is_handed_on_with_its_bytes() -> None:
    whole = json.loads(DATA)
    named = json.loads(DATA)["logs"][0]["entries"]
    withheld = next(entry for entry in named if entry["statement"] is not None and entry["index"] > 0)
    first = evidence_file.parse(DATA).logs[0].entries[0].statement
    assert first is not None
    cut = json.loads(DATA)
    entry = next(item for item in cut["logs"][0]["entries"] if item["index"] == withheld["index"])
    entry["withheld"] = statement_id(entry.pop("statement").encode())
    assert cut != whole
    data = canonical.dumps(cut)
    with pytest.raises(Insufficient) as caught:
        dossier.read(data, SUBJECT, peer(statement_id(first.encode())))
    assert caught.value.data == data
    assert exit_code(caught.value) == 2


def test_evidence_of_a_log_with_another_entry_0_is_dishonest() -> None:
    with pytest.raises(Dishonest, match="another exchange"):
        dossier.read(DATA, SUBJECT, peer(Id("sha256:" + "1" * 64)))
