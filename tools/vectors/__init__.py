"""Test vectors of the specification, made from fixed seeds and times without the SDK."""
