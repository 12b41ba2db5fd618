"""Deletions: by whom, of what, and when."""

from __future__ import annotations

from typing import Any

from tools.vectors import running as of
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, moment
from tools.vectors.scenarios import admit, refusal, say
from tools.vectors.world import DAY, DELAY, Candidates, World, effect


def file() -> VectorFile:
    """The rules of deletions."""
    cases = Candidates("deletion/rules.json", "Deletions: by whom, of what, in answer to what, and when.")
    _good(cases)
    _parties(cases)
    _recalls(cases)
    _numbers(cases)
    _times(cases)
    return cases.file


def _world() -> World:
    """Under the contract `running` number 1 was received; 2 is open, and 3 was refused."""
    world = of.delivered(of.taken(of.running(), 1, "first"), 2, "second")
    world = of.delivered(world, 3, "third")
    world = say(world, "refused", "buyer", "receipt", **refusal(world, "third"))
    by = moment(world.now + 30 * DAY)
    return say(world, "recall", "acme", "notice", **of.notice(world, "recall", erase_by=by))


def deleted(world: World, by: str = "buyer", **members: Any) -> str:
    """A deletion."""
    told = {"contract": world.id("running"), "method": "crypto-erased", "deleted_at": moment(world.now)}
    return world.say(by, "deletion", **{**told, **members})


def _good(cases: Candidates) -> None:
    world = _world()
    same = effect("contract", world.id("running"), state="active")
    situation, about = "Everything of a contract was erased.", ["LAD-DEL-004"]
    cases.accept("everything", situation, world, deleted(world), same, about=about)
    text = deleted(
        world, recall=world.id("recall"), deliveries=[1], remains="A backup, until the year's end."
    )
    cases.accept("recalled", "A deletion that answers a recall.", world, text, same, about=["LAD-DEL-005"])
    again = world.then("deleted", deleted(world))
    cases.accept("again", "A second deletion.", again, deleted(again), about=about)
    expelled = admit(world, "buyer", status="expelled")
    situation = "A consumer who was expelled erased what it had."
    cases.accept("expelled", situation, expelled, deleted(expelled), about=["LAD-ADM-004"])
    for name, after in (("suspended", of.suspended(world)), ("ending", of.ending(world))):
        situation = f"The contract is in the state {name}."
        cases.accept(f"contract-{name}", situation, after, deleted(after), about=about)
    never = of.running()
    situation = "Under the contract nothing was delivered."
    cases.accept("nothing-delivered", situation, never, deleted(never), about=["LAD-DEL-003"])


def _parties(cases: Candidates) -> None:
    world = _world()
    situation = "The provider says that the consumer erased it."
    cases.refuse(
        "by-provider", situation, world, deleted(world, "acme"), "wrong-party", about=["LAD-DEL-004"]
    )
    for who in ("carol", "exchange"):
        situation = f"Somebody who is no party: {who}."
        text = deleted(world, who)
        cases.refuse(f"by-{who}", situation, world, text, "unknown-statement", pointer="/contract")
    for name, contract in {"nothing": digest(b"nowhere"), "listing": world.id("roads")}.items():
        text = deleted(world, contract=contract)
        situation = f"The contract is: {name}."
        cases.refuse(f"contract-is-{name}", situation, world, text, "unknown-statement", pointer="/contract")


def _recalls(cases: Candidates) -> None:
    world = of.suspended(_world())
    by = moment(world.now + 30 * DAY)
    world = say(world, "other recall", "acme", "notice", **of.notice(world, "recall", "deal", erase_by=by))
    about = ["LAD-DEL-005"]
    others = {
        "nothing": digest(b"nowhere"),
        "suspension": world.id("suspended"),
        "other-contract": world.id("other recall"),
    }
    for name, recall in others.items():
        text = deleted(world, recall=recall)
        situation = f"The recall is: {name.replace('-', ' ')}."
        cases.refuse(
            f"recall-is-{name}", situation, world, text, "unknown-statement", pointer="/recall", about=about
        )


def _numbers(cases: Candidates) -> None:
    world = _world()
    for name, number in (("open", 2), ("refused", 3), ("never-used", 4)):
        text = deleted(world, deliveries=[1, number])
        situation = f"A number under which nothing was received: {name}."
        cases.refuse(f"number-{name}", situation, world, text, "unknown-delivery")


def _times(cases: Candidates) -> None:
    world = _world()
    clock, flags = world.now + DELAY, ["boundary", "time"]
    text = deleted(world, deleted_at=moment(clock))
    situation = "Erased at the millisecond of the registration."
    cases.accept("just-now", situation, world, text, about=["LAD-DEL-002"], flags=flags)
    text = deleted(world, deleted_at=moment(clock + 1))
    situation = "Erased a millisecond after the registration."
    cases.refuse("in-future", situation, world, text, "deleted-in-future", flags=flags)
    text = deleted(world, deleted_at=moment(clock - 1000 * DAY))
    situation = "Erased long ago; nobody can know better."
    cases.accept("long-ago", situation, world, text, about=["LAD-DEL-002"], flags=["time"])
