"""The client: an identity on this machine, and its dealings with an exchange over HTTP.

identity   profile, keys and `next` key of a participant   (profile, keychain, vault, nextkey, rotation, places)
outbox     statements stored before they are sent; the event cursor beside them
sealings   what goes on with a sealed delivery, until it is over      (products, takings, attachments)
flows      one module per verb: generators of requests, without I/O
exchange   the blocking shell over the flows; aexchange the asynchronous one
transport  one method that sends a request; httpx behind it
bulk       content on its way: threads, flat memory, resumable
"""
