"""Refusals in the Bot API's own words.

The envelope, the prefixes and the rule for the first letter live here; a text stands beside the check
that needs it, so that rule and words are read together. Texts used by several files are constants below.
"""

from typing import Any, Final

MESSAGE_NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
QUERY_TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
WEBHOOK_ACTIVE: Final = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLLER: Final = "terminated by other getUpdates request; make sure that only one bot instance is running"
TERMINATED_BY_SET_WEBHOOK: Final = "terminated by setWebhook request"


def lower_first(text: str) -> str:
    """The server lowers the first letter unless the text looks like a constant (BUTTON_DATA_INVALID)."""
    if len(text) > 1 and (text[1] == "_" or "A" <= text[1] <= "Z"):
        return text
    return text[:1].lower() + text[1:]


class ApiError(Exception):
    """A refusal; `description` already carries its prefix."""

    def __init__(self, code: int, description: str, parameters: dict[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def envelope(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class BadRequestError(ApiError):
    """A 400; `text` is without prefix, so that an outer check can put its own words before it."""

    def __init__(self, text: str, parameters: dict[str, int] | None = None) -> None:
        super().__init__(400, f"Bad Request: {lower_first(text)}", parameters)
        self.text = text


def not_found(text: str = "") -> ApiError:
    return ApiError(404, f"Not Found: {text}" if text else "Not Found")


def unauthorized(text: str = "") -> ApiError:
    return ApiError(401, f"Unauthorized: {text}" if text else "Unauthorized")


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    return ApiError(409, f"Conflict: {text}")


def too_many_requests(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def internal_error() -> ApiError:
    return ApiError(500, "Internal Server Error")
