"""What a real kernel sends: no page is needed for that."""
