"""`make bench`: how fast the sidecar is on this machine. It measures and tells; it passes and fails nothing.

Everything runs as it does elsewhere: the production server, the stand-ins as processes of their own, real HTTP.
"""
