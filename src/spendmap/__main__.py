"""`python -m spendmap`."""

from spendmap.cli import main

main()
