"""Tests that need neither a browser nor an installed package."""
