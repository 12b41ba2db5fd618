"""Drafts of listings: what a file says of itself, and a sample of it that proves where it comes from.

`table` has the words of a table's schema, `csv_file` and `parquet_file` read it, `sample` takes and verifies one
chunk, `draft` puts all of it together. Nothing here knows of networks.
"""
