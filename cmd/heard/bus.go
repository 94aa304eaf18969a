package main

import (
	"context"
	"fmt"
	"strings"

	"heard/chat/bus"
)

// checkBus says at once what cannot work.
func (f serveFlags) checkBus() error {
	dsn := f.dsn()
	postgres := strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
	if err := bus.Check(f.Bus, postgres); err != nil {
		return usageError{fmt.Errorf("--bus: %w", err)}
	}
	return nil
}

// openBus joins the cluster. All its nodes find the key that they sign with in their database.
func (a *app) openBus(ctx context.Context, url string) error {
	key, err := a.people.SigningKey(ctx, "bus")
	if err != nil {
		return err
	}
	if len(key) != 32 {
		return fmt.Errorf("the key of the bus has %d bytes, not 32", len(key))
	}
	a.bus, err = bus.Open(bus.Options{URL: url, DSN: a.db.DSN, Key: [32]byte(key), Desk: a.log.Epoch(), Report: a.report})
	return err
}

// addBus adds the figures of the bus to those of a server.
func addBus(out map[string]float64, b bus.Bus) {
	s := b.Stats()
	out["bus_published"], out["bus_received"] = float64(s.Published), float64(s.Received)
	out["bus_dropped"], out["bus_refused"] = float64(s.Dropped), float64(s.Refused)
	out["bus_healthy"] = 0
	if b.Healthy() {
		out["bus_healthy"] = 1
	}
}
