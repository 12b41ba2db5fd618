"""The log: entries, Merkle tree, tiles, checkpoints, proofs and trust policy (`spec/log.md`; C2SP, RFC 6962)."""
