"""Finished outputs, and pictures on their way to the service."""
