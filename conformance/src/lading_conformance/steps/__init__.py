"""What cases are made of: `expect` judges answers; the others bring about what a case needs before it begins."""
