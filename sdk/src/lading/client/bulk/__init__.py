"""Bulk content: read, hashed, uploaded and received in blocking threads, with flat memory whatever its
size.
"""
