"""What a service is, what it says, and how it is asked."""
