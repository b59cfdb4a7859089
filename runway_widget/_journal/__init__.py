"""What was submitted, so that nothing that was paid for is lost."""
