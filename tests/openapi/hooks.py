"""Hooks of schemathesis, for what JSON Schema cannot say."""

import schemathesis


@schemathesis.hook
def map_body(context, body):
    """Writes 1.0 as 1. JSON Schema counts both as integers; the Worker accepts only the latter, as JavaScript writes it."""
    return whole(body)


def whole(value):
    if isinstance(value, dict):
        return {name: whole(member) for name, member in value.items()}
    if isinstance(value, list):
        return [whole(member) for member in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
