"""Media: finished outputs on their way into files and notebooks, and pictures on their way to the service."""
