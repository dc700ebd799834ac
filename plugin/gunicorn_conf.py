"""How the service is served: `gunicorn --config python:plugin.gunicorn_conf --bind 127.0.0.1:8000`.

The sandbox starts it in the same way. In production a reverse proxy stands in front: it speaks TLS, and it waits
for slow senders, which would hold one of our threads each (gunicorn has no deadline for a request that has begun).
Any of these can be overruled on the command line.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from gunicorn.glogging import Logger

wsgi_app = "plugin:create_app()"

# Threads wait for the state and for PowerSchool: 512 of them cost about 100 MB and keep 420 people a second served
# while each waits a second. With one shared socket a single worker can take every connection, so each has its own.
worker_class = "gthread"
workers = 2
threads = 256
reuse_port = True

# A worker whose main thread is silent for this long is replaced; one that stops finishes its answers first.
timeout = 30
graceful_timeout = 15
keepalive = 5

limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

# Who sits behind a proxy is decided in one place, by TRUSTED_PROXIES; gunicorn itself believes no forwarded header.
forwarded_allow_ips = ""
forwarder_headers = ""


class AccessLog(Logger):
    """gunicorn decodes a path and logs it, line breaks and all: anybody could write lines of the log."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return atoms | {"U": quote(atoms["U"] or "-", encoding="latin-1")}


logger_class = AccessLog
# Without the query string and the referring page: they hold sign-in codes.
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(L)s s"

# Its control socket stands at one fixed place per user, where two services would meet.
control_socket_disable = True
