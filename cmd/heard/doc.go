// Command heard is the whole helpdesk in one binary: the server and the tools around it.
//
// # Why
//
// main.go is the command line of the protocol, one struct field a command. wire.go builds everything by hand, in
// order, so that one file shows what stands on what. consumers.go and jobs.go are the wiring diagram of what happens
// by itself. arch_test.go holds the shape of the house.
//
// Every command opens the database by the same door as the server and may run beside it. Configuration flags can
// also be given as HEARD_… variables, the arguments of a command cannot: an environment that happens to hold
// HEARD_NAME must not name anything.
package main
