"""How the suite talks to a subject: `http` sends requests and bounds what comes back, `subject` reads the
one file that describes the subject and admits test participants, `exchange` knows the paths, `party` signs
statements.
"""
