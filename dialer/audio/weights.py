"""The numbers of a network, read out of its ONNX file.

Only as much of the file's format (protocol buffers) as it takes to find constants by their names:
a message is fields, a field is a number and a value, and which number holds what is written here.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from dialer.audio.features import Float32Array

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
GRAPH_OF_MODEL, NODE, OUTPUT, ATTRIBUTE, TENSOR, GRAPH = 7, 1, 2, 5, 5, 6
DIMENSION, TYPE, RAW, FLOAT32 = 1, 2, 9, 1

Value = int | memoryview


def constants(model: bytes) -> Mapping[str, Float32Array]:
    """Every constant of a model that holds 32-bit floats, in branches, too, by its name."""
    return {
        name: numbers
        for graph in _every(memoryview(model), GRAPH_OF_MODEL)
        for name, numbers in _of_graph(graph)
    }


def _of_graph(graph: memoryview) -> Iterator[tuple[str, Float32Array]]:
    for node in _every(graph, NODE):
        for attribute in _every(node, ATTRIBUTE):
            for branch in _every(attribute, GRAPH):
                yield from _of_graph(branch)
            for tensor in _every(attribute, TENSOR):
                name = bytes(next(_every(node, OUTPUT))).decode()
                if (numbers := _numbers(tensor)) is not None:
                    yield name, numbers


def _numbers(tensor: memoryview) -> Float32Array | None:
    fields = list(_fields(tensor))
    raw = list(_every(tensor, RAW))
    if (TYPE, FLOAT32) not in fields or not raw:
        return None
    shape = [value for number, value in fields if number == DIMENSION and isinstance(value, int)]
    return np.frombuffer(raw[0], dtype="<f4").reshape(shape).astype(np.float32)


def _every(message: memoryview, wanted: int) -> Iterator[memoryview]:
    for number, value in _fields(message):
        if number == wanted and isinstance(value, memoryview):
            yield value


def _fields(message: memoryview) -> Iterator[tuple[int, Value]]:
    """Number and value of every field of a message."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind, length = key & 7, {FIXED64: 8, FIXED32: 4}.get(key & 7, 0)
        if kind == VARINT:
            whole, at = _varint(message, at)
            yield key >> 3, whole
            continue
        if kind == BYTES:
            length, at = _varint(message, at)
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, and where it ends."""
    whole = shift = 0
    while True:
        byte = message[at]
        whole |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return whole, at
