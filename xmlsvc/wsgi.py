"""The application for any WSGI server: `xmlsvc.wsgi:application`, of the instance that XMLSVC_INSTANCE names (default: here)."""

from __future__ import annotations

import os

from .documents import services
from .web.app import application as application_of

application = application_of(services.open(os.environ.get("XMLSVC_INSTANCE", ".")))
