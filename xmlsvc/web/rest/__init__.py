"""The HTTP API: one module a resource. `resources.py` of the same package says how things look as JSON, `app` where they live."""
