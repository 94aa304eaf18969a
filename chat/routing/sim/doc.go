// Package sim plays a desk on a clock of its own: customers come, agents come and go, and the same routing that runs
// the desk gives the one to the other.
package sim
