"""Who may say what, and until when, as the pages of the acts have it; the ledger holds all that was said before.

check(ledger, key, members, time)     # AssertionError where the statement cannot stand there
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from lading.statement.words import Id, parse_duration, parse_time
from sdk.tests.model.ledger import Ledger

Members = Mapping[str, Any]
EXCHANGES: Final = frozenset({"admission", "release", "lapse", "erasure", "notarisation"})
BUSINESS: Final = frozenset({"listing", "offer", "acceptance"})
OF_GOODS: Final = frozenset({"quality", "incomplete", "not-as-described"})
ROLES: Final[Mapping[str, str]] = {"delivery": "provider", "deletion": "consumer", "receipt": "consumer"}
PAYERS: Final = {"invoice": "provider", "received": "provider", "paid": "consumer", "sales": "consumer"}
A_DAY: Final = 24 * 3_600_000


def check(ledger: Ledger, key: Id, members: Members, time: int) -> None:
    """The right issuer says it, with its latest statement, and in time."""
    act, issuer = members["type"], Id(members.get("issuer", key))
    exchange = next(iter(ledger.said), key)
    assert ("closed",) not in ledger.taken, "the log has ended"
    if act == "participant":
        _participant(ledger, members)
        return
    assert members["home"] == exchange
    assert members["under"] == ledger.chain[issuer], "not under the head"
    assert time - A_DAY <= parse_time(members["issued_at"]) <= time + 300_000
    assert act not in BUSINESS or ledger.closing is None, "the exchange closes"
    if act in EXCHANGES or members.get("kind") == "outage":
        assert issuer == exchange, f"{act} of somebody else"
    if act in ROLES:
        contract = ledger.contract_of(members.get("contract") or members["delivery"])
        assert contract is not None
        assert issuer == getattr(ledger, f"{ROLES[act]}_of")(contract), f"{act} of another party"
    if act in CHECKS:
        CHECKS[act](ledger, issuer, members, time)


def _participant(ledger: Ledger, members: Members) -> None:
    if "previous" in members:
        assert members["previous"] == ledger.chain[members["issuer"]], "a fork"
    else:
        assert ledger.closing is None, "the exchange closes"
    if "closed" in members.get("exchange", {}):
        deliveries = [key for key in ledger.of_type("delivery") if "sealed" in ledger.said[key].members]
        assert all(ledger.state_of("delivery", key) != "open" for key in deliveries), "a share is held"


def _is_admitted(ledger: Ledger, *people: str) -> None:
    for who in people:
        is_exchange = who == next(iter(ledger.said))
        assert is_exchange or ledger.state_of("participant", Id(who)) == "admitted", f"{who} is not admitted"


def _listing(ledger: Ledger, issuer: Id, members: Members, time: int) -> None:
    _is_admitted(ledger, issuer)
    if "supersedes" in members:
        assert ledger.said[members["supersedes"]].members["issuer"] == issuer


def _offer(ledger: Ledger, issuer: Id, members: Members, time: int) -> None:
    parties = {issuer, members["to"]}
    _is_admitted(ledger, *parties)
    assert time <= parse_time(members["expires_at"])
    if "amends" in members:
        contract = ledger.contract_of(members["amends"])
        assert contract is not None
        assert parties == ledger.parties_of(contract)
        assert ledger.head[contract] == members["amends"]
        return
    assert len(parties) == 2
    assert ledger.said[members["listing"]].members["issuer"] in parties
    assert ledger.state_of("listing", members["listing"]) != "withdrawn"


def _acceptance(ledger: Ledger, issuer: Id, members: Members, time: int) -> None:
    about = ledger.said[members["offer" if "offer" in members else "listing"]].members
    _is_admitted(ledger, issuer, about["issuer"])
    if "offer" in members:
        assert (about["to"], time <= parse_time(about["expires_at"])) == (issuer, True)
        return
    assert issuer != about["issuer"]
    assert ledger.state_of("listing", members["listing"]) == "listed"
    assert time <= parse_time(about["standing"]["expires_at"])


def _rejection(ledger: Ledger, issuer: Id, members: Members, time: int) -> None:
    assert ledger.said[members["offer"]].members["to"] == issuer


def _notice(ledger: Ledger, issuer: Id, members: Members, time: int) -> None:
    if members["kind"] == "outage":
        return
    contract = Id(members["contract"])
    terms, provider = ledger.in_force(contract), ledger.provider_of(contract)
    assert issuer in ledger.parties_of(contract)
    assert members["kind"] != "recall" or issuer == provider
    role = "provider" if issuer == provider else "consumer"
    if members["kind"] == "suspend":
        assert role in terms["suspension"]["by"]
    if members["kind"] == "resume":
        begun = max(since for since, _ in ledger.pauses[contract])
        longest = begun + parse_duration(terms["suspension"]["maximum"])
        assert issuer == ledger.suspender[contract] or time > longest, "the other party suspended"
    if members["kind"] == "terminate" and "ruling" not in members:
        agreed = terms.get("termination", {"by": [role], "notice": "P30D"})
        assert role in agreed["by"]
        assert parse_time(members["effective_at"]) >= time + parse_duration(agreed["notice"])
    if "ruling" in members:
        ruling = ledger.said[members["ruling"]].members
        claim = ledger.said[ruling["claim"]].members
        assert (ruling["outcome"], claim["issuer"]) == ("upheld", issuer)
        assert ledger.contract_of(ruling["claim"]) == contract


def _payment(ledger: Ledger, issuer: Id, members: Members, time: int) -> None:
    contract = Id(members["contract"])
    assert issuer == getattr(ledger, f"{PAYERS[members['kind']]}_of")(contract)
    if "answers" in members:
        answered = ledger.said[members["answers"]].members
        wanted = {"received": "paid", "paid": "invoice"}[members["kind"]]
        assert (answered["contract"], answered["kind"]) == (contract, wanted)


def _claim(ledger: Ledger, issuer: Id, members: Members, time: int) -> None:
    if "replies_to" in members:
        claim = ledger.said[members["replies_to"]].members
        contract = ledger.contract_of(members["replies_to"])
        accused = {ledger.said[claim["statement"]].members["issuer"]}
        concerned = accused if contract is None else ledger.parties_of(contract) - {claim["issuer"]}
        assert {issuer} == concerned, "an answer of somebody else"
        return
    about = ledger.said[members["statement"]]
    if about.type == "listing":
        assert issuer != about.members["issuer"]
        _is_admitted(ledger, issuer)
        return
    contract = ledger.contract_of(members["statement"])
    assert contract is not None
    assert issuer in ledger.parties_of(contract), "a claim of a stranger"
    if members["ground"] in OF_GOODS or "proof" in members:
        _window(ledger, contract, members, time)
        assert issuer == ledger.consumer_of(contract)


def _window(ledger: Ledger, contract: Id, members: Members, time: int) -> None:
    """The dispute window of the terms in force at the receipt or release is not over."""
    about = Id(members["statement"])
    receipts = [key for key in ledger.of_type("receipt") if ledger.said[key].members["delivery"] == about]
    released = [key for key in ledger.of_type("release") if ledger.said[key].members["receipt"] in receipts]
    begun = (released or receipts or [about])[0]
    terms = ledger.terms_of(ledger.agreement_before(contract, begun))
    settles = ledger.run_down(contract, ledger.said[begun].time, parse_duration(terms["dispute_window"]))
    assert ledger.said[begun].type in ("receipt", "release"), "disputed before it was received"
    assert settles is None or time <= settles, "the dispute window is over"


def _grant(ledger: Ledger, issuer: Id, members: Members, time: int) -> None:
    parties = ledger.parties_of(members["contract"])
    assert issuer in parties
    assert members["to"] not in parties
    assert time <= parse_time(members["until"])


def _attestation(ledger: Ledger, issuer: Id, members: Members, time: int) -> None:
    about, readers = ledger.said[members["statement"]].members, ledger.readers[members["statement"]]
    author = about.get("issuer", members["statement"])
    if members["kind"] == "second-signature":
        assert issuer == author
        return
    _is_admitted(ledger, issuer)
    contract = ledger.contract_of(members["statement"])
    concerned = {author} | (set() if contract is None else ledger.parties_of(contract))
    assert issuer not in concerned, "a party attests"
    if "grant" in members:
        grant = ledger.said[members["grant"]].members
        assert (grant["to"], ledger.state_of("grant", members["grant"])) == (issuer, "open")
        assert grant["contract"] == contract
        assert time <= parse_time(grant["until"])
        return
    assert readers is None or issuer in readers or issuer == next(iter(ledger.said)), "a stranger attests"


def _disclosure(ledger: Ledger, issuer: Id, members: Members, time: int) -> None:
    readers = ledger.readers[members["statement"]]
    assert readers is None or issuer in readers or issuer == next(iter(ledger.said)), "a stranger discloses"
    assert "until" not in members or time <= parse_time(members["until"])


CHECKS: Final[Mapping[str, Callable[[Ledger, Id, Members, int], None]]] = {
    "listing": _listing,
    "offer": _offer,
    "acceptance": _acceptance,
    "rejection": _rejection,
    "notice": _notice,
    "payment": _payment,
    "claim": _claim,
    "grant": _grant,
    "attestation": _attestation,
    "disclosure": _disclosure,
}
"""What the pages say of each act beside its issuer's role."""
