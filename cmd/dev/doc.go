// Command dev is what other projects keep in a Makefile: it prepares a machine, builds Heard and proves that it works.
// `go run ./cmd/dev --help` lists the commands; `go run ./cmd/dev test` is the one that has to pass before a change is kept.
//
// # Why
//
// It is a Go program because Go and Node are all that a contributor needs to have: no make, no shell dialect, no
// container runtime. It imports nothing of Heard, so that it still runs when Heard does not compile.
//
// The tests bring their own PostgreSQL, in a temporary folder, on a free port, with fsync on. A server that happens to run
// on the machine would make the outcome depend on its settings, and tests could harm its data. PostgreSQL refuses to run
// as root, and containers are root more often than not, so in that case the server runs as `postgres` or `nobody`.
//
// A step that cannot run on this machine fails and says what is missing. Only a step whose subject does not exist in the
// checkout is skipped, so that a green run means what it says.
//
// A long run is often read by its last lines only, so the summary repeats the name of every test that failed. Up to four
// files of browser tests that fail in a whole run get a second try, alone: the summary names them even when they pass then.
// Go tests get none: they do not share a processor with a browser, and a race that shows once is a race.
//
// Every child process has a process group of its own, which is ended as a whole: an interrupted run leaves no browser,
// server or compiler behind. Children also die with us (Linux), since `go run` does not pass a SIGTERM on.
package main
