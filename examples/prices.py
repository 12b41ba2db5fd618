"""What is owed is computed from what was received: tiers, subscription, a share of sales; invoice and payment.

Needs: W10.
"""

from place import place, say

import lading

ABOUT = {"source": "Our own sensors", "collection": "sensor"}

with place() as here:
    maker = here.party("Counts Ltd")
    buyer = here.party("Skyways GmbH", "DE")
    file = here.file("counts.csv", "sensor,vehicles\n" + "".join(f"{n},{n % 50}\n" for n in range(1500)))

    # The first 1000 rows cost 1 cent each, all others half of it; never more than 100 EUR, taxes and all.
    tiers = lading.Tiered("row", [(1000, "0.01 EUR"), (None, "0.005 EUR")], ceiling="100.00 EUR")
    metered = maker.publish(file, title="Counts", **ABOUT, terms=lading.Terms(tiers, tax="included"))
    try:
        buyer.accept(metered, purpose="research", at_most="99.00 EUR")
    except lading.UsageProblem as problem:
        say(f"  before anything is signed: {problem}.")
    contract = buyer.accept(metered, purpose="research", at_most="100.00 EUR")

    delivery = maker.deliver(contract, file, units=1500)
    assert buyer.account(contract).owed == 0  # what was not received yet is not owed
    buyer.receive(buyer.next_delivery(contract, timeout=60), to=here.folder / "received.csv")
    account = buyer.account(contract)
    for line in account.lines:
        say(f"  {line.text}: {line.amount} {account.currency}")
    assert str(account.owed) == "12.50"

    # The invoice names the delivery. Both sides compute the same account, and see where it does not agree.
    paper = here.file("invoice-7.txt", "1500 rows: 12.50 EUR\n")
    bill = maker.invoice(contract, "13.50 EUR", "R-7", delivery=delivery, units=1500, document=paper)
    findings = [finding.code for finding in buyer.account(contract).findings]
    assert "invoice-exceeds-owed" in findings, findings
    say(f"The account finds: {', '.join(findings)}.")
    paid = buyer.pay(contract, "12.50 EUR", "P-1", invoice=bill)
    maker.acknowledge(paid)
    account = maker.account(contract)
    assert account.balance == 0, account
    assert account == maker.account(contract)
    say(f"Owed {account.owed}, acknowledged {account.acknowledged}: balance {account.balance}.")

    # Ten per cent of what the buyer's own product brings in, at least 5 EUR.
    share = lading.RevenueShare("10", "EUR", minimum="5.00 EUR", ceiling="1000.00 EUR")
    shared = maker.publish(file, title="Counts, for resale", **ABOUT, terms=lading.Terms(share))
    resale = buyer.accept(shared, purpose="resale", at_most="1000.00 EUR")
    buyer.report_sales(
        resale, "250.00 EUR", "S-1", period=("2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z")
    )
    assert str(maker.account(resale).owed) == "25.00"
    say("Ten per cent of sales of 250.00 EUR: 25.00 EUR.")

    # Nine EUR a month that has begun; and nothing at all.
    monthly = lading.Terms(lading.Subscription("9.00 EUR", "P30D", periods=12))
    subscribed = buyer.accept(
        maker.publish(file, title="Counts, monthly", **ABOUT, terms=monthly),
        purpose="research",
        at_most="108.00 EUR",
    )
    assert str(buyer.account(subscribed).owed) == "9.00"
    gift = maker.publish(file, title="Counts, open", **ABOUT, sealed=False, terms=lading.Terms(lading.Free()))
    assert buyer.account(buyer.accept(gift, purpose="research")).currency is None
    say("A subscription owes its first month; what is free owes nothing.")
