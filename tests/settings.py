"""The settings under which the tests run: an installation of its own in a temporary folder, bytes in memory."""

import atexit
import os
import shutil
import tempfile

os.environ["ROADSTEAD_DATA"] = tempfile.mkdtemp(prefix="roadstead-tests-")
atexit.register(shutil.rmtree, os.environ["ROADSTEAD_DATA"], ignore_errors=True)

from registry.settings import *  # noqa: E402, F403
from registry.settings import DATA, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

STORAGE = "memory://"
# Nothing is gathered: files are served from where they lie.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir()
# The transaction around a test hides a job's row from all other connections: its heart must not look for it soon.
JOB_LEASE_SECONDS, JOB_FLUSH_SECONDS = 600, 600
PASSWORD_HASHERS = ["tests.factories.hashing.QuickArgon2"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in an installation: SQLite's shared memory databases know neither WAL nor waiting for a lock.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "tests.sqlite3")}
