#!/usr/bin/env python
"""Django's command line, with the local services where the environment names none."""

import os
import sys

from django.core.management import execute_from_command_line

from wmca_tracker.local import LocalProblem
from wmca_tracker.local.preparation import services_for


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmca_tracker.settings")
    try:
        with services_for(sys.argv):
            execute_from_command_line(sys.argv)
    except LocalProblem as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
