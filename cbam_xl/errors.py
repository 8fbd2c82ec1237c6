"""What the library raises when it is misused; the user's data never raises, it becomes an Issue."""


class CbamError(ValueError):
    """Misuse of the library; its text is a full sentence."""
