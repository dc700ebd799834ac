"""The state's score-report service: the only package that knows its names."""
