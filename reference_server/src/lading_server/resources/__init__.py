"""The handlers, one module for each family of paths: they parse, call the core and render."""
