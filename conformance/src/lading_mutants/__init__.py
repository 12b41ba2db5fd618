"""The reference server with one thing taken away, to see whether the conformance suite notices.

    python -m lading_mutants list                            # every mutant, and the requirements that each breaks
    python -m lading_mutants serve STATE --without acceptance.eligible_party --port 8001
    python -m lading_mutants host FOLDER                     # many exchanges, one after the other, by orders on a pipe

    rules     the engine's rules, one at a time
    refusals  every other place where SDK or server refuse
    forms     the closedness of what a statement holds
    seeing    who sees what, otherwise than it should be
    answering what is answered, likewise
    table     all mutants, by name
    unreached what nobody can miss, with the reason

Neither SDK nor server has a switch for any of this: in a process of its own, code is put in the place of their code.
The conformance suite runs this package as a command, and imports nothing of it.
"""
