"""Makes `runway_widget/_create/models.json`, the tables of what each model takes: `python -m tests.service_models`."""
