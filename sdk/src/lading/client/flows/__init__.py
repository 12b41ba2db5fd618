"""Flows: the client's verbs without I/O, one module each.

A flow takes a session and yields what is to be done outside; see `lading.client.flow`. Both shells run the
same flows.
"""
