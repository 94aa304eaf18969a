package main

import "context"

// tellBells tells the consoles of this node of what their agents are to hear.
func (s *server) tellBells(ctx context.Context) error { return s.notify.Follow(ctx, s.hub) }
