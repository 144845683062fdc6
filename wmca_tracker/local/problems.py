class LocalProblem(Exception):
    """Why the local services cannot run, in one line that says what to do; `manage.py` prints it and exits 2."""
