"""`python -m lading_conformance` is `lading-conformance`."""

from lading_conformance.cli import main

main()
