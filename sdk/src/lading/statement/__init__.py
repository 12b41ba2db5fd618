"""The statement: one small JSON document, signed by one participant, named by the hash of its bytes (`spec/statement.md`)."""
