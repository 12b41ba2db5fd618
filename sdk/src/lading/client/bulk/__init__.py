"""Bulk content: read, hashed, sealed, uploaded, received and opened in blocking threads, with flat memory
whatever its size.
"""
