"""What can be wrong with a request of a peer, each with the HTTP status and the OCPI code it is answered with.

OcpiError
├── NotJson              400 2001  the body is no JSON that we accept
├── TooLarge             413 2001
├── Unauthorized         401 2000  no token, or one nobody has
├── InvalidParameters    200 2001  readable, but a field or parameter is missing or impossible
├── NotEnoughInformation 200 2002
├── NotFound             404 2000  (2003 and 2004 where a location or a token was named)
├── NotAllowed           405 2000
├── TooMany              429 2000
├── UnusableApi          200 3001  handshake: the peer's own interface did not answer as it must
├── UnsupportedVersion   200 3002  handshake: no version in common
├── MissingEndpoints     200 3003  handshake: an endpoint we need is not there
└── OurFault             500 3000
Sources: OCPI 2.2.1 transport_and_format (an HTTP error must not be used for valid JSON) and status_codes.
"""

from enum import IntEnum

from bot.domain.errors import ChargebotError


class StatusCode(IntEnum):
    """OCPI status codes; x9xx are the peer's own and stay plain numbers."""

    SUCCESS = 1000
    CLIENT_ERROR = 2000
    INVALID_PARAMETERS = 2001
    NOT_ENOUGH_INFORMATION = 2002
    UNKNOWN_LOCATION = 2003
    UNKNOWN_TOKEN = 2004
    SERVER_ERROR = 3000
    UNUSABLE_API = 3001
    UNSUPPORTED_VERSION = 3002
    MISSING_ENDPOINTS = 3003
    HUB_ERROR = 4000
    UNKNOWN_RECEIVER = 4001
    HUB_TIMEOUT = 4002
    NOT_CONNECTED = 4003


class OcpiError(ChargebotError):
    """An answer that says no to a peer; the message is one sentence for its developers, without secrets."""

    http_status = 200
    status_code: int = StatusCode.CLIENT_ERROR

    def __init__(self, message: str, status_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if status_code is not None:
            self.status_code = status_code


class NotJson(OcpiError):
    http_status = 400
    status_code = StatusCode.INVALID_PARAMETERS


class TooLarge(OcpiError):
    http_status = 413
    status_code = StatusCode.INVALID_PARAMETERS


class Unauthorized(OcpiError):
    http_status = 401


class InvalidParameters(OcpiError):
    status_code = StatusCode.INVALID_PARAMETERS


class NotEnoughInformation(OcpiError):
    status_code = StatusCode.NOT_ENOUGH_INFORMATION


class NotFound(OcpiError):
    http_status = 404


class NotAllowed(OcpiError):
    http_status = 405


class TooMany(OcpiError):
    http_status = 429


class UnusableApi(OcpiError):
    status_code = StatusCode.UNUSABLE_API


class UnsupportedVersion(OcpiError):
    status_code = StatusCode.UNSUPPORTED_VERSION


class MissingEndpoints(OcpiError):
    status_code = StatusCode.MISSING_ENDPOINTS


class OurFault(OcpiError):
    http_status = 500
    status_code = StatusCode.SERVER_ERROR
