"""The framework as it comes: its own webhook server, its own request class, updates handled concurrently."""

import logging
import socket
import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.bench.child import ready
from tests.bench.wire import PATH, SECRET


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(f"You said: {update.message.text}")


def main(api: str) -> None:
    logging.disable(logging.INFO)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def started(_: object) -> None:
        ready(port)

    builder = Application.builder().token("1:BENCH").base_url(f"{api}/bot").post_init(started)
    application = builder.concurrent_updates(concurrent_updates=True).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_webhook(
        "127.0.0.1", port, url_path=PATH, webhook_url=f"http://127.0.0.1:{port}{PATH}", secret_token=SECRET
    )


if __name__ == "__main__":
    main(sys.argv[1])
