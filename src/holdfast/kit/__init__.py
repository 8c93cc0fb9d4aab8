"""The toolbox: knows about clocks, transactions, sockets and keys; knows nothing about people."""
