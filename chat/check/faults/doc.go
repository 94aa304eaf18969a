// Package faults runs a cluster of real server processes and does to it what happens to servers: they are killed,
// stopped and restarted, and so is their database.
//
// # Why
//
//   - Processes, not goroutines: what is lost with memory, half-written files and open connections shows only when a
//     process really ends.
//   - Nodes keep their ports, so that a client that knows the addresses finds a restarted node again.
//   - A fault is over when its function returns: everything runs again. What the promises say of the time after that
//     can then be measured from one moment.
package faults
