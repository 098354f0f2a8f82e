"""Pictures that come in and go out: judged before they are opened, read for codes, drawn."""
