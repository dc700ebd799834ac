"""The plugin archive, once installed: what it says, and how its pages are read."""
