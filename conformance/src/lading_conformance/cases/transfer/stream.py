"""A stream is delivered in windows, each right behind the one before it, whatever is refused and delivered anew."""

from __future__ import annotations

from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session


def run(trial: Trial) -> None:
    """Deliver a stream, take windows back, and deliver them anew."""
    session = trial.session
    with trial.given("contracts about a stream, a service and a dataset"):
        stream, service, dataset = (
            deals.contract(session, kind=kind) for kind in ("stream", "service", "dataset")
        )
    _kinds(trial, stream, service, dataset)
    _in_order(trial, stream)
    _anew(trial, stream)
    _together(trial, stream)
    _exceptions(trial, stream, dataset)


def _window(first: int, last: int) -> dict[str, Json]:
    return {"first": first, "last": last, "count": last - first + 1}


def _jws(session: Session, contract: str, sequence: int, first: int, last: int) -> bytes:
    return agreements.nothing(session.provider, contract, sequence, window=_window(first, last))


def _delivered(session: Session, contract: str, sequence: int, first: int, last: int) -> Registration:
    return deals.say(session, _jws(session, contract, sequence, first, last))


def _kinds(trial: Trial, stream: Registration, service: Registration, dataset: Registration) -> None:
    session = trial.session
    for what, contract in {"stream": stream, "service": service}.items():
        with trial.check("LAD-DLV-021", f"a delivery of a {what} without a window: wrong-form"):
            expect.refused(session, agreements.nothing(session.provider, contract.id), "wrong-form")
    with trial.check("LAD-DLV-021", "a delivery of a dataset with a window: wrong-form"):
        expect.refused(session, _jws(session, dataset.id, 1, 1, 10), "wrong-form")
    with trial.check("LAD-REG-002", "a delivery of a service with a window, of which nothing was answered"):
        empty: dict[str, Json] = {**_window(1, 10), "count": 0}
        jws = agreements.nothing(session.provider, service.id, window=empty)
        delivery = deals.say(session, jws)
        expect.state(session, session.consumer, delivery.id, "delivery", window=empty)


def _in_order(trial: Trial, stream: Registration) -> None:
    session = trial.session
    with trial.check("LAD-DLV-020", "number 1 that does not begin at 1: window-gap"):
        expect.refused(session, _jws(session, stream.id, 1, 2, 10), "window-gap")
    with trial.need("LAD-REG-002", "number 1 from 1 to 10: registered"):
        _delivered(session, stream.id, 1, 1, 10)
    for what, first in {"later than right behind it": 12, "within it": 10, "where it began": 1}.items():
        with trial.check("LAD-DLV-020", f"number 2 that begins {what}: window-gap"):
            expect.refused(session, _jws(session, stream.id, 2, first, 20), "window-gap")
    with trial.need("LAD-REG-002", "number 2 right behind it: registered"):
        _delivered(session, stream.id, 2, 11, 20)


def _anew(trial: Trial, stream: Registration) -> None:
    """Number 3 is taken back while it is the last one, and refused while number 4 stands behind it."""
    session = trial.session
    with trial.given("that number 3 is delivered and withdrawn"):
        third = _delivered(session, stream.id, 3, 21, 30)
        deals.say(session, session.provider.says("withdrawal", statement=third.id))
    with trial.check("LAD-DLV-020", "number 4 while number 3 has no window: window-gap"):
        expect.refused(session, _jws(session, stream.id, 4, 31, 40), "window-gap")
    with trial.need("LAD-REG-002", "number 3 anew, longer than before, and number 4 behind it: registered"):
        third = _delivered(session, stream.id, 3, 21, 35)
        _delivered(session, stream.id, 4, 36, 40)
    with trial.given("that the consumer refuses number 3"):
        deals.say(session, agreements.refusal(session.consumer, third.id))
    for what, last in {"before number 4 begins": 34, "within number 4": 36}.items():
        with trial.check("LAD-DLV-020", f"number 3 anew that ends {what}: window-gap"):
            expect.refused(session, _jws(session, stream.id, 3, 21, last), "window-gap")
    with trial.check("LAD-REG-002", "number 3 anew that ends right before number 4: registered"):
        _delivered(session, stream.id, 3, 21, 35)


def _together(trial: Trial, stream: Registration) -> None:
    """Numbers 5 and 6 are refused while number 7 stands behind them: each keeps room for the other."""
    session = trial.session
    with trial.given("numbers 5, 6 and 7, of which the consumer refuses the first two"):
        windows = ((5, 41, 50), (6, 51, 60), (7, 61, 70))
        fifth, sixth, _ = (_delivered(session, stream.id, *window) for window in windows)
        for delivery in (fifth, sixth):
            deals.say(session, agreements.refusal(session.consumer, delivery.id))
    with trial.check("LAD-DLV-020", "number 5 anew that leaves no room for number 6: window-gap"):
        expect.refused(session, _jws(session, stream.id, 5, 41, 60), "window-gap")
    with trial.check("LAD-REG-002", "number 5 anew that leaves room for one position, and number 6 in it"):
        _delivered(session, stream.id, 5, 41, 59)
        _delivered(session, stream.id, 6, 60, 60)


def _exceptions(trial: Trial, stream: Registration, dataset: Registration) -> None:
    session, consumer = trial.session, trial.session.consumer
    with trial.given("two windows, and a delivery of a dataset"):
        first, second = _delivered(session, stream.id, 8, 71, 80), _delivered(session, stream.id, 9, 81, 90)
        whole = agreements.delivered(session, dataset.id)
    outside = {"before it": 80, "behind it": 91}
    for what, offset in outside.items():
        with trial.check("LAD-RCP-007", f"a receipt of the second except an offset {what}: receipt-mismatch"):
            jws = agreements.receipt(consumer, second.id, excepted=[85, offset])
            expect.refused(session, jws, "receipt-mismatch")
    with trial.check("LAD-RCP-007", "a receipt of the dataset except its first record: receipt-mismatch"):
        expect.refused(session, agreements.receipt(consumer, whole.id, excepted=[1]), "receipt-mismatch")
    with trial.check("LAD-REG-002", "receipts except the ends of a window, and except nothing: registered"):
        deals.say(session, agreements.receipt(consumer, first.id, excepted=[71, 80]))
        deals.say(session, agreements.receipt(consumer, second.id))


CASE = Case(
    name="transfer_stream",
    profile="transfer",
    story="A provider delivers a stream window by window. One is taken back, three are refused and delivered anew "
    "between those that stand. No offset is left out and none is delivered twice, and the consumer excepts "
    "only what was there.",
    requirements=("LAD-DLV-021", "LAD-REG-002", "LAD-DLV-020", "LAD-RCP-007"),
    run=run,
)
