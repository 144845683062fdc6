"""One module for each form of file; what they need is loaded where a file is made, in the worker."""
