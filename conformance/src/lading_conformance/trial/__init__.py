"""What a case is (`case`), how it can end (`outcome`), and what all cases of one run share (`session`)."""
