"""A register's data is listed: the linter says first what the exchange would say, and with the same codes.

Needs: D1, W12, W14.
"""

from place import place, refused, say

import lading

COMPANIES = "number,name,seat\n" + "".join(f"{n},Company {n},Dublin\n" for n in range(6000))

with place(declarations=["licence", "schema"]) as here:
    registry = here.party("Companies Registry Ltd")
    buyer = here.party("Skyways GmbH", "DE")
    file = here.file("companies.csv", COMPANIES)

    # The file itself says its type, columns, rows and content root; one chunk of it is the sample.
    drafted = lading.draft(file, identity=registry.session.speaker, chunk_size=65_536)
    draft, *documents = drafted.save()
    say(f"Drafted from the file: {drafted.members['rows']} rows, {drafted.chunks} chunks.")
    say(f"A person has to add: {', '.join(drafted.missing)}.")

    # Everything that is wrong, at once, without signing anything. The exchange refuses for the first of it.
    report = registry.lint({**drafted.members, "title": "Companies"})
    codes = [fault.code for fault in report.faults]
    assert codes == ["provenance-missing", "declaration-missing"], codes
    for fault in report.faults:
        say(f"  lint, {fault.code} at {fault.pointer}: {fault.mend}")
    with refused(codes[0]):
        registry.publish(file, draft=draft, title="Companies")

    said = {
        **drafted.members,
        "title": "Companies",
        "provenance": {"source": "The register itself", "collection": "authoritative-register"},
        "licence": "CC-BY-4.0",
        "conforms_to": ["https://specs.frictionlessdata.io/table-schema/1.0"],
        "validity": {"since": "2026-01-01T00:00:00.000Z", "rhythm": "P1D", "freshness": "P2D"},
    }
    assert not registry.lint(said).faults
    complete = here.draft(**said)
    listing = registry.publish(file, draft=complete, terms=lading.Terms("10.00 EUR"))
    say(f"Listed: {listing.title}, {listing.act.licence}, from an {listing.act.provenance.collection}.")

    # The sample is a chunk of the very content that will be delivered: its hash leads to the promised root.
    other = {**said["sample"], "index": 1}
    with refused("sample-mismatch"):
        registry.publish(file, draft=here.draft(**said | {"sample": other}), title="Companies, again")

    # A buyer sees standard, schema and sample by their digests before any money is spoken of.
    seen = buyer.search("companies").one().act
    assert seen.conforms_to == tuple(said["conforms_to"])
    assert seen.data_schema is not None
    assert seen.data_schema.digest == drafted.members["data_schema"]["digest"]
    say(f"The schema is pinned by digest: {seen.data_schema.digest}.")
