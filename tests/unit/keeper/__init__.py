"""Keeping what a success brought, on tasks at the simulator."""
