"""The Commission's communication template for installations: where its cells are, and how a filled one is read."""
