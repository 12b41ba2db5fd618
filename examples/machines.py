"""A factory's sensors sell to a vehicle's computer: nobody looks on, every window is received and acknowledged.

Needs: P9; in part D9.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from place import Place, place, refused, say

import lading

WINDOWS, ROWS = 5, 200


def readings(window: int) -> str:
    """The lines of one window of the stream: 200 offsets, one after another."""
    return "".join(
        f"{offset},{offset * 7 % 90}\n" for offset in range(window * ROWS + 1, (window + 1) * ROWS + 1)
    )


def windows(here: Place) -> Iterator[tuple[int, Path, tuple[int, int]]]:
    """What the factory measures: number, file, and the first and last offset."""
    for window in range(WINDOWS):
        name = f"window-{window}.csv"
        yield window + 1, here.file(name, readings(window)), (window * ROWS + 1, (window + 1) * ROWS)


async def factory(here: Place, identity: lading.Identity, listing: lading.Listing) -> None:
    """Deliver every window to whoever has a contract, as it is measured."""
    async with lading.aconnect(here.exchange.api, identity) as x:
        async for contract in x.contracts(listing, follow=True):
            for sequence, file, (first, last) in windows(here):
                await x.deliver(contract, file, sequence=sequence, window=(first, last))
            return


async def vehicle(here: Place, identity: lading.Identity) -> None:
    """Find, contract, and take one window after another, each verified before it is acknowledged."""
    async with lading.aconnect(here.exchange.api, identity) as x:
        listing = await x.search("vibrations").one()
        contract = await x.accept(listing, purpose="maintenance", at_most="10.00 EUR")
        for number in range(WINDOWS):
            delivery = await x.next_delivery(contract, timeout=60)
            got = await x.receive(delivery, to=here.folder / f"received-{number}.csv")
            assert got.path.read_text() == readings(number)
        account = await x.account(contract)
        assert (account.units, str(account.owed)) == (1000, "1.00"), account
        say(f"{account.units} readings in {WINDOWS} windows: {account.owed} {account.currency} owed.")


with place() as here:
    maker = here.party("Turbine Works Ltd")
    buyer = here.party("Vehicles GmbH", "DE")
    terms = lading.Terms(lading.PerUnit("reading", "0.001 EUR", ceiling="10.00 EUR"))
    listing = maker.publish(
        None, title="Vibrations", kind="stream", source="Turbine 4", collection="sensor", terms=terms
    )

    async def both() -> None:
        """Two programs at once, and no person."""
        await asyncio.gather(
            factory(here, maker.session.speaker, listing), vehicle(here, buyer.session.speaker)
        )

    asyncio.run(both())

    # A window that leaves a gap would hide a loss: it is refused, and so is one that says nothing of its offsets.
    contract = maker.contracts(listing).one()
    file = here.file("late.csv", readings(5))
    with refused("window-gap"):
        maker.deliver(contract, file, sequence=6, window=(1101, 1300))
    lost = maker.deliver(contract, file, sequence=6, window=(1001, 1200, 190))
    assert lost.act.window.count == 190
    say("A window with ten readings missing says so: 190 of 200.")
