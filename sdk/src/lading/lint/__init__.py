"""What an exchange would say of a listing, said before it is submitted (`docs/listing.md`)."""
