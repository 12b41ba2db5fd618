"""The one rule engine: authenticity, rules and effects of a statement over a view (`spec/registration.md`)."""
