"""The reference server: one exchange as one mountable ASGI application over one directory of state.

    operate    set up a state directory, serve it, admit participants
    app        the route table
    resources  the handlers: they parse, call the core and render
    writer     the only thread that appends to the log
    caretaker  what the exchange does unasked: lapses, and the destruction of boxes and old keys
    store      SQLite behind the register
    content    the bytes of deliveries
    shares     the exchange's shares of sealed deliveries

Nothing here is imported by the SDK; it uses the SDK's register and never its client.
"""
