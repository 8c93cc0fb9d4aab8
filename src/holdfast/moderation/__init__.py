"""Reports, cases, measures and appeals: how talk stays kind, with reasons and a second look."""
