"""What an exchange says of itself: entry 0, and its log keys."""

from __future__ import annotations

from typing import Any

from tools.vectors import scenarios
from tools.vectors.acts import seal_keys
from tools.vectors.acts.participants import EVE, first, successor
from tools.vectors.edwards import torsion
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, key, statement, vkey
from tools.vectors.scenarios import ORIGIN, empty, market, newcomer
from tools.vectors.world import ABSENT, Candidates, World, effect


def file() -> VectorFile:
    """The rules of an exchange's participant statements."""
    cases = Candidates(
        "participant/exchange.json",
        "Participant statements of an exchange: entry 0, and its log keys.",
        *("eve", "exchange-next", "log", "log-2", "exchange-seal-2"),
    )
    _exchanges(cases)
    _log_keys_at_entry_zero(cases)
    _log_key_succession(cases)
    seal_keys.add_exchange(cases)
    return cases.file


def _exchanges(cases: Candidates) -> None:
    zero = statement(scenarios.exchange_members(), key("exchange"))
    self_ = effect("participant", digest(zero.encode()), state="admitted")
    about = ["LAD-PAR-008", "LAD-LOG-004"]
    cases.accept("entry-zero", "An exchange opens its log.", empty(), zero, self_, about=about)
    plain = statement({**newcomer(market(), "eve")}, EVE)
    cases.refuse("entry-zero-company", "A company as entry 0.", empty(), plain, "not-entry-zero")
    cases.refuse(
        "second-exchange",
        "A second exchange in a log.",
        market(),
        first(market(), kind="exchange", exchange=scenarios.exchange(), home=ABSENT),
        "not-entry-zero",
    )
    world = market()
    retired = successor(world, "exchange", key("exchange-next"))
    cases.refuse(
        "exchange-retires",
        "A successor of the exchange that is no exchange any more.",
        world,
        retired,
        "not-entry-zero",
    )


def _log_keys_at_entry_zero(cases: Candidates) -> None:
    log, good = key("log"), vkey(ORIGIN, key("log").public)
    bad: dict[str, tuple[str, list[dict[str, Any]]]] = {
        "other-name": (
            "A vkey with another name than the origin.",
            [{"vkey": vkey("other.example", log.public), "from_size": 1}],
        ),
        "other-key-id": (
            "A vkey with a wrong key id.",
            [{"vkey": good.replace("+", "+0", 1), "from_size": 1}],
        ),
        "witness-type": (
            "A vkey of a witness's type.",
            [{"vkey": vkey(ORIGIN, log.public, 4), "from_size": 1}],
        ),
        "low-order": (
            "A vkey with a key of low order.",
            [{"vkey": vkey(ORIGIN, torsion()[1].encoded), "from_size": 1}],
        ),
        "twice": (
            "One key in two ranges.",
            [{"vkey": good, "from_size": 1, "until_size": 9}, {"vkey": good, "from_size": 10}],
        ),
        "statement-key": (
            "A key that signs statements too.",
            [{"vkey": vkey(ORIGIN, key("exchange").public), "from_size": 1}],
        ),
        "late": ("No key for size 1.", [{"vkey": good, "from_size": 2}]),
        "ends": ("No key for sizes above 99.", [{"vkey": good, "from_size": 1, "until_size": 99}]),
        "gap": (
            "No key for sizes 10 to 19.",
            [
                {"vkey": good, "from_size": 1, "until_size": 9},
                {"vkey": vkey(ORIGIN, key("log-2").public), "from_size": 20},
            ],
        ),
        "backwards": (
            "A range that ends before it begins.",
            [
                {"vkey": good, "from_size": 1},
                {"vkey": vkey(ORIGIN, key("log-2").public), "from_size": 9, "until_size": 8},
            ],
        ),
    }
    about = ["LAD-STM-047"]
    for name, (situation, keys) in bad.items():
        members = scenarios.exchange_members(exchange=scenarios.exchange(keys=keys))
        text = statement(members, key("exchange"))
        cases.refuse(
            f"log-key-{name}",
            situation,
            empty(),
            text,
            "bad-log-key",
            about=about if name == "statement-key" else (),
            flags=["boundary"] if name in ("late", "gap") else (),
        )


def _log_key_succession(cases: Candidates) -> None:
    """The log has as many entries as the successor's index says; those sizes are signed, and the next one is not."""
    world = market()
    index = len(world.entries)
    old: dict[str, Any] = {"vkey": vkey(ORIGIN, key("log").public), "from_size": 1}
    new: dict[str, Any] = {"vkey": vkey(ORIGIN, key("log-2").public), "from_size": index + 1}
    exchange = world.heads["exchange"].id

    def text(*keys: dict[str, Any], **log: Any) -> str:
        described = scenarios.exchange(keys=list(keys), **log)
        members = {"kind": "exchange", "exchange": described, "home": ABSENT, "name": "Vector Exchange"}
        return successor(world, "exchange", key("exchange-next"), **members)

    good = {
        "same": ("An exchange changes its statement key; its log key stays.", text(old)),
        "change": (
            "The old log key signs the next size, and the new one those after it.",
            text({**old, "until_size": index + 1}, {**new, "from_size": index + 2}),
        ),
        "overlap": ("Two log keys sign the same sizes for a while.", text({**old, "until_size": 99}, new)),
    }
    for name, (situation, said) in good.items():
        head = effect("participant", exchange, head=digest(said.encode()), state="admitted")
        cases.accept(f"log-keys-{name}", situation, world, said, head, about=["LAD-PAR-009"])
    bad = {
        "origin": (
            "Another origin.",
            text({**old, "vkey": vkey("other.example", key("log").public)}, origin="other.example"),
        ),
        "dropped": ("The old log key is dropped.", text(new)),
        "from-changed": ("The old log key's from_size is changed.", text({**old, "from_size": 2})),
        "until-signed": (
            "The old log key ends at a size that is signed.",
            text({**old, "until_size": index}, new),
        ),
        "from-signed": (
            "The new log key begins at a size that is signed.",
            text(old, {**new, "from_size": index}),
        ),
        "gap": ("No key for one size.", text({**old, "until_size": 99}, {**new, "from_size": 101})),
    }
    for name, (situation, said) in bad.items():
        cases.refuse(
            f"log-keys-{name}",
            situation,
            world,
            said,
            "bad-log-key",
            flags=["boundary"] if "signed" in name else (),
        )


def second_log_key(world: World, overlap: bool = False) -> World:
    """The world after the exchange gave its log a second key; with `overlap` the first one goes on."""
    index = len(world.entries)
    end = {} if overlap else {"until_size": index + 1}
    old: dict[str, Any] = {"vkey": vkey(ORIGIN, key("log").public), "from_size": 1, **end}
    new: dict[str, Any] = {
        "vkey": vkey(ORIGIN, key("log-2").public),
        "from_size": index + (1 if overlap else 2),
    }
    described = scenarios.exchange(keys=[old, new])
    members = {"kind": "exchange", "exchange": described, "home": ABSENT, "name": "Vector Exchange"}
    signer = key("exchange-next")
    return world.joined("exchange", successor(world, "exchange", signer, **members), signer)
