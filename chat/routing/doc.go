// Package routing decides who gets which ticket, and what a customer who waits may be promised. It is pure: no
// database, no goroutine, no clock and no chance but what its arguments hold, so the same input gives the same output
// on every node, in a test, in the simulator and in a ticket's history.
//
// Order says who is next. Decide says which agent gets a ticket and keeps the whole reason. Pull is the other way
// round: which ticket an agent gets that asks for one. Outlook and Calibration make the wait promise.
package routing
