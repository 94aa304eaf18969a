// Package sabotage marks the places where a build for tests breaks a promise on purpose, dies, or reads a wrong clock.
//
// # Why
//
// A checker that has never seen a broken server proves nothing, and neither does a kill that never hits the moment
// between a commit and its answer. With the build tag heardbreak the variable HEARD_SABOTAGE names what to break
// ("lose:20" breaks once in about twenty times), and HEARD_CLOCK shifts the clock of one node ("1h", "-24h"). In every
// other build the functions are constants, and the compiler leaves nothing of the places behind.
package sabotage

// What can be broken.
const (
	Lose    = "lose"    // a batch is answered and then undone
	Skip    = "skip"    // an event is left out of a replay
	Reorder = "reorder" // two events of a replay change places
	Hide    = "hide"    // a node does not show the newest event of a ticket
	Twice   = "twice"   // a message gets another client id, so that sending it again stores it again
	Answer  = "answer"  // the process dies between the commit and the answer
	Publish = "publish" // the process dies between the commit and its publication
)
