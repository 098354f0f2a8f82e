"""sendInvoice, createInvoiceLink: read as strictly as any other call, and refused, since nobody here takes payments."""

from typing import Any, Final, NoReturn

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.methods.sending import find_place, read_reply


def send_invoice(call: Call) -> NoReturn:
    _read_invoice(call)
    place = find_place(call, read_reply(call))
    call.reach(place.chat)
    raise _no_provider()


def create_invoice_link(call: Call) -> NoReturn:
    _read_invoice(call)
    raise _no_provider()


def _no_provider() -> BadRequestError:
    return BadRequestError("PAYMENT_PROVIDER_INVALID")


def _read_invoice(call: Call) -> None:
    for name in ("title", "description", "payload", "currency", "prices"):
        call.required(name)
    value = call.json("prices", "prices")
    if not isinstance(value, list):
        raise BadRequestError("Expected an Array of labeled prices")
    for price in value:
        try:
            _read_price(price)
        except BadRequestError as error:
            raise BadRequestError(f"Can't parse labeled price: {error.text}") from error
    if not value:
        raise BadRequestError("There must be at least one price")


def _read_price(value: Any) -> None:
    if not isinstance(value, dict):
        raise BadRequestError("LabeledPrice must be an Object")
    fields = Fields(value)
    if not fields.string("label"):
        raise BadRequestError("LabeledPrice label must be non-empty")
    fields.integer("amount")


METHODS: Final = {"sendInvoice": send_invoice, "createInvoiceLink": create_invoice_link}
