"""RunwayTask against the simulator."""
