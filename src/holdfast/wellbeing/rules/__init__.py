"""What a plan is made of, what a seal is bound to, and who may open the sealed line."""
