"""Workbooks that are damaged, odd or made to do harm, by the thousand: ``python -m tests.fuzz``."""
