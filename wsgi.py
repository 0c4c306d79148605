"""Build the WSGI application that a server loads as `wsgi:application`."""

import gc
import os

gc.disable()  # loading creates no garbage, and collecting costs a tenth of the start
from app import create_app  # noqa: E402
from app.core.log import start_log  # noqa: E402
from config import Settings  # noqa: E402

start_log("web")
application = create_app(Settings.from_mapping(os.environ), late_console=True)
gc.freeze()
gc.enable()
