"""What every answer carries, so that no browser, proxy or other site keeps or frames a page of ours."""

from __future__ import annotations

import flask

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",  # the arrows and ticks that the stylesheet draws
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # The state's link must not learn which page it was opened from, nor our pages from PowerSchool's.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def protect(app: flask.Flask, *, https: bool) -> None:
    """Add the headers to every answer, errors and static files included."""

    @app.after_request
    def add(response: flask.Response) -> flask.Response:
        response.headers.update(ALWAYS)
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if flask.request.endpoint != "static" or response.status_code >= 400:  # a failure's page names who is signed in
            response.headers["Cache-Control"] = "no-store"
            response.vary.add("Cookie")
        return response
