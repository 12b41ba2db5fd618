"""The register: admits statements by the rules and appends them to the log (`spec/registration.md`)."""
