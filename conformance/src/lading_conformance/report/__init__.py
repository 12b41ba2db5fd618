"""The outcome of a run: `model` is what is recorded, `redact` keeps secrets out of it, `console` and `files` show
it.
"""
