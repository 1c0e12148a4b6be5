"""Talking to a model over the OpenAI-compatible protocol. Importing the package costs nothing.

``profiles`` says which server and whose key, ``client`` makes the one streaming call, ``ladder``
gets data of a given shape out of it, ``prompts`` are versioned files. Nothing but a ``Fault``
leaves the client.
"""
