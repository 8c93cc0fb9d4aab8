"""What a report, a case and an answer are, and who may decide. Pure."""
