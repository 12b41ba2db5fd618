"""An authority demands access: that is recorded as what it is, and the exchange has nothing readable to give.

Needs: W5; in part P6.
"""

from place import place, refused, say

import lading
from lading.cli.demo_look import look

with place() as here:
    maker = here.party("Ledgers Ltd")
    buyer = here.party("Skyways GmbH", "DE")
    regulator = here.party("Data Regulator", kind="public-body", roles=())
    auditor = here.party("Audit LLP", roles=())
    rows = (f"Account {n:05}: {n * n % 9973} EUR at branch {n % 31} of Cork" for n in range(5000))
    file = here.file("ledger.txt", "\n".join(rows))
    listing = maker.publish(
        file,
        title="Ledger",
        source="Our books",
        collection="administrative-record",
        terms=lading.Terms("30.00 EUR"),
    )
    contract = buyer.accept(listing, purpose="research", at_most="30.00 EUR")
    delivery = maker.deliver(contract, file)

    # All that the exchange holds of the file is ciphertext. We look through every byte on its disk.
    seen = look(file, here.folder / "exchange")
    assert seen.found == 0
    assert seen.samples > 10
    say(f"{seen.searched:,} bytes at the exchange hold none of {seen.samples} samples of the file.")

    # Before anything is recorded, the regulator sees of a contract as little as anybody.
    with refused("not-found"):
        regulator.statement(contract)
    disclosed = maker.disclose(
        contract,
        authority="Data Regulator",
        legal_basis="Data Act 2024, section 12",
        scope="The contract and its terms; not the data",
        response="partly",
        reader=regulator.session.me,
        valid_for="P14D",
    )
    assert regulator.statement(contract).act.type == "acceptance"
    say("The disclosure opens that one statement to the regulator, and both parties see that it did.")
    assert buyer.statement(disclosed).act.response == "partly"
    with refused("not-found"):
        regulator.statement(delivery)
    with refused("not-found"):
        auditor.statement(contract)

    # It was no sale: no contract, no payment, and the state of the contract did not move.
    assert buyer.state(contract).name == "active"
    assert [found.id for found in buyer.contracts()] == [contract.id]

    # An auditor whom a party invites reads the whole contract, for a time, until the party takes that back.
    grant = buyer.grant(contract, auditor.session.me, valid_for="P14D")
    assert auditor.statement(delivery).act.type == "delivery"
    buyer.withdraw(grant)
    with refused("not-found"):
        auditor.statement(delivery)
    say("A grant opened the contract to an auditor, and its withdrawal closed it again.")
