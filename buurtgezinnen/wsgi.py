"""The door for a WSGI server: `gunicorn buurtgezinnen.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
application = get_wsgi_application()
