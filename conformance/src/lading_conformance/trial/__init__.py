"""What a case is (`case`), and what all cases of one run share (`session`)."""
