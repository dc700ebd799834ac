"""Background work: what runs when, the worker that runs it, and what has become of it."""
