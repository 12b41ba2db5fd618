"""The suite tried on itself: does it pass a good exchange, and does it notice every wrong one?

    hosting    exchanges with something taken away, in a process that is run as a command
    reference  the reference server, run as a command
    restarting how that is killed and started again
    answering  programs that answer vectors, for the cases about verifiers
    mutants    all mutants: what is taken away, spoilt and wrong answers, blunt exchanges
    trying     the cases told to one mutant
    working    many mutants side by side
    model      what came of it, as it is stored
    excused    requirements that no suite can test
    verdict    the four things that have to hold
    page       the result as a page of the documentation
    command    `lading-conformance self-test`

Server and mutants are subprocesses (`python -m lading_server`, `python -m lading_mutants`): nothing of them is
imported.
"""
