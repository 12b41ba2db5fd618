"""What client and server of the HTTP binding agree on to the byte: signatures, digests, media types, limits.

Pure functions over strings and bytes; nothing here opens a socket or reads a clock.

    signature  RFC 9421 request signatures in the one form that Lading uses
    digest     RFC 9530 Content-Digest in the one form that Lading uses
    media      media types, and the sizes that one request may have
"""
