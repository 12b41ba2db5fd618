"""Evidence: a file that proves itself, and the verdict on it (`spec/evidence.md`)."""
