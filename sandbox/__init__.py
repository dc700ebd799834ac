"""Stand-ins for PowerSchool and for the state's service: for trying the product, and for its tests.

They follow what is publicly documented; what is not is assumed and listed in docs/assumptions.md. They are never
part of the wheel nor of the plugin archive.
"""
