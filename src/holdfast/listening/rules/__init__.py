"""Pure decisions about listening: who fits whom, for how long, and what ends it."""
