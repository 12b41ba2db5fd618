"""`python -m lading.cli`: the same as `lading`."""

from lading.cli import main

main()
