package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"

	"heard/tickets/events"
)

// ended is what other nodes say has ended, of those who are connected here, until it is checked.
type ended struct {
	wakes chan struct{}

	mu       sync.Mutex
	visitors map[events.ID]bool
	signIns  map[string]bool // hashes
}

func newEnded() ended {
	return ended{wakes: make(chan struct{}, 1), visitors: map[events.ID]bool{}, signIns: map[string]bool{}}
}

func (c *cluster) endedVisitor(id events.ID) {
	c.hub.mu.RLock()
	here := len(c.hub.byVisitor[id]) > 0
	c.hub.mu.RUnlock()
	if here {
		c.ended.mu.Lock()
		c.ended.visitors[id] = true
		c.ended.mu.Unlock()
		poke(c.ended.wakes)
	}
}

func (c *cluster) endedSignIn(hash string) {
	if len(c.hub.consolesOf(hash)) > 0 {
		c.ended.mu.Lock()
		c.ended.signIns[hash] = true
		c.ended.mu.Unlock()
		poke(c.ended.wakes)
	}
}

// checkEnded asks the database about what other nodes said, and closes what did end: a note may come late, or be one
// of an earlier time, when the person has signed in again.
func (c *cluster) checkEnded(ctx context.Context) error {
	c.ended.mu.Lock()
	visitors, signIns := c.ended.visitors, c.ended.signIns
	c.ended.visitors, c.ended.signIns = map[events.ID]bool{}, map[string]bool{}
	c.ended.mu.Unlock()
	var consoles []*ConsoleSession
	for hash := range signIns {
		consoles = append(consoles, c.hub.consolesOf(hash)...)
	}
	var widgets []*WidgetSession
	c.hub.mu.RLock()
	for id := range visitors {
		widgets = append(widgets, c.hub.byVisitor[id]...)
	}
	c.hub.mu.RUnlock()
	return c.hub.closeEnded(ctx, consoles, widgets)
}

// checkEnds closes the connections whose sign-in or visitor has ended, and has those come again whose proof of
// identity has run out. What ends is told at once over the bus; this is for what the bus has lost.
func (h *Hub) checkEnds(ctx context.Context) error {
	var widgets []*WidgetSession
	h.mu.RLock()
	for _, set := range h.byVisitor {
		widgets = append(widgets, set...)
	}
	h.mu.RUnlock()
	return h.closeEnded(ctx, h.consoles(), widgets)
}

// closeEnded closes those of the connections that the database says have ended. The connections were listed before it
// is asked, so that none is closed which came with something newer.
func (h *Hub) closeEnded(ctx context.Context, consoles []*ConsoleSession, widgets []*WidgetSession) error {
	var signIns []string
	for _, s := range consoles {
		if s.signIn != "" {
			signIns = append(signIns, s.signIn)
		}
	}
	good, err := h.o.People.SignInsGood(ctx, signIns)
	if err != nil {
		return err
	}
	for _, s := range consoles {
		if held, asked := good[s.signIn]; asked && !held {
			s.sub.Close(CloseUnauthenticated, "signed out")
		}
	}
	for some := range slices.Chunk(widgets, signAtOnce) {
		visitors := make([]events.ID, len(some))
		for i, s := range some {
			visitors[i] = s.visitor.ID
		}
		proved, err := h.o.People.VisitorsGood(ctx, distinct(visitors))
		if err != nil {
			return err
		}
		for _, s := range some {
			stillProved, good := proved[s.visitor.ID]
			switch {
			case !good:
				s.sub.Close(CloseUnauthenticated, "logged out")
			case s.visitor.Proven && !stillProved:
				s.sub.Close(CloseDraining, "come back")
			}
		}
	}
	return nil
}

// EndVisitor closes the connections of a visitor whose tokens were ended, on every node.
func (h *Hub) EndVisitor(visitor events.ID) {
	h.mu.RLock()
	for _, s := range h.byVisitor[visitor] {
		s.sub.Close(CloseUnauthenticated, "logged out")
	}
	h.mu.RUnlock()
	h.cluster.tell(liveNote{Kind: noteEndVisitor, Visitor: visitor})
}

// EndSignIn closes the consoles of one sign-in, when the person signs out, on every node.
func (h *Hub) EndSignIn(signIn string) {
	if signIn == "" {
		return
	}
	hash := signInHash(signIn)
	for _, s := range h.consolesOf(hash) {
		s.sub.Close(CloseUnauthenticated, "signed out")
	}
	h.cluster.tell(liveNote{Kind: noteEndSignIn, SignIn: hash})
}

// signInHash names a sign-in without giving it away.
func signInHash(signIn string) string {
	sum := sha256.Sum256([]byte(signIn))
	return hex.EncodeToString(sum[:])
}

// consolesOf lists the consoles here of a sign-in, by its hash.
func (h *Hub) consolesOf(hash string) (list []*ConsoleSession) {
	for _, s := range h.consoles() {
		if s.signIn != "" && signInHash(s.signIn) == hash {
			list = append(list, s)
		}
	}
	return list
}
