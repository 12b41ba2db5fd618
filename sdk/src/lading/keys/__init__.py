"""Keys: thumbprints, the pinned Ed25519 verification, and signers (`spec/keys.md`)."""
