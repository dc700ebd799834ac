"""What a cassette of the state may hold: scrubbed here and nowhere else."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from betamax import Betamax
from betamax.serializers import JSONSerializer


class ScrubbedJson(JSONSerializer):
    """Keeps what the client reads and nothing else: no request header, token, link or SSID."""

    name = "scrubbed"

    def serialize(self, cassette_data: dict[str, Any]) -> str:
        for interaction in cassette_data["http_interactions"]:
            request, response = interaction["request"], interaction["response"]
            request["uri"] = response["url"] = "https://state.example" + urlsplit(request["uri"]).path
            request["headers"] = {}
            response["headers"] = {"Content-Type": response["headers"]["Content-Type"]}
            response["body"]["string"] = _scrubbed(response["body"]["string"])
        return json.dumps(cassette_data, indent=1)


def _scrubbed(text: str) -> str:
    if not text.startswith("{"):
        return "An error page"
    body = json.loads(text)
    if "token" in body:
        body["token"] = "a-token"
    for number, report in enumerate(body.get("reports", ())):
        kept = re.findall("X-Amz-(?:Date|Expires)=[^&]*", report["url"])
        report["url"] = f"https://reports.example/{number}?{'&'.join([*kept, 'X-Amz-Signature=scrubbed'])}"
    return json.dumps(body)


Betamax.register_serializer(ScrubbedJson)
