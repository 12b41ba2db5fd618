"""The statement: a small JSON document, signed by a participant, named by the hash of its bytes."""
