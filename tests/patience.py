"""How long tests wait for another process."""

PATIENCE_S = 60.0
"For what it must do. It costs nothing where all is well, and a machine may be busy."
