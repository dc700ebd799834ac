"""The provider as programs see it: what it describes, its keys, and the exchange of a code for a token."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from sandbox.school.api.tokens import LIFETIME
from sandbox.school.openid.codes import Codes
from sandbox.school.openid.identity_token import Grant, identity_token
from sandbox.school.openid.signing import Keys
from sandbox.school.school import School
from sandbox.school.switches import Switch

_CLAIMS = "sub iss aud nonce exp iat auth_time persona preferred_username given_name family_name email ps_uri ps_dcid"


def own_address() -> str:
    """Where this school system is found; the port is known once it is served."""
    return f"http://127.0.0.1:{request.environ['SERVER_PORT']}"


class Provider:
    def __init__(self, school: School, codes: Codes) -> None:
        self._client, self._redirect_uri = school.client, school.archive.manifest.redirect_uri
        self._tokens, self._switches, self._clock = school.tokens, school.switches, school.clock
        self._codes = codes
        self._keys = Keys()

    def blueprint(self) -> Blueprint:
        paths = Blueprint("provider", __name__, url_prefix="/oauth2")
        paths.add_url_rule("/.well-known/openid-configuration", "discovery", self.discovery)
        paths.add_url_rule("/jwks.action", "jwks", self.jwks)
        paths.add_url_rule("/token.action", "token", self.token, methods=["POST"])
        return paths

    def discovery(self) -> Response:
        base = f"{own_address()}/oauth2/"
        described = {
            "issuer": base,
            "authorization_endpoint": f"{base}authorize.action",
            "token_endpoint": f"{base}token.action",
            "jwks_uri": f"{base}jwks.action",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": _CLAIMS.split(),
        }
        if Switch.NO_PKCE not in self._switches:
            described["code_challenge_methods_supported"] = ["S256"]
        return jsonify(described)

    def jwks(self) -> Response:
        return jsonify(self._keys.published())

    def token(self) -> tuple[Response, int]:
        """RFC 6749, section 4.1.3. Whatever is wrong with the code is one and the same invalid_grant."""
        if not self._is_the_client():
            return jsonify(error="invalid_client"), 401
        if request.form.get("grant_type") != "authorization_code":
            return jsonify(error="unsupported_grant_type"), 400
        grant = self._codes.exchange(request.form.get("code", ""), request.form.get("code_verifier", ""))
        if grant is None or request.form.get("redirect_uri") != self._redirect_uri:
            return jsonify(error="invalid_grant"), 400
        return jsonify(self._tokens_for(grant)), 200

    def _is_the_client(self) -> bool:
        basic = request.authorization
        if basic is not None and basic.type == "basic":
            return self._client.matches(basic.username, basic.password)
        return self._client.matches(request.form.get("client_id"), request.form.get("client_secret"))

    def _tokens_for(self, grant: Grant) -> dict[str, str]:
        token = identity_token(grant, own_address(), self._clock(), self._keys, self._switches)
        return {
            "access_token": self._tokens.issue(),
            "token_type": "Bearer",
            "expires_in": str(LIFETIME),
            "id_token": token,
        }
