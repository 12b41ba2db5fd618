"""Transfers: content as a tree of chunks (`spec/transfer.md`)."""
