"""What types are made of: whoever reads settings asks, and nobody does here."""

from ._wire import not_here


class Type:
    """Of which nothing is."""


BoolType = FloatType = IntType = LiteralType = Metadata = NoneType = StrType = Type
StructType = UnionType = VarTupleType = Type
type_info = not_here("msgspec.inspect.type_info")
