"""One test per rule of erasures, and what is left of a log after them: state, replay and evidence."""

from typing import Any

import pytest

from lading.acts import ACTS
from lading.acts.erasure import KINDS, NOT_ERASABLE, Change, bare, digest_of
from lading.acts.records import ContractRecord, ListingRecord, OfferRecord, ProductRecord, StatementRecord
from lading.evidence.verdict import Status
from lading.problems import Refused
from lading.register.erasing import changes_of, told_of
from lading.register.register import Registered
from lading.register.replay import Inadmissible, replay
from lading.statement.words import Id, format_time
from sdk.tests.acts.erasing import erase, found, judged, record, replayed, told
from sdk.tests.core.market import DAY, HOUR, START, TERMS, Market, traded, traded_sealed


@pytest.fixture
def market() -> Market:
    market = traded_sealed()
    market.clock.now = market.sight.last_time()
    return market


def test_erasure_is_the_exchanges(market: Market) -> None:
    market.check_refused(erase(market, market.id["listing"], "acme"), "wrong-issuer")
    market.put(erase(market, market.id["listing"]))


def test_what_is_not_registered_is_not_erased(market: Market) -> None:
    nowhere = Id("sha256:" + "0" * 64)
    refusal = market.check_refused(
        erase(market, market.id["listing"], statement=nowhere), "unknown-statement"
    )
    assert refusal.pointer == "/statement"


@pytest.mark.parametrize("name", ["acme", "receipt", "sealed receipt", "release", "lapse"])
def test_erasure_is_erasable(market: Market, name: str) -> None:
    market.check_refused(_kept(market, market.id[name]), "not-erasable")


def _kept(market: Market, key: Id) -> bytes:
    """An erasure that a rule forbids, and that says what it would have to."""
    known = record(market, key)
    changes = [row for row in bare(changes_of(market.sight, known)) if row["kind"] in KINDS]
    members: dict[str, Any] = {
        "statement": key,
        "index": known.index,
        "sort": known.type,
        "author": known.issuer,
    }
    members |= {} if known.readers is None else {"readers": list(known.readers)}
    members |= {} if known.contract is None else {"contract": known.contract}
    return market.say("exchange", "erasure", **members, ground="unlawful", changes=changes)


def test_erasure_is_erasable__nor_admissions_outages_and_erasures(market: Market) -> None:
    market.clock.now += HOUR
    outage: dict[str, Any] = {
        "since": format_time(market.clock.now - 1000),
        "until": format_time(market.clock.now - 500),
    }
    down = market.put(market.say("exchange", "notice", kind="outage", ground="maintenance", **outage))
    erasure = market.put(erase(market, market.id["listing"]))
    for key in (market.sight.entries[6].id, down, erasure):
        market.check_refused(_kept(market, key), "not-erasable")


def test_erasure_is_there_still(market: Market) -> None:
    again = told(market, market.id["listing"])
    winner = market.put(erase(market, market.id["listing"]))
    second = market.say("exchange", "erasure", **{**again, "ground": "unlawful"})
    market.check_refused(second, "erased-already", winner=winner)
    with pytest.raises(Refused, match="erased-already"):
        told_of(market.sight, market.id["listing"])


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [("listing", "index", 0), ("listing", "sort", "offer"), ("listing", "author", "buyer")],
)
def test_erasure_repeats_the_statement(market: Market, name: str, member: str, value: Any) -> None:
    members: dict[str, Any] = {member: market.id.get(str(value), value)}
    refusal = market.check_refused(erase(market, market.id[name], **members), "changes-mismatch")
    assert refusal.pointer == f"/{member}"


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [
        ("listing", "readers", ["buyer"]),
        ("contract", "readers", ["buyer"]),
        ("contract", "contract", "listing"),
        ("listing", "contract", "contract"),
    ],
)
def test_erasure_repeats_who_reads_it(market: Market, name: str, member: str, value: Any) -> None:
    said = [market.id[who] for who in value] if isinstance(value, list) else market.id.get(str(value), value)
    members: dict[str, Any] = {member: said}
    refusal = market.check_refused(erase(market, market.id[name], **members), "changes-mismatch")
    assert refusal.pointer == f"/{member}"


def test_erasure_repeats_who_reads_it__and_leaves_nothing_out(market: Market) -> None:
    members = told(market, market.id["contract"])
    for member in ("readers", "contract"):
        short = {name: value for name, value in members.items() if name != member}
        refusal = market.check_refused(market.say("exchange", "erasure", **short), "changes-mismatch")
        assert refusal.pointer == f"/{member}"


def test_erasure_changes_are_those_of_the_statement(market: Market) -> None:
    changes = told(market, market.id["contract"])["changes"]
    for other in ([], changes[1:], [*changes, changes[0]], list(reversed(changes)), _cheaper(changes)):
        refusal = market.check_refused(
            erase(market, market.id["contract"], changes=other), "changes-mismatch"
        )
        assert refusal.pointer == "/changes"


def _cheaper(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes with another price in the contract."""
    return [
        {"kind": row["kind"], "record": {**row["record"], "terms": {**row["record"]["terms"], "term": "P1D"}}}
        if row["kind"] == "contract"
        else row
        for row in changes
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "participant", "record": {"key": "x"}},
        {"kind": "version", "record": {"key": "x", "participant": "x", "keys": [], "next": []}},
        {"kind": "exchange", "record": {"key": "self"}},
        {"kind": "slot", "record": {}},
        {"kind": "slot", "record": {"key": "x", "more": 1}},
        {"kind": "slot", "record": {"key": 1}},
        {"kind": "contract", "record": {"key": "x"}},
        {"kind": "listing", "record": {"key": "x", "title": "Words"}},
    ],
)
def test_a_change_is_a_record_of_a_kind_that_an_erasable_statement_writes(
    market: Market, change: dict[str, Any]
) -> None:
    answer = market.answer(erase(market, market.id["listing"], changes=[change]))
    assert isinstance(answer, Refused)
    assert answer.code == "bad-member"


def test_every_change_of_an_erasable_statement_can_be_restored(market: Market) -> None:
    seen = set()
    for entry in market.sight.entries:
        known = record(market, entry.id)
        if known.type not in NOT_ERASABLE:
            seen.add(known.type)
            changes = changes_of(market.sight, known)
            for change, row in zip(changes, bare(changes), strict=True):
                prose = {name: getattr(change, name) for name in change.prose}
                assert Change.model_validate(row).restored(prose) == change
    assert seen == {"listing", "acceptance", "delivery", "claim"}
    assert {act.name for act in ACTS} >= NOT_ERASABLE


def test_an_erased_listing_loses_its_title_and_takes_no_contracts(market: Market) -> None:
    listing = market.id["listing"]
    erasure = market.put(erase(market, listing, legal_basis="A court said so."))
    found_record, product = market.sight.get(ListingRecord, listing), market.sight.get(ProductRecord, listing)
    assert found_record is not None
    assert (found_record.title, found_record.state, found_record.closed_by) == ("", "withdrawn", erasure)
    assert product is not None
    assert product.withdrawn_by == erasure
    assert record(market, listing).erased_by == erasure
    assert listing not in market.sight.statements
    answer = market.answer(market.buy("buyer", listing, "PO-9"))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.winner) == ("listing-not-open", erasure)


def test_an_erased_version_that_was_superseded_leaves_its_product_open(market: Market) -> None:
    old = market.id["listing"]
    new = market.put(market.listing(title="Newer", supersedes=old))
    market.put(erase(market, old))
    record_of_old, record_of_new = (market.sight.get(ListingRecord, key) for key in (old, new))
    assert record_of_old is not None
    assert (record_of_old.title, record_of_old.state) == ("", "superseded")
    assert record_of_new is not None
    assert (record_of_new.title, record_of_new.state) == ("Newer", "listed")
    market.put(market.buy("buyer", new, "PO-9"))
    assert replayed(market).records == market.sight.records


def test_an_open_offer_that_is_erased_is_closed_and_a_closed_one_stays(market: Market) -> None:
    listing = market.put(market.listing(title="Rails"))
    open_offer, gone = (
        market.put(market.offer("buyer", "acme", listing, purpose="research", terms=terms))
        for terms in _two()
    )
    market.put(market.say("acme", "rejection", offer=gone, reason="price"))
    erasure = market.put(erase(market, open_offer))
    market.put(erase(market, gone))
    states = [market.sight.get(OfferRecord, key) for key in (open_offer, gone)]
    assert [(offer.state, offer.closed_by == erasure) for offer in states if offer] == [
        ("closed", True),
        ("rejected", False),
    ]
    assert replayed(market).records == market.sight.records


def _two() -> tuple[dict[str, Any], dict[str, Any]]:
    return TERMS, {**TERMS, "purposes": ["research", "planning"]}


def test_a_contract_goes_on_without_the_bytes_of_its_acceptance(market: Market) -> None:
    contract = market.id["contract"]
    market.put(erase(market, contract))
    delivery = market.put(market.deliver(contract, 4))
    market.put(market.acknowledge(delivery))
    assert market.sight.get(ContractRecord, contract) is not None
    assert replayed(market).records == market.sight.records


@pytest.mark.parametrize(
    "names",
    [
        ("listing",),
        ("contract",),
        ("delivery", "claim"),
        ("listing", "contract", "delivery", "sealed delivery", "claim"),
    ],
)
def test_a_replay_over_erased_entries_gives_the_same_state(market: Market, names: tuple[str, ...]) -> None:
    for name in names:
        market.put(erase(market, market.id[name]))
    market.put(market.listing(title="Afterwards"))
    assert len(market.sight.statements) == len(market.sight.entries) - len(names)
    assert replayed(market).records == market.sight.records


def test_a_replay_with_all_bytes_gives_the_same_state_too(market: Market) -> None:
    before = dict(market.sight.statements)
    for name in ("listing", "contract"):
        market.put(erase(market, market.id[name]))
    kept = before | market.sight.statements
    view = replay((entry, kept[entry.id]) for entry in market.sight.entries)
    assert view.records == market.sight.records


def test_bytes_that_are_gone_without_an_erasure_end_a_replay(market: Market) -> None:
    with pytest.raises(Inadmissible) as caught:
        replayed(market, {market.id["listing"]})
    assert caught.value.index == record(market, market.id["listing"]).index


def test_a_replay_does_not_believe_an_erasure_of_what_stays(market: Market) -> None:
    market.put(erase(market, market.id["listing"]))
    erasure = market.sight.entries[-1].id
    with pytest.raises(Inadmissible) as caught:
        replayed(market, {erasure})
    assert caught.value.index == record(market, market.id["listing"]).index


def test_false_changes_end_a_replay_that_has_the_bytes() -> None:
    market, honest = traded(), traded()
    changes = _cheaper(told(market, market.id["contract"])["changes"])
    known = record(market, market.id["contract"])
    lie = [Change.model_validate(row).restored() for row in changes]
    market.sight.put(known.model_copy(update={"changes": digest_of(lie)}))
    bytes_of = dict(market.sight.statements)
    market.put(erase(market, market.id["contract"], changes=changes))
    assert replayed(market).get(ContractRecord, market.id["contract"]) != honest.sight.get(
        ContractRecord, market.id["contract"]
    )
    kept = bytes_of | market.sight.statements
    with pytest.raises(Inadmissible) as caught:
        replay((entry, kept[entry.id]) for entry in market.sight.entries)
    assert caught.value.index == len(market.sight.entries) - 1
    assert caught.value.refusal is not None
    assert caught.value.refusal.code == "changes-mismatch"


def test_erased_bytes_that_come_again_stay_away(market: Market) -> None:
    listing = market.id["listing"]
    jws, place = market.sight.statements[listing], record(market, listing).index
    market.put(erase(market, listing))
    answer = market.answer(jws)
    assert isinstance(answer, Registered)
    assert (answer.index, answer.new) == (place, False)
    assert listing not in market.sight.statements


def test_the_readers_of_an_erasure_are_those_of_the_statement(market: Market) -> None:
    for name in ("listing", "contract", "claim"):
        erasure = market.put(erase(market, market.id[name]))
        assert record(market, erasure).readers == record(market, market.id[name]).readers


def test_evidence_about_what_was_erased_is_indeterminate_and_still_tells_the_story(market: Market) -> None:
    contract, delivery, receipt = (market.id[name] for name in ("contract", "delivery", "receipt"))
    assert judged(market, receipt).status is Status.VALID
    erasure = market.put(erase(market, contract))
    verdict = judged(market, receipt)
    assert verdict.status is Status.INDETERMINATE
    unknown = {("erased", "unknown")}
    assert found(verdict) == {contract: unknown, delivery: unknown, receipt: unknown, erasure: unknown}
    assert {delivery, receipt, erasure} <= {event.id for event in verdict.story}
    itself = judged(market, contract)
    assert itself.status is Status.INDETERMINATE
    assert found(itself)[contract] == unknown


def test_evidence_from_before_the_erasure_stays_valid(market: Market) -> None:
    before = market.copy()
    market.put(erase(market, market.id["contract"]))
    assert judged(before, market.id["receipt"]).status is Status.VALID


def test_evidence_with_the_bytes_and_the_erasure_is_valid(market: Market) -> None:
    listing = market.id["listing"]
    jws = market.sight.statements[listing]
    erasure = market.put(erase(market, listing))
    market.sight.statements[listing] = jws
    market.sight.put(record(market, listing).model_copy(update={"erased_by": None}))
    assert judged(market, erasure).status is Status.VALID


def test_what_rests_on_no_erased_statement_is_valid(market: Market) -> None:
    other = market.put(market.listing(title="Rails"))
    market.put(erase(market, market.id["listing"]))
    contract = market.put(market.buy("buyer", other, "PO-9"))
    assert judged(market, contract).status is Status.VALID


def test_a_refusal_that_rests_on_an_erased_statement_is_unknown(market: Market) -> None:
    contract = market.id["contract"]
    delivery = market.put(market.deliver(contract, 4))
    receipt = market.put(market.acknowledge(delivery))
    changes = told(market, delivery)["changes"]
    lie = [
        {**row, "record": {**row["record"], "size": 6}} if row["kind"] == "delivery" else row
        for row in changes
    ]
    restored = [Change.model_validate(row).restored() for row in lie]
    market.sight.put(record(market, delivery).model_copy(update={"changes": digest_of(restored)}))
    market.put(erase(market, delivery, changes=lie))
    verdict = judged(market, receipt)
    assert verdict.status is Status.INDETERMINATE
    assert found(verdict)[receipt] == {("receipt-mismatch", "unknown"), ("erased", "unknown")}


@pytest.mark.parametrize("member", ["chunk_size", "sequence", "deadline"])
def test_changes_that_no_log_has_break_no_verifier(market: Market, member: str) -> None:
    delivery, receipt = market.id["delivery"], market.id["receipt"]
    lie = [
        {**row, "record": {**row["record"], member: -(2**53) + 1}} if row["kind"] == "delivery" else row
        for row in told(market, delivery)["changes"]
    ]
    restored = [Change.model_validate(row).restored() for row in lie]
    market.sight.put(record(market, delivery).model_copy(update={"changes": digest_of(restored)}))
    market.put(erase(market, delivery, changes=lie))
    assert judged(market, receipt).status is Status.INDETERMINATE
    assert judged(market, market.id["lapse"]).status is Status.VALID


def test_an_amendment_is_exported_after_its_acceptance_was_erased(market: Market) -> None:
    contract = market.id["contract"]
    known = market.sight.get(ContractRecord, contract)
    assert known is not None
    said: dict[str, Any] = {
        "amends": known.head,
        "to": market.id["buyer"],
        "terms": {**TERMS, "term": "P900D"},
    }
    offer = market.put(
        market.say("acme", "offer", **said, purpose="research", expires_at=format_time(START + 30 * DAY))
    )
    amendment = market.put(market.say("buyer", "acceptance", offer=offer))
    erasure = market.put(erase(market, amendment))
    delivery = market.put(market.deliver(contract, 4))
    verdict = judged(market, delivery)
    assert verdict.status is Status.INDETERMINATE
    assert found(verdict)[delivery] == {("erased", "unknown")}
    assert erasure in {event.id for event in verdict.story}
    assert replayed(market).records == market.sight.records


def test_state_records_and_readers_of_a_statement_stay(market: Market) -> None:
    known = record(market, market.id["contract"])
    erasure = market.put(erase(market, market.id["contract"]))
    assert record(market, market.id["contract"]) == known.model_copy(update={"erased_by": erasure})
    assert market.sight.get(StatementRecord, erasure) is not None
