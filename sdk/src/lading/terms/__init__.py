"""Terms that are evaluated, not only stored: prices, permissions, and the account of a contract.

Pure: no I/O, no clock, no view of a register. The acts hand in what they know.
"""
