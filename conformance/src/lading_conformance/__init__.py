"""Black-box conformance tests for an exchange that speaks Lading.

    lading-conformance run https://exchange.example --subject subject.toml

The suite knows the specification and a running server, and nothing else: it imports neither the `lading`
SDK nor the reference server. What it needs to judge an answer (codec, signatures, Merkle tree, notes,
request signatures) is in `lading_conformance.oracle`, written separately and with other libraries.
"""
