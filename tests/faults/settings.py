"""Roadstead with one fault in it: the process that comes to a given step kills itself there, once.

TESTS_FAULT names the step: `module:function:before|after`, where the function may be a class's."""

from registry.settings import *  # noqa: F403
from registry.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.apps.FaultsConfig"]
