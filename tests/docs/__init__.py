"""The documentation's site, made by `python -m tests.docs` (`make docs`): MkDocs, with mkdocstrings for the reference.

`pages` holds what is written for the site alone. All else is read from where it stands: the README, CONTRIBUTING, the
docstrings, the notebooks, the front end's fixtures, the classes of the errors and the parsers of the commands.
"""
