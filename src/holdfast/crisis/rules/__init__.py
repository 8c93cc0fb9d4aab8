"""What is decided about people in danger, without clock, database or chance."""
