"""The site as an ASGI application: ``uvicorn entregent.site.asgi:application``."""

import os

from django.core.asgi import get_asgi_application

from entregent.site.database import pool_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entregent.site.settings")

application = get_asgi_application()
pool_connections()
