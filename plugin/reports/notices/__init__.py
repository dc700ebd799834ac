"""Telling families of new reports: whom, in which words, at which pace."""
